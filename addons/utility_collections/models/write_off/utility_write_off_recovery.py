from collections import defaultdict

from odoo import api, fields, models

from ..plans_wait import WAIT_KEY, PlansWait


class UtilityWriteOffRecovery(models.Model):
    """Debt that was written off and was owed again because somebody paid it.

    It lasts as long as the money. What a payment loses again, returned by the bank or
    used for something else, is given up as before: the approval of the write-off
    stands, and nobody has paid.
    """

    _name = "utility.write.off.recovery"
    _description = "Recovery of Written-Off Debt"
    _inherit = ["utility.collection.item"]
    _order = "id"

    write_off_line_id = fields.Many2one(
        comodel_name="utility.write.off.line",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="write_off_line_id.company_id", store=True, precompute=True
    )
    utility_account_id = fields.Many2one(
        related="write_off_line_id.utility_account_id", store=True, precompute=True
    )
    payment_id = fields.Many2one(
        comodel_name="account.payment",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    line_id = fields.Many2one(
        help="What the payment paid: the debt, booked anew against income."
    )
    amount = fields.Monetary(readonly=True)
    returned_amount = fields.Monetary(
        readonly=True, help="Of it, what the payment lost again: given up as before."
    )

    @api.model
    def _find_unpaid(self, accounts):
        """Recoveries on these accounts whose payment lost money of theirs."""
        return self.search(
            [
                # By its index: every payment on such an account asks.
                ("write_off_line_id.utility_account_id", "in", accounts.ids),
                # Without a payment it is being recorded just now.
                ("payment_id", "!=", False),
                ("line_id.amount_residual", ">", 0),
            ]
        )

    def _give_up(self):
        """Book back what isn't paid any more of these; superuser, accounts locked.

        :return: {`utility.write.off.recovery`: amount that was given up again}
        """
        amounts = {row: row.line_id.amount_residual for row in self}
        by_payment = defaultdict(self.browse)
        for row in self:
            by_payment[row.payment_id] += row
        Move = self.env["account.move"]
        if not PlansWait.of(self):
            # Whoever called lets collections follow what changes here.
            Move = Move.with_context(**{WAIT_KEY: PlansWait()})
        moves = Move._book_corrections(
            [rows._return_entry(amounts) for rows in by_payment.values()]
        )
        plan = []
        for rows, move in zip(by_payment.values(), moves, strict=True):
            # One payment's recoveries were booked by one entry.
            move.reversed_entry_id = rows.line_id.move_id
            plan += [
                (credit, row.line_id, None)
                for row, credit in zip(rows, move.line_ids[1:], strict=True)
            ]
        self.env["account.payment"].with_env(Move.env)._match_in_order(plan)
        for row, amount in amounts.items():
            row.returned_amount += amount
        payments = self.payment_id
        self.env["utility.collection.event"]._log(
            "recovery_returned",
            payments,
            notes={payment.id: payment.receipt_number for payment in payments},
            amounts={
                payment.id: sum(amounts[row] for row in rows)
                for payment, rows in by_payment.items()
            },
        )
        return amounts

    def _return_entry(self, amounts):
        """The entry that takes back the income of one payment's recoveries."""
        label = self.env._(
            "Not recovered: %(documents)s",
            documents=", ".join(
                dict.fromkeys(self.write_off_line_id.mapped("document_name"))
            ),
        )
        income = self.line_id.move_id.line_ids.filtered(lambda line: line.balance < 0)
        return {
            "account": self.utility_account_id,
            "date": self.company_id._utility_correction_date(),
            "ref": label,
            "lines": [
                {
                    "account_id": income.account_id.id,
                    "balance": sum(amounts[row] for row in self),
                    "name": label,
                },
                *(
                    {
                        "account_id": row.line_id.account_id.id,
                        "balance": -amounts[row],
                        "name": label,
                    }
                    for row in self
                ),
            ],
        }
