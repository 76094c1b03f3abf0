from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestRefusal(CreditNotesCommon):
    """Refusing a request with a reason (ROL-03, CRN-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill()

    def setUp(self):
        super().setUp()
        _outcome, payment = self.record_one()
        self.note = self.make_note(payment, 100)
        self.note.action_confirm()

    def open_refusal(self, user):
        action = self.note.with_user(user).action_open_refusal()
        Wizard = self.env[action["res_model"]].with_user(user)
        return Wizard.with_context(**action["context"])

    def test_refuse(self):
        """ROL-03, CRN-13: a refusal needs a reason, which stays on the note."""
        form = Form(self.open_refusal(self.manager))
        with self.assertRaises(AssertionError):
            form.save()
        form.reason = "The receipt is missing"
        form.save().action_refuse()
        self.assertEqual(self.note.state, "cancelled")
        self.assertEqual(self.note.refusal_reason, "The receipt is missing")
        self.assertEqual(self.note.decided_by, self.manager)

    def test_only_who_may_decide(self):
        """ROL-03: neither the author nor the counter refuses."""
        with self.assertRefused(AccessError, "Billing Managers"):
            self.open_refusal(self.clerk)

    def test_only_requests(self):
        """ROL-03: the dialog refuses requests, nothing else."""
        Wizard = self.env["utility.approval.refusal"].with_user(self.manager)
        wizard = Wizard.create(
            {"res_model": "res.partner", "res_id": 1, "reason": "No"}
        )
        with self.assertRefused(UserError, "Only requests"):
            wizard.action_refuse()

    def test_reviews_are_written_by_the_door(self):
        """ROL-03: nobody approves by writing the review, over the API."""
        review = self.note.review_ids
        self.assertEqual(review.status, "pending")
        for user in (self.clerk, self.manager):
            with self.assertRefused(AccessError, "by its buttons"):
                review.with_user(user).status = "approved"
