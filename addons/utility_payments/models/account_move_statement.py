from odoo import models
from odoo.tools import format_date


class AccountMove(models.Model):
    """How an entry reads on a consumer's statement (DOC-05)."""

    _inherit = "account.move"

    def _statement_texts(self):
        """Say what these entries are, in the words of a statement.

        To extend by add-ons that book entries of their own.

        :return: for each id a dict of ``group`` (bill, service, payment, credit,
            other), ``title``, ``document`` (number that the consumer knows) and
            ``details``; in the language of the context
        :rtype: dict[int, dict]
        """
        return {move.id: move._statement_text() for move in self}

    def _statement_text(self):
        self.ensure_one()
        payment = self.origin_payment_id
        taken_back = self.reversed_entry_id.origin_payment_id
        document, details = self.name, self.ref
        if self.utility_kind == "bill":
            group, title = "bill", self.env._("Bill")
            details = self.utility_description
        elif self.utility_kind == "service":
            group, title = "service", self.env._("Service charge")
            details = ", ".join(
                filter(
                    None,
                    (
                        self.service_name,
                        self.service_date and format_date(self.env, self.service_date),
                    ),
                )
            )
        elif payment and payment.payment_type == "inbound":
            group, title = "payment", self.env._("Payment")
            document = payment.receipt_number or self.name
            details = payment.mode_id.name
        elif taken_back:
            returned = taken_back.utility_state == "returned"
            group = "other"
            title = (
                self.env._("Returned payment")
                if returned
                else self.env._("Cancelled payment")
            )
            document = taken_back.receipt_number or self.name
            details = taken_back.mode_id.name
        elif payment:
            group, title = "other", self.env._("Refund")
        elif self.move_type == "out_refund":
            group, title = "credit", self.env._("Credit")
        else:
            group, title = "other", self.env._("Correction")
        return {
            "group": group,
            "title": title,
            "document": document,
            "details": details or "",
        }
