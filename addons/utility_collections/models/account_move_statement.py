from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _statement_texts(self):
        """Extend: a payment of installments says which (DOC-05)."""
        texts = super()._statement_texts()
        allocations_sudo = (
            self.env["utility.payment.allocation"]
            .sudo()
            .search(
                [
                    ("payment_id.move_id", "in", self.ids),
                    ("installment_id", "!=", False),
                ],
                order="id",
            )
        )
        for payment_sudo, rows in allocations_sudo.grouped("payment_id").items():
            text = texts[payment_sudo.move_id.id]
            names = dict.fromkeys(rows.installment_id.mapped("display_name"))
            installments = self.env._("installment %(names)s", names=", ".join(names))
            text["details"] = ", ".join(filter(None, (text["details"], installments)))
        return texts
