from odoo import fields, models
from odoo.exceptions import AccessError, UserError


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
    revival_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Revival",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The entry that gave expired credit back.",
    )

    def action_undo(self):
        """Undo applications: the documents are due again, the credit is open again.

        :return: True
        :raises AccessError: for anyone below Billing Manager (CRN-10)
        :raises UserError: for a use that is no application or was undone before
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._("Undoing the use of a credit is for Billing Managers.")
            )
        rows_sudo = self.sudo()
        rows_sudo.utility_account_id._lock_accounts()
        for row_sudo in rows_sudo:
            if row_sudo.kind != "applied":
                raise UserError(
                    self.env._(
                        "%(number)s was not applied there but %(kind)s: only an"
                        " application can be undone.",
                        number=row_sudo.note_id.number,
                        kind=dict(
                            self._fields["kind"]._description_selection(self.env)
                        )[row_sudo.kind].lower(),
                    )
                )
            if row_sudo.reversed_at or not row_sudo.partial_id:
                raise UserError(
                    self.env._(
                        "The application of %(number)s to %(document)s was undone"
                        " already.",
                        number=row_sudo.note_id.number,
                        document=row_sudo.move_id.name,
                    )
                )
        rows_sudo._undo()
        return True

    def _undo(self):
        """Free the money of uses that still stand; an expiry is booked back.

        A refund can't be taken back: its debit stays open, as the consumer's debt.
        """
        standing = self.filtered(lambda row: not row.reversed_at)
        standing.partial_id.unlink()
        standing.filtered(lambda row: row.kind == "expired")._book_back()
        standing.write(
            {"reversed_at": fields.Datetime.now(), "reversed_by": self.env.uid}
        )

    def _book_back(self):
        """Take expired credit back from where it was booked, for reviving it."""
        if not self:
            return
        entries = []
        for row in self:
            label = self.env._(
                "Revival of credit note %(number)s", number=row.note_id.number
            )
            away = row.move_id.line_ids - row.line_id
            entries.append(
                row.note_id._entry(
                    label,
                    [
                        {
                            "account_id": row.line_id.account_id.id,
                            "balance": -row.amount,
                            "name": label,
                        },
                        {
                            "account_id": away.account_id.id,
                            "balance": row.amount,
                            "name": label,
                        },
                    ],
                )
            )
        moves = self.env["account.move"]._book_corrections(entries)
        for row, move in zip(self, moves, strict=True):
            row.revival_move_id = move
        self.env["account.payment"]._match_in_order(
            [
                (move.line_ids[0], row.line_id, None)
                for row, move in zip(self, moves, strict=True)
            ]
        )
