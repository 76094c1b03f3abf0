from odoo import api, fields, models


class UtilityPaymentPlanEvent(models.Model):
    """What happened to a plan, in all its versions' words (PLN-02, PLN-05)."""

    _name = "utility.payment.plan.event"
    _description = "Payment Plan Timeline Event"
    _inherit = "utility.timeline"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    installment_id = fields.Many2one(
        comodel_name="utility.payment.plan.installment",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("created", "Drafted"),
            ("offered", "Offered online"),
            ("signed", "Signed"),
            ("unsigned", "Signature void: terms changed"),
            ("activated", "Activated"),
            ("paid", "Installment paid"),
            ("partly_paid", "Installment partly paid"),
            ("payment_undone", "Payment taken back"),
            ("reminded", "Reminded"),
            ("not_reminded", "Not reminded"),
            ("missed", "Installment missed"),
            ("broken", "Broken"),
            ("reactivated", "Reactivated"),
            ("replaced", "Replaced by a new version"),
            ("replaces", "Replaces an earlier version"),
            ("reopened", "Open again"),
            ("completed", "Completed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    detail = fields.Char(compute="_compute_detail")

    @api.depends("installment_id", "amount", "note")
    def _compute_detail(self):
        """Installment, amount and note in one line, for the timeline."""
        for event in self:
            event_sudo = event.sudo()
            parts = [
                event_sudo.installment_id.display_name,
                event.amount and event.currency_id.format(event.amount),
                event.note,
            ]
            event.detail = ", ".join(part for part in parts if part)
