from odoo.addons.utility_payments.tests.common import PaymentsCommon


class CreditNotesCommon(PaymentsCommon):
    """Payments that credit notes are made of, and factories for these."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reasons = {
            reason.code: reason
            for reason in cls.env["utility.credit.reason"].search([])
        }

    def make_note(
        self, payment, amount=None, reason="duplicate_payment", user=None, **values
    ):
        """A draft note of a payment, as the clerk unless told otherwise."""
        Note = self.env["utility.credit.note"].with_user(user or self.clerk)
        vals = {
            "payment_id": payment.id,
            "reason_id": self.reasons[reason].id,
            **values,
        }
        if amount is not None:
            vals["amount"] = amount
        return Note.create(vals)
