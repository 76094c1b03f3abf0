from uuid import uuid4

from odoo import models
from odoo.exceptions import UserError, ValidationError


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _create_payments(self):
        """Override of `account`: bills of consumers are paid through the one door."""
        self.ensure_one()
        accounts = self.line_ids.utility_account_id
        if not accounts:
            return super()._create_payments()
        requests = self._prepare_collection_requests(accounts)
        Payment = self.env["account.payment"]
        outcomes = Payment.record_collections(requests)
        for outcome in outcomes:
            if outcome["error"]:
                raise ValidationError(outcome["error"]["message"])
        return Payment.browse([outcome["payment_id"] for outcome in outcomes])

    def _prepare_collection_requests(self, accounts):
        """One request per consumer account, all or none."""
        if self.line_ids.filtered(lambda line: not line.utility_account_id):
            raise UserError(
                self.env._(
                    "Some of these documents belong to consumers and some don't: pay"
                    " them separately."
                )
            )
        if len(accounts) > 1 and self.currency_id.compare_amounts(
            self.amount, self.source_amount_currency
        ):
            raise UserError(
                self.env._(
                    "%(amount)s can't be shared among several consumers: pay their"
                    " documents in full, or one consumer at a time.",
                    amount=self.currency_id.format(self.amount),
                )
            )
        mode = self.env["utility.payment.mode"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("payment_method_line_id", "=", self.payment_method_line_id.id),
            ],
            limit=1,
        ) or self.env["utility.payment.mode"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("journal_id", "=", self.journal_id.id),
            ],
            limit=1,
        )
        if not mode:
            raise UserError(
                self.env._(
                    "No payment mode books on %(journal)s: choose another journal.",
                    journal=self.journal_id.display_name,
                )
            )
        group = uuid4().hex
        return [
            {
                "account": account.id,
                "amount": self.amount
                if len(accounts) == 1
                else sum(lines.mapped("amount_residual_currency")),
                "currency": self.currency_id.name,
                "mode": mode.code,
                "date": self.payment_date,
                "documents": lines.move_id.ids,
                "reference": self.communication,
                "note": self.communication,
                "group": group if len(accounts) > 1 else False,
            }
            for account, lines in self.line_ids.grouped("utility_account_id").items()
        ]
