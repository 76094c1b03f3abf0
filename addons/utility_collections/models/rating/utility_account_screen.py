from markupsafe import Markup

from odoo import api, fields, models

from ...tools.rating import rating_parts


class UtilityAccount(models.Model):
    """What the consumer's page shows of behaviour and rating (CON-07, CON-08)."""

    _inherit = "utility.account"

    behaviour_known = fields.Boolean(compute="_compute_behaviour_figures")
    behaviour_documents = fields.Integer(
        string="Documents Due", compute="_compute_behaviour_figures"
    )
    on_time_share = fields.Float(
        string="Paid on Time (%)",
        digits=(16, 1),
        compute="_compute_behaviour_figures",
        help="Of the bills and charges due in the period, those paid in full by their"
        " due date.",
    )
    partial_share = fields.Float(
        string="Partial Payments (%)",
        digits=(16, 1),
        compute="_compute_behaviour_figures",
        help="Of the payments of documents, those that left a part unpaid.",
    )
    average_days_to_pay = fields.Float(
        string="Average Days to Pay",
        digits=(16, 1),
        compute="_compute_behaviour_figures",
        help="From the document to its payment, weighted by amount.",
    )
    preferred_channel_id = fields.Many2one(
        comodel_name="utility.payment.channel", compute="_compute_behaviour_figures"
    )
    preferred_mode_id = fields.Many2one(
        comodel_name="utility.payment.mode",
        string="Preferred Method",
        compute="_compute_behaviour_figures",
    )
    returned_payments = fields.Integer(compute="_compute_behaviour_figures")
    broken_plans = fields.Integer(compute="_compute_behaviour_figures")
    broken_promises = fields.Integer(
        string="Promises Not Kept", compute="_compute_behaviour_figures"
    )
    months_of_history = fields.Integer(compute="_compute_behaviour_figures")
    last_payment_date = fields.Date(compute="_compute_behaviour_figures")
    last_payment_amount = fields.Monetary(compute="_compute_behaviour_figures")
    rating_points = fields.Integer(compute="_compute_behaviour_figures")
    rating_parts = fields.Html(
        compute="_compute_behaviour_figures",
        help="What the calculated rating is made of (CON-08).",
    )

    @api.depends("behaviour_ids")
    @api.depends_context("lang")
    def _compute_behaviour_figures(self):
        """Figures of the row that the daily run wrote; nothing without one."""
        for account in self:
            row = account.behaviour_ids[:1]
            account.behaviour_known = bool(row)
            account.behaviour_documents = row.due_count
            account.on_time_share = _percent(row.on_time_count, row.due_count)
            account.partial_share = _percent(row.partial_count, row.paid_count)
            account.average_days_to_pay = row.average_days
            account.preferred_channel_id = row.channel_id
            account.preferred_mode_id = row.mode_id
            account.returned_payments = row.returned_count
            account.broken_plans = row.broken_plan_count
            account.broken_promises = row.broken_promise_count
            account.months_of_history = row.months_history
            payment_sudo = row.sudo().last_payment_id
            account.last_payment_date = payment_sudo.date
            account.last_payment_amount = abs(
                payment_sudo.amount_company_currency_signed
            )
            account.rating_points = row.points
            account.rating_parts = account._rating_parts_html(row)

    def _rating_parts_html(self, row):
        """The parts of the rating as a table, each as "Paid on time 96 %: +57"."""
        if not row.rating:
            return False
        lines = Markup().join(
            Markup('<tr><td>%s</td><td class="text-end fw-bold %s">%s</td></tr>')
            % (text, "text-danger" if points < 0 else "", f"{points:+d}")
            for text, points in self._get_rating_parts(row)
        )
        return Markup(
            '<table class="table table-sm mb-0"><tbody>%s</tbody></table>'
        ) % (lines)

    def _get_rating_parts(self, row):
        """Sentence and points of each part of the calculated rating (CON-08)."""
        return [
            (self._rating_part_text(name, row), points)
            for name, points in rating_parts(row._figures())
        ]

    def _rating_part_text(self, name, row):
        _t = self.env._
        return {
            "on_time": lambda: _t(
                "Paid on time %(share)s %%",
                share=f"{_percent(row.on_time_count, row.due_count):.0f}",
            ),
            "days": lambda: (
                _t(
                    "Pays after %(days)s days on average",
                    days=f"{row.average_days:.1f}",
                )
                if row.paid_count
                else _t("No payment yet")
            ),
            "history": lambda: _t(
                "Months of history: %(months)s", months=row.months_history
            ),
            "partial": lambda: _t(
                "Partial payments %(share)s %%",
                share=f"{_percent(row.partial_count, row.paid_count):.0f}",
            ),
            "returned": lambda: _t(
                "Returned payments: %(count)s", count=row.returned_count
            ),
            "broken_plan": lambda: _t(
                "Broken plans: %(count)s", count=row.broken_plan_count
            ),
            "broken_promise": lambda: _t(
                "Broken promises: %(count)s", count=row.broken_promise_count
            ),
        }[name]()


def _percent(part, whole):
    return 100.0 * part / whole if whole else 0.0
