from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestApproval(CreditNotesCommon):
    """Who may give credit, and who must agree (CRN-13, ROL-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(1000)
        outcome = cls.Payment.record_collections([cls.request(1000)])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])

    def test_limits_of_roles(self):
        """CRN-13: 50.00 at the counter, 200.00 for recovery, none for managers."""
        for user, amount, state in (
            (self.clerk, 50, "active"),
            (self.clerk, 50.01, "to_approve"),
            (self.recovery, 200, "active"),
            (self.recovery, 200.01, "to_approve"),
            (self.manager, 300, "active"),
        ):
            note = self.make_note(self.payment, amount, user=user)
            note.action_confirm()
            self.assertEqual(note.state, state, (user.login, amount))
        self.assertLedgerSound()

    def test_revenue_needs_another_manager(self):
        """CRN-13, ROL-03: a manager's own billing error waits for a colleague."""
        note = self.make_note(
            self.payment, 1, reason="billing_error", user=self.manager
        )
        note.action_confirm()
        self.assertEqual(note.state, "to_approve")
        self.assertFalse(note.can_decide)
        with self.assertRefused(AccessError, "own request"):
            note.action_approve()
        note.with_user(self.other_manager).action_approve()
        self.assertEqual(note.state, "active")
        self.assertEqual(note.decided_by, self.other_manager)

    def test_no_effect_before(self):
        """CRN-13: until then nothing is booked; a refusal ends it and frees the cap."""
        note = self.make_note(self.payment, 900)
        note.action_confirm()
        self.assertFalse(note.credit_line_id)
        self.assertEqual(self.account.credit_balance, 0)
        self.assertEqual(self.payment.creditable_amount, 100)
        note.with_user(self.manager).action_refuse("No proof")
        self.assertRecordValues(
            note,
            [
                {
                    "state": "cancelled",
                    "refusal_reason": "No proof",
                    "decided_by": self.manager.id,
                }
            ],
        )
        self.assertEqual(self.payment.creditable_amount, 1000)

    def test_terms_freeze(self):
        """CRN-13: what was requested can't be changed, by no field of it."""
        note = self.make_note(self.payment, 100)
        note.action_confirm()
        for vals in (
            {"amount": 1},
            {"reason_id": self.reasons["other"].id},
            {"state": "active"},
            {"credit_line_id": self.payment._receivable_lines()[:1].id},
            {"requester_role": "billing_manager"},
        ):
            for user in (self.clerk, self.manager, self.other_manager):
                with self.assertRefused(UserError):
                    note.with_user(user).write(vals)

    def test_create_forces_draft(self):
        """CRN-13: a program can't create an active note, nor one of another author."""
        note = self.make_note(
            self.payment,
            100,
            state="active",
            requester_role="billing_manager",
            automatic=True,
            number="CN-1",
            create_uid=self.manager.id,
        )
        self.assertRecordValues(
            note,
            [
                {
                    "state": "draft",
                    "requester_role": "customer_executive",
                    "automatic": False,
                    "create_uid": self.clerk.id,
                }
            ],
        )
        self.assertNotEqual(note.number, "CN-1")

    def test_reviews_are_not_written(self):
        """ROL-03: nobody approves by writing, making or removing a review."""
        note = self.make_note(self.payment, 100)
        note.action_confirm()
        Review = self.env["tier.review"].with_user(self.clerk)
        review = note.review_ids.with_user(self.clerk)
        self.assertTrue(review)
        attacks = (
            lambda: review.write({"status": "approved", "done_by": self.manager.id}),
            lambda: review.unlink(),
            lambda: Review.create(
                {
                    "model": note._name,
                    "res_id": note.id,
                    "definition_id": review.definition_id.id,
                    "status": "approved",
                }
            ),
            lambda: note.with_user(self.manager).restart_validation(),
            lambda: note.request_validation(),
            lambda: note.validate_tier(),
        )
        for number, attack in enumerate(attacks):
            with self.subTest(number), self.assertRefused(UserError):
                attack()
        self.assertEqual(note.state, "to_approve")

    def test_colleague_requests_author_approves(self):
        """ROL-03: neither who made it nor who asked for it approves."""
        note = self.make_note(self.payment, 1, "billing_error", user=self.manager)
        note.with_user(self.other_manager).action_confirm()
        for user in (self.manager, self.other_manager):
            with self.assertRefused(AccessError, "own request"):
                note.with_user(user).action_approve()

    def test_another_company(self):
        """ROL-03, ROL-04: a manager of another company has no say."""
        note = self.make_note(self.payment, 100)
        note.action_confirm()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._make_user("stranger", "group_billing_manager")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            note.with_user(stranger).action_approve()

    def test_unlink(self):
        """CRN-02: a number that was given stays on record."""
        note = self.make_note(self.payment, 1, user=self.manager)
        with self.assertRaises(UserError):
            note.unlink()
        note.action_cancel()
        self.assertEqual(note.state, "cancelled")
        with self.assertRefused(text="can't be withdrawn"):
            active = self.make_note(self.payment, 1)
            active.action_confirm()
            active.action_cancel()

    def test_withdrawn_waits_for_nobody(self):
        """CRN-13: what was withdrawn or reversed leaves the list of who approves."""
        first = self.make_note(self.payment, 60)
        first.action_confirm()
        first.action_cancel()
        second = self.make_note(self.payment, 60)
        second.action_confirm()
        self.payment.sudo()._release_credit()
        for note in (first, second):
            self.assertEqual(note.state, "cancelled")
            self.assertEqual(note.sudo().review_ids.mapped("status"), ["cancel"])

    def test_defaults_of_a_caller(self):
        """CRN-13: a context can't make a note automatic, or give it a higher role."""
        Note = (
            self.env["utility.credit.note"]
            .with_user(self.clerk)
            .with_context(
                default_automatic=True,
                default_state="active",
                default_requester_role="billing_manager",
                default_treatment="return_money",
            )
        )
        note = Note.create(
            {
                "payment_id": self.payment.id,
                "amount": 100,
                "reason_id": self.reasons["billing_error"].id,
            }
        )
        self.assertFalse(note.automatic)
        self.assertEqual(note.treatment, "adjust_revenue")
        note.action_confirm()
        self.assertEqual(note.state, "to_approve")

    def test_draft_of_another(self):
        """CRN-13: a manager's draft doesn't lend a clerk the manager's limit."""
        note = self.make_note(self.payment, 300, user=self.manager)
        with self.assertRefused(text="nobody else changes it"):
            note.with_user(self.clerk).amount = 900
        note.with_user(self.clerk).action_confirm()
        self.assertEqual(note.state, "to_approve")
