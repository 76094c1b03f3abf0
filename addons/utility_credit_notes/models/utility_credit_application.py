from odoo import fields, models


class UtilityCreditApplication(models.Model):
    """What a credit note was used for: applied, refunded or expired (CRN-09).

    The ledger's matches say what is used now; these rows say when, by whom and for
    what, and stay when a use is undone. Rows are only added, and marked as undone, by
    the doors. Amounts are in company currency.
    """

    _name = "utility.credit.application"
    _description = "Use of a Credit Note"
    _order = "id desc"
    _rec_name = "note_id"

    note_id = fields.Many2one(
        comodel_name="utility.credit.note",
        string="Credit Note",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    utility_account_id = fields.Many2one(
        related="note_id.utility_account_id",
        store=True,
        index=True,
        # Stored for the record rule and for reports by account.
        precompute=True,
    )
    kind = fields.Selection(
        selection=[
            ("applied", "Applied"),
            ("refunded", "Refunded"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
        help="The bill or charge that was paid, or the entry of refund or expiry.",
    )
    line_id = fields.Many2one(
        comodel_name="account.move.line", ondelete="restrict", readonly=True
    )
    partial_id = fields.Many2one(
        comodel_name="account.partial.reconcile",
        string="Match",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    reversed_at = fields.Datetime(string="Undone At", readonly=True)
    reversed_by = fields.Many2one(
        comodel_name="res.users", string="Undone By", readonly=True
    )
