from odoo import api, fields, models


class UtilityPaymentPlanInstallment(models.Model):
    """What lists, the calendar and receipts show of an installment."""

    _inherit = "utility.payment.plan.installment"

    position_label = fields.Char(
        string="Which", compute="_compute_position_label", help="Such as 1 of 3."
    )
    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", string="Consumer Name"
    )
    account_number = fields.Char(related="utility_account_id.number")

    @api.depends("sequence", "plan_id.installment_ids")
    def _compute_position_label(self):
        for row in self:
            if not row.sequence:
                row.position_label = self.env._("Down payment")
                continue
            count = len(row.plan_id.installment_ids.filtered("sequence"))
            row.position_label = self.env._(
                "%(number)s of %(count)s", number=row.sequence, count=count
            )

    def action_view_plan(self):
        """Open the plan of the installment.

        :return: an action for the web client
        """
        self.ensure_one()
        return self.plan_id.action_view_details()
