from odoo import api, fields, models


class AccountPayment(models.Model):
    """The disputes of a payment (COL-09, LST-02)."""

    _inherit = "account.payment"

    utility_dispute_ids = fields.One2many(
        comodel_name="utility.dispute", inverse_name="payment_id", readonly=True
    )
    utility_dispute_count = fields.Integer(
        compute="_compute_utility_dispute_count", compute_sudo=True
    )
    can_dispute = fields.Boolean(
        compute="_compute_can_dispute",
        help="Whether you may open a dispute of this payment.",
    )

    @api.depends("utility_dispute_ids")
    def _compute_utility_dispute_count(self):
        for payment in self:
            payment.utility_dispute_count = len(payment.utility_dispute_ids)

    @api.depends_context("uid")
    @api.depends("utility_state", "payment_type")
    def _compute_can_dispute(self):
        staff = self.env.user.has_group("utility_consumers.group_customer_executive")
        for payment in self:
            payment.can_dispute = staff and payment._is_adjustable()

    def action_open_dispute(self):
        """Open a new dispute of this payment (LST-02).

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["utility.dispute"]._get_new_action(default_payment_id=self.id)

    def action_view_disputes(self):
        """Open the disputes of this payment."""
        self.ensure_one()
        return self.utility_dispute_ids._get_view_action()
