from odoo import models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    """Taking a posted payment back by an entry of its own (ADJ-01, RCN-07).

    The caller has locked the account, checked its rights, and runs as superuser.
    """

    _inherit = "account.payment"

    def _release_credit(self):
        """Free what this payment keeps as credit, before it is reversed.

        An add-on above that lets credit be used undoes the uses here.

        :return: list of sentences, what was done
        """
        self.ensure_one()
        return []

    def _reverse_in_ledger(self, state, ref):
        """Free the whole payment, book the mirror entry, and match the two.

        The documents are due again. Money that the bank has seen already stays open
        on the reversal's side, for the bank's line that takes it back.

        :param str state: 'returned' or 'cancelled', the payment's status from now on
        :param str ref: reference of the entry
        :return: (the entry, list of sentences on what was done)
        :raises UserError: when a part of the payment can't be freed
        """
        self.ensure_one()
        documents = self.allocation_ids.filtered(
            lambda row: row.amount_applied > row.reversed_amount
        ).move_id
        self._take_back(self._allocated_amount())
        sentences = self._tell_due_again(documents)
        sentences += self._release_credit()
        self._check_free()
        own = self.move_id.line_ids.sorted("id")
        entry = self.env["account.move"]._book_corrections(
            [
                {
                    "account": self.utility_account_id,
                    "journal": self.journal_id,
                    "date": self.company_id._utility_correction_date(),
                    "ref": ref,
                    "lines": [
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "currency_id": line.currency_id.id,
                            "amount_currency": -line.amount_currency,
                            "balance": -line.balance,
                            "name": ref,
                        }
                        for line in own
                    ],
                }
            ]
        )
        entry.reversed_entry_id = self.move_id
        mirror = dict(zip(own, entry.line_ids.sorted("id"), strict=True))
        plan = [(line, mirror[line], None) for line in self._receivable_lines()]
        if not self._is_bank_matched():
            money = self._money_line()
            plan.append((mirror[money], money, None))
        self._match_in_order(plan)
        self.write(
            {
                "utility_state": state,
                "returned_on": entry.date if state == "returned" else False,
            }
        )
        self._queue_webhooks("returned")
        return entry, sentences

    def _tell_due_again(self, documents):
        """Say what became of documents whose money was taken back; to extend.

        :return: list of sentences
        """
        return [
            self.env._(
                "%(document)s is due again: %(amount)s is open.",
                document=document.name,
                amount=self._collect_money(
                    document._utility_residual(), self.company_currency_id
                ),
            )
            for document in documents
        ]

    def _money_line(self):
        """The item of the entry that waits for the bank."""
        self.ensure_one()
        return self.move_id.line_ids - self._receivable_lines()

    def _is_bank_matched(self):
        """Whether the bank has seen this money, wholly or in part."""
        money = self._money_line()
        return bool(money.matched_debit_ids | money.matched_credit_ids)

    def _check_free(self):
        """Raise unless the consumer's items of this payment are open in full."""
        for line in self._receivable_lines():
            currency = line.company_currency_id
            if currency.compare_amounts(line.amount_residual, line.balance):
                raise UserError(
                    self.env._(
                        "%(amount)s of payment %(receipt)s was used as credit: undo"
                        " that first.",
                        amount=currency.format(
                            abs(line.balance - line.amount_residual)
                        ),
                        receipt=self.receipt_number,
                    )
                )

    def _pass_bank_match(self, entry, replacement):
        """Let the bank's money, which matched this payment, count for another one.

        :param entry: the reversal, whose money item is open
        :param replacement: the payment that was recorded instead
        """
        self.ensure_one()
        back = entry.line_ids.filtered(
            lambda line: line.account_id == self._money_line().account_id
        )
        money = replacement._money_line()
        if back.account_id == money.account_id:
            self._match_in_order([(back, money, None)])
            return
        # Another mode has another account: what the bank saw moves over.
        transfer = self.env["account.move"]._book_corrections(
            [
                {
                    "account": replacement.utility_account_id,
                    "date": self.company_id._utility_correction_date(),
                    "ref": entry.ref,
                    "lines": [
                        {
                            "account_id": line.account_id.id,
                            "currency_id": line.currency_id.id,
                            "amount_currency": -line.amount_currency,
                            "balance": -line.balance,
                            "name": entry.ref,
                        }
                        for line in (back, money)
                    ],
                }
            ]
        )
        there, here = transfer.line_ids.sorted("id")
        self._match_in_order([(back, there, None), (here, money, None)])
