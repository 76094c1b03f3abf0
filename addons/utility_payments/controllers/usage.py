import json

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter


def log_export(data, fmt):
    """Count an export (USE-01); what the caller sent may be anything."""
    try:
        model = json.loads(data)["model"]
    except (ValueError, TypeError, KeyError):
        return
    request.env["utility.usage.event"]._log(
        "report_generated", subject=model, format=fmt
    )


class UsageCSVExport(CSVExport):
    @http.route()
    def web_export_csv(self, data):
        response = super().web_export_csv(data)
        log_export(data, "csv")
        return response


class UsageExcelExport(ExcelExport):
    @http.route()
    def web_export_xlsx(self, data):
        response = super().web_export_xlsx(data)
        log_export(data, "xlsx")
        return response


class UsageTableExporter(TableExporter):
    def _writes_usage(self, rule, args):
        """Odoo's export only reads; given as a value, this would be a warning."""
        return False

    @http.route(readonly=_writes_usage)
    def export_xlsx(self, data, **kw):
        response = super().export_xlsx(data, **kw)
        if hasattr(data, "seek"):
            data.seek(0)
            data = data.read()
        log_export(data, "xlsx")
        return response
