from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.utility_payments.tools.amounts import to_decimal


class UtilityWriteOff(models.Model):
    """What approval sets off: bad debts in the ledger, by an entry of their own.

    ===============  ==================  ==============================================
    what happens     debit               credit
    ===============  ==================  ==============================================
    written off      bad debts           receivable, matched with the documents
    paid later       receivable          bad debts recovered; the payment is matched
                                         with this receivable item
    not paid after   bad debts           receivable, matched with that item: given up
    all              recovered           as before
    taken back       receivable          bad debts: the documents are due again
    ===============  ==================  ==============================================
    """

    _inherit = "utility.write.off"

    def _execute(self):
        """Book the bad debt of each request, with what is open of it by now."""
        self._check_approved()
        self._lock_involved()
        for request in self:
            request._check_request()
            items = request._find_items(request.document_ids)
            request._check_not_more(items)
            with self.env["utility.payment.plan"]._follow_at_end(request) as waiting:
                waiting._book(items.with_env(waiting.env))
                # Before cases follow the debt: they would say that it was paid.
                waiting._close_case()
        self.env["utility.collection.event"]._log(
            "written_off",
            self,
            notes={request.id: request.number for request in self},
            amounts={request.id: request.written_off_amount for request in self},
        )

    def _close_case(self):
        """The case ends as written off where nothing that keeps it open is left."""
        account = self.utility_account_id
        self.env.flush_all()
        if account._get_debts()[account.id].contested_due <= 0:
            account.case_ids._close("written_off", note=self.number)

    def _check_not_more(self, items):
        """What was paid meanwhile is less to give up; more was not approved."""
        decimals = self.currency_id.decimal_places
        owed = sum(to_decimal(item.amount_residual, decimals) for item in items)
        if owed > to_decimal(self.amount, decimals):
            raise UserError(
                self.env._(
                    "%(number)s was requested for %(amount)s, and %(owed)s is open by"
                    " now: cancel it and request it anew.",
                    number=self.number,
                    amount=self.currency_id.format(self.amount),
                    owed=self.currency_id.format(float(owed)),
                )
            )

    def _book(self, items):
        label = self.env._("Write-off %(number)s", number=self.number)
        company = self.company_id
        total = sum(items.mapped("amount_residual"))
        move = self.env["account.move"]._book_corrections(
            [
                {
                    "account": self.utility_account_id,
                    "date": company._utility_correction_date(),
                    "ref": label,
                    "lines": [
                        {
                            "account_id": company.utility_bad_debt_account_id.id,
                            "balance": total,
                            "name": label,
                        },
                        *(
                            {
                                "account_id": item.account_id.id,
                                "balance": -item.amount_residual,
                                "name": label,
                            }
                            for item in items
                        ),
                    ],
                }
            ]
        )
        amounts = {item: item.amount_residual for item in items}
        self.env["account.payment"]._match_in_order(
            [
                (credit, item, None)
                for credit, item in zip(move.line_ids[1:], items, strict=True)
            ]
        )
        self.env["utility.write.off.line"].create(
            [
                {"write_off_id": self.id, "line_id": item.id, "amount": amount}
                for item, amount in amounts.items()
            ]
        )
        self.write({"move_id": move.id, "state": "done"})
        self.utility_account_id.has_write_off = True

    def action_reinstate(self):
        """Take a write-off back, as long as nothing of it was paid since.

        :return: True
        :raises AccessError: for anyone below Billing Manager
        :raises UserError: for one that wasn't booked, or of which something was paid
        """
        self._check_ids()
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._("Taking back a write-off is for Billing Managers.")
            )
        requests_sudo = self.sudo()
        requests_sudo._lock_involved()
        for request_sudo in requests_sudo:
            if request_sudo.state != "done":
                raise UserError(
                    self.env._(
                        "%(number)s isn't written off: there is nothing to take back.",
                        number=request_sudo.number,
                    )
                )
            if request_sudo.recovered_amount:
                raise UserError(
                    self.env._(
                        "%(amount)s of %(number)s was paid since: it can't be taken"
                        " back any more. Money that still comes in is booked as"
                        " recovered.",
                        amount=self.currency_id.format(request_sudo.recovered_amount),
                        number=request_sudo.number,
                    )
                )
            with self.env["utility.payment.plan"]._follow_at_end(
                request_sudo
            ) as waiting:
                waiting._take_back_entry()
        return True

    def _take_back_entry(self):
        """Reverse the entry: the documents are due again as they were."""
        credits = self.move_id.line_ids.filtered(lambda line: line.balance < 0)
        items = credits.matched_debit_ids.debit_move_id
        credits.matched_debit_ids.unlink()
        label = self.env._("%(number)s taken back", number=self.number)
        move = self.env["account.move"]._book_corrections(
            [
                {
                    "account": self.utility_account_id,
                    "date": self.company_id._utility_correction_date(),
                    "ref": label,
                    "lines": [
                        {
                            "account_id": line.account_id.id,
                            "balance": -line.balance,
                            "name": label,
                        }
                        for line in self.move_id.line_ids
                    ],
                }
            ]
        )
        move.reversed_entry_id = self.move_id
        self.env["account.payment"]._match_in_order(
            [
                (credit, debit, None)
                for credit, debit in zip(
                    self.move_id.line_ids[1:], move.line_ids[1:], strict=True
                )
            ]
        )
        self.line_ids.reinstated = True
        self.state = "cancelled"
        self.message_post(
            body=self.env._(
                "Taken back: %(documents)s due again.",
                documents=", ".join(items.move_id.mapped("name")),
            )
        )
