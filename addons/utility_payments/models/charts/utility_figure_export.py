from odoo import api, fields, models
from odoo.tools import format_datetime, get_lang

from ...tools.chart_workbook import date_format, workbook
from ...tools.workbook import money_format

# What stands above the charts on paper
HEADLINES = (
    "total_collected",
    "net_collected",
    "collection_rate",
    "average_collection_time",
    "outstanding",
)


class UtilityFigure(models.AbstractModel):
    """The charts as files (KPI-06)."""

    _inherit = "utility.figure"

    @api.model
    def _export_charts_xlsx(self, date_from, date_to, scope=None):
        """All charts, a sheet for each, with numbers and dates that are such.

        :return: the content of the file
        :rtype: bytes
        """
        read = self._read_charts(date_from, date_to, scope)
        currency = self.env["res.currency"].browse(read["currency_id"])
        return workbook(
            read["charts"],
            {
                "sheet": self.env._("Summary"),
                "title": self.env._("Collections"),
                "rows": self._export_summary(read, currency),
            },
            money_format(
                currency.symbol, currency.decimal_places, currency.position == "before"
            ),
            date_format(get_lang(self.env).date_format),
        )

    @api.model
    def _export_summary(self, read, currency):
        """What an export tells of itself: pairs of texts."""
        return [
            (self.env._("Company"), ", ".join(read["companies"])),
            (self.env._("Period"), read["period"]["label"]),
            (self.env._("Compared with"), read["compared"]["label"]),
            (
                self.env._("Channels"),
                ", ".join(read["channels"]) or self.env._("All"),
            ),
            (self.env._("Currency"), currency.name),
            (
                self.env._("Made"),
                self.env._(
                    "%(moment)s by %(user)s",
                    moment=format_datetime(self.env, fields.Datetime.now()),
                    user=self.env.user.name,
                ),
            ),
        ]

    @api.model
    def _export_charts_pdf(self, date_from, date_to, scope=None):
        """All charts on paper.

        :return: the content of the file
        :rtype: bytes
        """
        data = {"date_from": date_from, "date_to": date_to, "scope": scope}
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "utility_payments.action_report_collection_charts", data=data
        )
        return content

    @api.model
    def _export_values(self, date_from, date_to, scope=None):
        """Values of the charts on paper.

        :return: as `collection_charts`, and ``figures`` by key, ``summary`` (pairs of
            texts), ``currency``
        :rtype: dict
        """
        scope = dict(scope or {})
        read = self._read_charts(date_from, date_to, scope)
        scope.pop("charts", None)
        currency = self.env["res.currency"].browse(read["currency_id"])
        return read | {
            "figures": self._read(
                date_from, date_to, scope | {"figures": list(HEADLINES)}
            ),
            "summary": self._export_summary(read, currency),
            "currency": currency,
        }

    @api.model
    def _export_name(self, date_from, date_to):
        """Name of an exported file, without its extension."""
        first, last = (self._to_date(day) for day in (date_from, date_to))
        return self.env._("Collections %(first)s %(last)s", first=first, last=last)
