from odoo import api, fields, models


class AccountPayment(models.Model):
    """The plans whose installments a payment paid, on its details page (PAY-02)."""

    _inherit = "account.payment"

    plan_names = fields.Char(
        string="Plans", compute="_compute_plan_names", compute_sudo=True
    )

    @api.depends("allocation_ids.installment_id")
    def _compute_plan_names(self):
        for payment in self:
            plans = payment.allocation_ids.installment_id.plan_id
            payment.plan_names = ", ".join(plans.mapped("display_name")) or False

    def action_view_payment_plans(self):
        """Open the plan that the payment paid, or the list of several.

        :return: an action for the web client
        """
        self.ensure_one()
        plans = self.sudo().allocation_ids.installment_id.plan_id.sudo(False)
        if len(plans) == 1:
            return plans.action_view_details()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "utility_collections.utility_payment_plan_action"
        )
        return action | {"domain": [("id", "in", plans.ids)]}
