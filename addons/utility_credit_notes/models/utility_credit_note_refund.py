from odoo import models
from odoo.exceptions import UserError

from odoo.addons.utility_payments.models.collect.post import QUIET


class UtilityCreditNote(models.Model):
    """Credit is paid back to the consumer (CRN-12), once somebody else approved."""

    _inherit = "utility.credit.note"

    def action_request_refund(self):
        """Open the request of a refund of what remains.

        :return: an action on a new adjustment
        :raises UserError: when nothing of the note can be used
        """
        self.ensure_one()
        self.check_access("read")
        self._check_author()
        self.sudo()._check_usable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund %(number)s", number=self.number),
            "res_model": "utility.payment.adjustment",
            "views": [[False, "form"]],
            "target": "current",
            "context": {
                "default_kind": "refund",
                "default_payment_id": self.payment_id.id,
                "default_credit_note_id": self.id,
                "default_refund_amount": self.remaining_amount,
            },
        }

    def _book_refund(self, amount, mode, bank, label):
        """Pay money of this note back by an outbound payment, and match both.

        :param Decimal amount: company currency, at most what remains
        :param mode: the `utility.payment.mode` by which it is paid
        :param bank: the consumer's `res.partner.bank`, or an empty record
        :param str label: what the entry says
        :return: the posted outbound `account.payment`
        """
        self.ensure_one()
        company = self.company_id
        account = self.utility_account_id
        date = company._utility_correction_date()
        numbers = {
            name: self.env["ir.sequence"]._utility_draw(code, company, 1, date)[0]
            for name, code in (
                ("payment_number", "utility.payment"),
                ("transaction_number", "utility.transaction"),
            )
        }
        method_line = mode.journal_id.outbound_payment_method_line_ids[:1]
        if not method_line:
            raise UserError(
                self.env._(
                    "The journal %(journal)s of %(mode)s pays nothing out: choose"
                    " another method, or give the journal an outgoing one.",
                    journal=mode.journal_id.display_name,
                    mode=mode.name,
                )
            )
        outstanding = (
            method_line.payment_account_id
            or company._utility_outstanding_account("credit")
        )
        quiet = self.env["account.payment"].with_context(**QUIET)
        payment = quiet.create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "company_id": company.id,
                "partner_id": account.commercial_partner_id.id,
                "partner_bank_id": bank.id,
                "amount": float(amount),
                "currency_id": company.currency_id.id,
                "date": date,
                "journal_id": mode.journal_id.id,
                "payment_method_line_id": method_line.id,
                "outstanding_account_id": outstanding.id,
                "destination_account_id": self.credit_line_id.account_id.id,
                "memo": label,
                "utility_account_id": account.id,
                "mode_id": mode.id,
                "utility_state": "posted",
                "settlement_state": "not_applicable",
                "verification_state": "verified",
                **numbers,
            }
        )
        move = self.env["account.move"]._book_corrections(
            [
                {
                    "account": account,
                    "date": date,
                    "ref": label,
                    "name": numbers["payment_number"],
                    "journal": mode.journal_id,
                    "payment": payment,
                    "lines": [
                        {
                            "account_id": self.credit_line_id.account_id.id,
                            "balance": float(amount),
                            "name": label,
                        },
                        {
                            "account_id": outstanding.id,
                            "balance": -float(amount),
                            "name": label,
                        },
                    ],
                }
            ]
        )
        payment._collect_link(payment, move)
        self._use("refunded", [(self, move.line_ids[0], amount)])
        payment._log_event("recorded", "posted")
        return payment.with_env(self.env)
