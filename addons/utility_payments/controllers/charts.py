import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, serialize_exception

# Methods of utility.figure that make the files, and their types
EXPORTS = {
    "xlsx": (
        "_export_charts_xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "pdf": ("_export_charts_pdf", "application/pdf"),
}
LARGEST_ID = 2**31 - 1


class ChartsController(http.Controller):
    @http.route(
        "/utility_payments/charts/<any(xlsx, pdf):extension>",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        readonly=True,
    )
    def export_charts(self, extension, **kwargs):
        """The charts of a period as a file (KPI-06).

        Takes ``date_from`` and ``date_to`` (2026-04-30), and all optional:
        ``company_ids`` and ``channel_ids`` (1,2,3), ``compare``, ``charts`` (keys:
        day,aging). Rights and words are checked where charts are read.
        """
        method, content_type = EXPORTS[extension]
        figures = request.env["utility.figure"]
        try:
            arguments = (
                kwargs.get("date_from"),
                kwargs.get("date_to"),
                self._read_scope(kwargs),
            )
            content = getattr(figures, method)(*arguments)
            name = figures._export_name(*arguments[:2])
        except UserError as error:
            if request.httprequest.method == "GET":
                raise
            # The web client shows the sentence of an error that comes like this.
            response = request.make_response(
                json.dumps(
                    {
                        "code": 0,
                        "message": "Odoo Server Error",
                        "data": serialize_exception(error),
                    }
                ).replace("<", "\\u003c"),
                headers=[("Content-Type", "text/html; charset=utf-8")],
            )
            response.status_code = error.http_status
            return response
        return request.make_response(
            content,
            headers=[
                ("Content-Type", content_type),
                ("Content-Disposition", content_disposition(f"{name}.{extension}")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _read_scope(self, values):
        scope = {
            name: self._read_ids(values[name])
            for name in ("company_ids", "channel_ids")
            if values.get(name)
        }
        if values.get("compare"):
            scope["compare"] = values["compare"]
        if values.get("charts"):
            scope["charts"] = values["charts"].split(",")
        return scope

    def _read_ids(self, text):
        ids = text.split(",")
        if not all(part.isdecimal() and int(part) <= LARGEST_ID for part in ids):
            raise UserError(
                request.env._(
                    "“%(ids)s” are not numbers of companies or channels: write them as"
                    " 1,2,3.",
                    ids=text,
                )
            )
        return [int(part) for part in ids]
