from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityDisputeResolve(models.TransientModel):
    """How a dispute is settled (COL-09)."""

    _name = "utility.dispute.resolve"
    _description = "Resolve a Dispute"

    dispute_id = fields.Many2one(
        comodel_name="utility.dispute", required=True, readonly=True
    )
    utility_account_id = fields.Many2one(
        related="dispute_id.utility_account_id", related_sudo=False
    )
    resolution = fields.Selection(
        selection=[
            ("credit_note", "Credit note"),
            ("adjustment", "Payment adjustment"),
            ("rejected", "Rejected"),
        ],
        string="Settled By",
        default="rejected",
        required=True,
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        compute="_compute_payment_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The payment that is credited or adjusted.",
    )
    credit_note_id = fields.Many2one(comodel_name="utility.credit.note")
    adjustment_id = fields.Many2one(comodel_name="utility.payment.adjustment")
    correction_move_id = fields.Many2one(
        comodel_name="account.move", string="Billing System's Credit"
    )
    remark = fields.Text(string="Remark to the Consumer")

    @api.depends("dispute_id")
    def _compute_payment_id(self):
        """The disputed payment, else the account's last."""
        for wizard in self:
            dispute = wizard.dispute_id
            wizard.payment_id = dispute.payment_id or self.env[
                "account.payment"
            ].search(
                [
                    ("utility_account_id", "=", dispute.utility_account_id.id),
                    ("payment_type", "=", "inbound"),
                    ("utility_state", "=", "posted"),
                ],
                order="date desc, id desc",
                limit=1,
            )

    def action_resolve(self):
        """Settle the dispute as chosen.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.dispute_id.action_resolve(
            self.resolution,
            remark=self.remark,
            credit_note_id=self.credit_note_id.id,
            adjustment_id=self.adjustment_id.id,
            correction_move_id=self.correction_move_id.id,
        )
        return {"type": "ir.actions.act_window_close"}

    def action_make_document(self):
        """Open the dialog of a new credit note or adjustment; it settles the dispute.

        :return: an action for the web client
        """
        self.ensure_one()
        self.dispute_id._check_settler()
        if not self.payment_id:
            raise UserError(
                self.env._(
                    "This account has no payment that could be credited or adjusted:"
                    " name the billing system's credit instead."
                )
            )
        if self.resolution == "credit_note":
            action = self.payment_id.action_create_credit_note()
        else:
            action = self.payment_id.action_request_adjustment()
        context = action.get("context") or {}
        return action | {
            "context": {**context, "utility_dispute_id": self.dispute_id.id}
        }
