from odoo import api, fields, models


class AccountPayment(models.Model):
    """What a payment shows of its adjustments (ADJ-01)."""

    _inherit = "account.payment"

    adjustment_ids = fields.One2many(
        comodel_name="utility.payment.adjustment",
        inverse_name="payment_id",
        readonly=True,
    )
    adjustment_count = fields.Integer(compute="_compute_adjustments")
    replaced_by_id = fields.Many2one(
        comodel_name="account.payment",
        compute="_compute_adjustments",
        help="The payment that was recorded instead of this one.",
    )
    replaces_id = fields.Many2one(
        comodel_name="account.payment",
        compute="_compute_adjustments",
        help="The payment that this one was recorded for.",
    )
    amount_taken_back = fields.Monetary(
        string="Taken Back",
        currency_field="company_currency_id",
        compute="_compute_amount_taken_back",
        help="What documents lost again of this payment.",
    )
    can_adjust = fields.Boolean(
        compute="_compute_can_adjust",
        help="Whether you may request an adjustment of this payment.",
    )

    @api.depends("adjustment_ids.state")
    def _compute_adjustments(self):
        Adjustment = self.env["utility.payment.adjustment"].sudo()
        ids = self._origin.ids
        counts = dict(
            Adjustment._read_group(
                [("payment_id", "in", ids)], ["payment_id"], ["__count"]
            )
        )
        links = Adjustment.search_fetch(
            [
                ("replacement_payment_id", "!=", False),
                "|",
                ("payment_id", "in", ids),
                ("replacement_payment_id", "in", ids),
            ],
            ["payment_id", "replacement_payment_id"],
        )
        after = {link.payment_id.id: link.replacement_payment_id.id for link in links}
        before = {new: old for old, new in after.items()}
        for payment in self:
            payment.adjustment_count = counts.get(payment._origin, 0)
            payment.replaced_by_id = after.get(payment._origin.id)
            payment.replaces_id = before.get(payment._origin.id)

    @api.depends("allocation_ids.reversed_amount")
    def _compute_amount_taken_back(self):
        for payment in self:
            payment.amount_taken_back = sum(
                payment.allocation_ids.mapped("reversed_amount")
            )

    @api.depends_context("uid")
    @api.depends("utility_state", "payment_type")
    def _compute_can_adjust(self):
        staff = self.env.user.has_group("utility_consumers.group_customer_executive")
        for payment in self:
            payment.can_adjust = staff and payment._is_adjustable()

    def _is_adjustable(self):
        """Whether this is a posted payment of a consumer, not taken back yet."""
        self.ensure_one()
        return (
            bool(self.utility_account_id)
            and self.payment_type == "inbound"
            and self.utility_state == "posted"
        )

    def action_request_adjustment(self):
        """Open a new request to correct this payment, or the one that waits (LST-02).

        :return: an action on the form of the request
        """
        self.ensure_one()
        self.check_access("read")
        waiting = self.adjustment_ids.filtered(lambda row: row.state == "to_approve")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request Adjustment"),
            "res_model": "utility.payment.adjustment",
            "res_id": waiting[:1].id,
            "views": [[False, "form"]],
            "context": {"default_payment_id": self.id},
        }
