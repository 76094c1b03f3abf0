from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..tools.chart_drawing import drawing

# Rows of a table that stays on one page
BLOCK = 16


class ReportCollectionCharts(models.AbstractModel):
    _name = "report.utility_payments.report_collection_charts"
    _description = "Charts of Collections on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Values of the paper; what may be seen is decided where charts are read.

        :param dict data: ``date_from``, ``date_to``, ``scope``
        """
        data = data or {}
        if not {"date_from", "date_to"} <= data.keys():
            raise UserError(
                self.env._("Choose a period on the landing page, and export it there.")
            )
        values = self.env["utility.figure"]._export_values(
            data["date_from"], data["date_to"], data.get("scope")
        )
        return values | {
            "company": self.env.company,
            "shown": self._show,
            "drawing": lambda chart: (
                drawing(chart["parts"], chart["shape"])
                if chart["unit"] and chart["parts"]
                else False
            ),
            "width_of": self._width_of,
            "blocks": lambda rows: [
                rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)
            ],
        }

    @api.model
    def _show(self, value, display, currency):
        """A value as people read it."""
        if value is False:
            return "–"
        if display == "money":
            return currency.format(value)
        if display == "count":
            return formatLang(self.env, value, digits=0)
        if display == "days":
            return formatLang(self.env, value, digits=1)
        sign = "+" if display == "change" and value > 0 else ""
        return f"{sign}{formatLang(self.env, value, digits=1)} %"

    @api.model
    def _width_of(self, part, chart):
        """Length of the bar of a part, in percent of the longest."""
        highest = max((abs(other["value"]) for other in chart["parts"]), default=0)
        if {"name": "value", "display": "percent"}.items() <= chart["columns"][
            0
        ].items():
            highest = 100
        if not highest or part["value"] <= 0:
            return 0
        # What is there can be seen.
        return max(round(100 * part["value"] / highest, 1), 0.8)
