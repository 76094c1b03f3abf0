from odoo import api, fields, models
from odoo.tools import SQL


class UtilityReportMixin(models.AbstractModel):
    """What the report models have in common: whose figures, in which currency.

    A report is a SELECT (`_table_query`) with one row for each record behind it, so
    that whatever is summed opens the records it sums. All amounts are in company
    currency. Joins that only describe are outer joins on a primary key: PostgreSQL
    leaves them out where nothing of them is asked for.
    """

    _name = "utility.report.mixin"
    _description = "Report on Payments"
    # Ratios: {"rate:avg": (part, whole, times)}, names of measures that add up
    _ratios = {}
    # Whether rows without a whole are left out of the part, too
    _ratios_need_whole = False

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    category = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "category"),
        readonly=True,
        help="Of the consumer, as it is today.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Override of `base`: a rate of a group is that of its sums."""
        if aggregate_spec not in self._ratios:
            return super()._read_group_select(aggregate_spec, query)
        part, whole, times = self._ratios[aggregate_spec]
        columns = {
            "part": self._field_to_sql(self._table, part, query),
            "whole": self._field_to_sql(self._table, whole, query),
        }
        chosen = SQL()
        if self._ratios_need_whole:
            chosen = SQL(" FILTER (WHERE %(whole)s != 0)", **columns)
        ratio = SQL(
            "%(times)s * SUM(%(part)s)%(chosen)s::numeric / NULLIF(SUM(%(whole)s), 0)",
            times=times,
            chosen=chosen,
            **columns,
        )
        if self._fields[whole].type != "monetary":
            return ratio
        # Sums over two currencies are no amount, so have no rate.
        return SQL(
            "CASE WHEN COUNT(DISTINCT %s) = 1 THEN %s END",
            self._field_to_sql(self._table, "currency_id", query),
            ratio,
        )

    def _open_form(self, record):
        """Return an action on the form of what a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
            "name": record.display_name,
        }

    @api.model
    def _get_today_values(self):
        """Return the SQL rows of each company's id and the date of today there."""
        companies = (
            self.env["res.company"].sudo().search([("active", "in", [True, False])])
        )
        return SQL(
            "VALUES %s",
            SQL(", ").join(
                SQL("(%s, %s::date)", company.id, company._utility_today())
                for company in companies
            ),
        )

    @api.model
    def _selection_of(self, model, name):
        """The choices of another model's field, with what add-ons added to them."""
        return self.env[model]._fields[name]._description_selection(self.env)
