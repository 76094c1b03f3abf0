from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, models

from odoo.addons.utility_payments.tools.allocation import OpenItem
from odoo.addons.utility_payments.tools.amounts import to_decimal


class AccountPayment(models.Model):
    """Stages: money for debt that was written off is a recovery (COL-04).

    Until it is paid, such debt isn't in the ledger. Allocation sees it as an open item
    behind all others, under the negative id of the line of its write-off; before the
    payment is posted, what it is to receive is booked anew as a receivable.
    """

    _inherit = "account.payment"

    @api.model
    def _collect_open_items(self, accounts):
        """Extend: what was written off, after all that is owed."""
        items = super()._collect_open_items(accounts)
        for account_id, rows in accounts.sudo()._get_written_off().items():
            decimals = accounts.browse(account_id).currency_id.decimal_places
            items[account_id] += [
                OpenItem(-line_id, move_id, kind, to_decimal(amount, decimals))
                for line_id, amount, move_id, kind in rows
            ]
        return items

    @api.model
    def _collect_allocate(self, batch, settled=None):
        """Extend: the current balance never held what was written off (CON-04)."""
        res = super()._collect_allocate(batch, settled)
        recovered = defaultdict(Decimal)
        for item in self._collect_alive(batch):
            recovered[item.account] += sum(
                (share.amount for share in item.shares if share.line_id < 0), Decimal(0)
            )
            item.balance_after += float(recovered[item.account])
        return res

    @api.model
    def _collect_post(self, batch):
        """Extend: debt that was written off and is paid now is booked anew."""
        recoveries = self._collect_recover(batch)
        res = super()._collect_post(batch)
        if not recoveries:
            return res
        for item, rows_sudo in recoveries.items():
            rows_sudo.payment_id = item.payment
        self.env["utility.collection.event"]._log(
            "recovered",
            self.env["account.payment"].union(*(item.payment for item in recoveries)),
            notes={item.payment.id: item.payment.receipt_number for item in recoveries},
            amounts={
                item.payment.id: sum(rows_sudo.mapped("amount"))
                for item, rows_sudo in recoveries.items()
            },
        )
        return res

    @api.model
    def _collect_recover(self, batch):
        """Book what the batch pays of written-off debt, and point its shares there.

        :return: {item: `utility.write.off.recovery` records, superuser}
        """
        todo = {
            item: shares
            for item in batch
            if (shares := [share for share in item.shares if share.line_id < 0])
        }
        if not todo:
            return {}
        Recovery_sudo = self.env["utility.write.off.recovery"].sudo()
        moves = (
            self.env["account.move"]
            .sudo()
            ._book_corrections(
                [self._collect_recovery_entry(item, todo[item]) for item in todo]
            )
        )
        recoveries = {}
        for (item, shares), move in zip(todo.items(), moves, strict=True):
            debits = move.line_ids[: len(shares)]
            recoveries[item] = Recovery_sudo.create(
                [
                    {
                        "write_off_line_id": -share.line_id,
                        "line_id": debit.id,
                        "amount": float(share.amount),
                    }
                    for share, debit in zip(shares, debits, strict=True)
                ]
            )
            booked = {
                share.line_id: debit
                for share, debit in zip(shares, debits, strict=True)
            }
            item.shares = [
                replace(share, line_id=booked[share.line_id].id, document_id=move.id)
                if share.line_id < 0
                else share
                for share in item.shares
            ]
        return recoveries

    @api.model
    def _collect_recovery_entry(self, item, shares):
        """The entry that makes written-off debt a receivable again, against income."""
        company = item.company
        lines_sudo = (
            self.env["utility.write.off.line"]
            .sudo()
            .browse([-share.line_id for share in shares])
        )
        label = self.env._(
            "Recovered of %(documents)s",
            documents=", ".join(dict.fromkeys(lines_sudo.mapped("document_name"))),
        )
        return {
            "account": item.account,
            "date": item.date,
            "ref": label,
            "lines": [
                *(
                    {
                        "account_id": line_sudo.line_id.account_id.id,
                        "balance": float(share.amount),
                        "name": label,
                    }
                    for share, line_sudo in zip(shares, lines_sudo, strict=True)
                ),
                {
                    "account_id": company.utility_bad_debt_recovered_account_id.id,
                    "balance": -float(sum(share.amount for share in shares)),
                    "name": label,
                },
            ],
        }

    def _tell_due_again(self, documents):
        """Extend: what was recovered isn't due again, but given up as before."""
        if not self.utility_account_id.has_write_off:
            return super()._tell_due_again(documents)
        recoveries = self._recoveries().filtered(
            lambda row: row.line_id.amount_residual
        )
        sentences = super()._tell_due_again(documents - recoveries.line_id.move_id)
        if not recoveries:
            return sentences
        amounts = recoveries._give_up()
        return [
            *sentences,
            self.env._(
                "%(amount)s that was written off is given up as before.",
                amount=self._collect_money(
                    sum(amounts.values()), self.company_currency_id
                ),
            ),
        ]

    def _recoveries(self):
        """What these payments recovered; superuser."""
        return self.env["utility.write.off.recovery"].search(
            [("payment_id", "in", self.ids)]
        )
