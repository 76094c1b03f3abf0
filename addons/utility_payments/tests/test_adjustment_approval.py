from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .adjustment_common import AdjustmentsCommon


@tagged("post_install", "-at_install")
class TestAdjustmentApproval(AdjustmentsCommon):
    """Who may request, approve and refuse; nobody their own (ROL-02, ROL-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request()])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])

    def requested(self, user=None, **values):
        adjustment = self.make_adjustment(self.payment, user=user, **values)
        adjustment.action_request()
        return adjustment

    def assertNotDone(self, adjustment):
        self.env.invalidate_all()
        self.assertEqual(adjustment.state, "to_approve")
        self.assertEqual(self.payment.utility_state, "posted")
        self.assertEqual(self.bill.amount_residual, 0)

    # What is logged

    def test_trail(self):
        """ROL-03: who asked, who signed, and when."""
        adjustment = self.requested()
        self.assertEqual(adjustment.requested_by, self.clerk)
        self.assertTrue(adjustment.requested_at)
        self.approve(adjustment)
        self.assertEqual(adjustment.decided_by, self.manager)
        self.assertTrue(adjustment.decided_at)
        review = adjustment.review_ids
        self.assertEqual((review.status, review.done_by), ("approved", self.manager))
        self.assertEqual(adjustment.create_uid, self.clerk)

    def test_numbers(self):
        """CFG-02: each has a number of its own from a num format."""
        first, second = (self.make_adjustment(self.payment) for _ in range(2))
        self.assertRegex(first.number, r"^ADJ-\d{4}-\d{5}$")
        self.assertNotEqual(first.number, second.number)
        self.assertEqual(first.display_name, first.number)

    def test_every_role_requests_and_needs_approval(self):
        """ADJ-01: staff of each role may ask; a manager's own waits for another."""
        for user, role in (
            (self.clerk, "customer_executive"),
            (self.recovery, "recovery_executive"),
            (self.manager, "billing_manager"),
        ):
            adjustment = self.requested(user)
            self.assertEqual(adjustment.requester_role, role)
            self.assertEqual(adjustment.state, "to_approve")
            self.assertEqual(len(adjustment.review_ids), 1)
            adjustment.action_cancel()
        with self.assertRaises(AccessError):
            self.make_adjustment(self.payment, user=self.collector)

    def test_refusal(self):
        """ROL-03: a refusal ends it, with who, when and why."""
        adjustment = self.requested()
        adjustment.with_user(self.manager).action_refuse("The cheque was honoured")
        self.assertEqual(adjustment.state, "refused")
        self.assertEqual(adjustment.decided_by, self.manager)
        self.assertTrue(adjustment.decided_at)
        self.assertEqual(adjustment.refusal_reason, "The cheque was honoured")
        self.assertEqual(self.payment.utility_state, "posted")
        with self.assertRefused(UserError, "doesn't wait"):
            adjustment.with_user(self.other_manager).action_approve()
        # Another request is possible.
        self.approve(self.requested())
        self.assertEqual(self.payment.utility_state, "cancelled")

    def test_cancel(self):
        """ADJ-01: the author or a manager withdraws; it stays on record."""
        adjustment = self.requested()
        with self.assertRefused(AccessError, "its author or a Billing Manager"):
            adjustment.with_user(self.recovery).action_cancel()
        adjustment.action_cancel()
        self.assertEqual(adjustment.state, "cancelled")
        self.assertEqual(adjustment.review_ids.status, "cancel")
        with self.assertRefused(UserError, "doesn't wait"):
            adjustment.with_user(self.manager).action_approve()
        with self.assertRefused(UserError, "was decided"):
            adjustment.action_cancel()
        with self.assertRaises(UserError):
            adjustment.sudo().unlink()

    def test_what_waits_for_me(self):
        """ROL-03: the filter shows what this manager may decide, own requests not."""
        adjustment = self.requested(self.manager)
        for user, found in (
            (self.manager, False),
            (self.other_manager, True),
            (self.clerk, False),
        ):
            Adjustment = self.env["utility.payment.adjustment"].with_user(user)
            domain = [("can_decide", "=", True)]
            self.assertEqual(bool(Adjustment.search(domain)), found, user.login)
            self.assertEqual(adjustment.with_user(user).can_decide, found)

    # The author can't approve by any route

    def test_author_by_button(self):
        """ROL-03: neither button nor the methods of the tier add-on."""
        adjustment = self.requested(self.manager)
        for method in ("action_approve", "validate_tier"):
            with self.assertRefused(AccessError, "own request"):
                getattr(adjustment.with_user(self.manager), method)()
        with self.assertRefused(AccessError, "own request"):
            adjustment.with_user(self.manager).action_refuse("No")
        self.assertNotDone(adjustment)

    def test_author_by_writing(self):
        """ROL-03: no user writes states, results or approvals."""
        adjustment = self.requested(self.manager)
        for user in (self.manager, self.other_manager, self.clerk):
            for values in (
                {"state": "done"},
                {"state": "draft"},
                {"validation_status": "validated"},
                {"decided_by": self.other_manager.id},
                {"requested_by": self.clerk.id},
                {"requester_role": "customer_executive"},
                {"review_ids": [Command.clear()]},
                {"reason": "Another"},
                {"amount": 1},
                {"number": "ADJ-1"},
            ):
                with self.assertRaises(UserError):
                    adjustment.with_user(user).write(values)
        self.assertNotDone(adjustment)

    def test_author_by_review(self):
        """ROL-03: reviews are written by the door only."""
        adjustment = self.requested(self.manager)
        review = adjustment.review_ids
        values = {"status": "approved", "done_by": self.other_manager.id}
        for user in (self.manager, self.other_manager):
            with self.assertRaises(AccessError):
                review.with_user(user).write(values)
            with self.assertRaises(AccessError):
                review.with_user(user).unlink()
            with self.assertRaises(AccessError):
                review.with_user(user).create(
                    {**values, "model": adjustment._name, "res_id": adjustment.id}
                )
        self.assertNotDone(adjustment)

    def test_author_by_create(self):
        """ROL-03: created as done, it is a draft all the same."""
        Adjustment = self.env["utility.payment.adjustment"].with_user(self.manager)
        values = {
            "state": "done",
            "requester_role": "customer_executive",
            "requested_by": self.clerk.id,
            "validation_status": "validated",
            "amount": 1,
            "review_ids": [Command.create({"status": "approved"})],
        }
        terms = {"payment_id": self.payment.id, "reason": "r", "kind": "reverse"}
        context = {f"default_{name}": value for name, value in values.items()}
        for adjustment in (
            Adjustment.create({**terms, **values}),
            Adjustment.with_context(**context).create(terms),
        ):
            self.assertEqual(adjustment.state, "draft")
            self.assertEqual(adjustment.requester_role, "billing_manager")
            self.assertFalse(adjustment.requested_by)
            self.assertEqual(adjustment.validation_status, "no")
            self.assertEqual(adjustment.amount, 145.50)
            self.assertFalse(adjustment.review_ids)

    def test_author_by_import(self):
        """ROL-03: an imported file makes drafts, nothing else."""
        Adjustment = self.env["utility.payment.adjustment"].with_user(self.manager)
        result = Adjustment.load(
            ["payment_id/.id", "reason", "kind", "state"],
            [[str(self.payment.id), "Imported", "reverse", "done"]],
        )
        self.assertTrue(result["ids"], result["messages"])
        self.assertEqual(Adjustment.browse(result["ids"]).state, "draft")
        self.assertEqual(self.payment.utility_state, "posted")

    def test_author_by_comment_dialog(self):
        """ROL-03: the comment dialog of the tier add-on is no way around."""
        adjustment = self.requested(self.manager)
        wizard = (
            self.env["comment.wizard"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": adjustment._name,
                    "res_id": adjustment.id,
                    "validate_reject": "validate",
                    "comment": "Fine",
                    "review_ids": [Command.set(adjustment.review_ids.ids)],
                }
            )
        )
        with self.assertRaises(AccessError):
            wizard.add_comment()
        self.assertNotDone(adjustment)

    def test_author_by_server_action(self):
        """ROL-03: code that runs with superuser rights, as the author."""
        adjustment = self.requested(self.manager)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Shortcut",
                "model_id": self.env["ir.model"]._get_id(adjustment._name),
                "state": "code",
                "code": "records.sudo().action_approve()",
            }
        )
        run = (
            action.with_user(self.manager)
            .sudo()
            .with_context(active_model=adjustment._name, active_ids=adjustment.ids)
        )
        with self.assertRaises(AccessError):
            run.run()
        with self.assertRefused(AccessError, "isn't approved"):
            adjustment.sudo()._execute()
        self.assertNotDone(adjustment)

    def test_colleague_requests_author_approves(self):
        """ROL-03: who wrote it doesn't approve it, whoever pressed the button."""
        adjustment = self.make_adjustment(self.payment, user=self.manager)
        adjustment.with_user(self.clerk).action_request()
        with self.assertRefused(AccessError, "own request"):
            adjustment.with_user(self.manager).action_approve()
        self.approve(adjustment, self.other_manager)
        self.assertEqual(adjustment.state, "done")

    def test_approver_writes_the_draft(self):
        """ROL-03: nobody puts terms into a colleague's draft, to approve them later."""
        adjustment = self.make_adjustment(self.payment, "reallocate")
        with self.assertRefused(UserError, "nobody else changes it"):
            adjustment.with_user(self.manager).write({"kind": "reverse"})
        with self.assertRefused(UserError, "nobody else changes it"):
            self.env["utility.payment.adjustment.document"].with_user(
                self.manager
            ).create({"adjustment_id": adjustment.id, "move_id": self.bill.id})

    def test_terms_are_frozen(self):
        """ROL-03: what was approved is what was requested, documents included."""
        second = self.make_bill(200)
        adjustment = self.requested(kind="reallocate", documents=[second])
        with self.assertRefused(UserError, "terms are fixed"):
            adjustment.write({"kind": "reverse"})
        with self.assertRaises(UserError):
            adjustment.write({"document_ids": [Command.clear()]})
        with self.assertRaises(UserError):
            adjustment.document_ids.write({"move_id": self.bill.id})
        with self.assertRaises(UserError):
            adjustment.document_ids.unlink()

    def test_payment_is_fixed(self):
        """ADJ-01: a draft stays with its payment."""
        _outcome, other = self.record_one(5)
        adjustment = self.make_adjustment(self.payment)
        with self.assertRefused(UserError, "stays with its payment"):
            adjustment.payment_id = other

    def test_counter_does_not_approve(self):
        """ROL-03: approving is for Billing Managers."""
        adjustment = self.requested()
        for user in (self.recovery, self.collector):
            with self.assertRaises(AccessError):
                adjustment.with_user(user).action_approve()
        self.assertNotDone(adjustment)

    def test_manager_of_another_company(self):
        """ROL-03, ROL-04: another company's manager neither sees nor decides it."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "utility_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        adjustment = self.requested()
        for method in ("action_approve", "action_refuse", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(adjustment.with_user(stranger), method)()
        with self.assertRaises(AccessError):
            self.make_adjustment(self.payment, user=stranger)
        self.assertNotDone(adjustment)

    # Two signatures

    def test_second_signature(self):
        """ADJ-01, ROL-03: above 10,000.00 two managers sign, one after the other."""
        self.make_bill(20000)
        _outcome, payment = self.record_one(10000.01)
        adjustment = self.make_adjustment(payment)
        adjustment.action_request()
        self.assertEqual(len(adjustment.review_ids), 2)
        adjustment.with_user(self.manager).action_approve()
        self.assertEqual(adjustment.state, "to_approve")
        self.assertFalse(adjustment.with_user(self.manager).can_decide)
        with self.assertRefused(AccessError, "already"):
            adjustment.with_user(self.manager).action_approve()
        self.approve(adjustment, self.other_manager)
        self.assertEqual(adjustment.state, "done")
        self.assertEqual(
            adjustment.review_ids.mapped("done_by"), self.manager | self.other_manager
        )

    def test_one_signature_is_enough_below(self):
        """ADJ-01: 10,000.00 itself needs one."""
        self.make_bill(20000)
        _outcome, payment = self.record_one(10000)
        self.adjust(payment)

    def test_second_signer_refuses(self):
        """ROL-03: with one signature given, the other may still refuse."""
        self.make_bill(20000)
        _outcome, payment = self.record_one(15000)
        adjustment = self.make_adjustment(payment)
        adjustment.action_request()
        adjustment.with_user(self.manager).action_approve()
        adjustment.with_user(self.other_manager).action_refuse("No")
        self.assertEqual(adjustment.state, "refused")
        self.assertEqual(payment.utility_state, "posted")

    # What must be true

    def test_one_request_at_a_time(self):
        """ADJ-01: a second request on the same payment is refused."""
        first = self.requested()
        second = self.make_adjustment(self.payment, user=self.recovery)
        with self.assertRefused(UserError, first.number):
            second.action_request()

    def test_reversed_meanwhile(self):
        """ADJ-01: two drafts: the second finds the payment taken back."""
        second = self.make_adjustment(self.payment)
        self.approve(self.requested())
        with self.assertRefused(UserError, "can't be adjusted"):
            second.action_request()

    def test_reason_is_mandatory(self):
        """ADJ-01: why, in words."""
        adjustment = self.make_adjustment(self.payment, reason="  ")
        with self.assertRefused(UserError, "needs a reason"):
            adjustment.action_request()

    def test_only_posted_payments(self):
        """ADJ-01: pending ones, and payments that are no consumer's, are refused."""
        native = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner_a.id,
                "amount": 10,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        with self.assertRaises(AccessError):
            self.make_adjustment(native)
        with self.assertRaises(UserError):
            self.env["utility.payment.adjustment"].sudo().create(
                {"payment_id": native.id, "kind": "reverse", "reason": "r"}
            )
        with self.assertRefused(UserError, "needs a payment"):
            self.env["utility.payment.adjustment"].with_user(self.clerk).create(
                {"kind": "reverse", "reason": "r"}
            )

    def test_without_tiers(self):
        """ROL-03: no tier, no approval, no adjustment."""
        self.env["tier.definition"].search(
            [("model", "=", "utility.payment.adjustment")]
        ).active = False
        adjustment = self.make_adjustment(self.payment)
        with self.assertRefused(UserError, "no approval tier"):
            adjustment.action_request()

    # The form

    def test_form(self):
        """ADJ-01, LST-02: opened from the payment, prefilled."""
        action = self.payment.with_user(self.clerk).action_request_adjustment()
        self.assertFalse(action["res_id"])
        Adjustment = self.env["utility.payment.adjustment"].with_user(self.clerk)
        with Form(Adjustment.with_context(**action["context"])) as form:
            self.assertEqual(form.payment_id, self.payment)
            self.assertEqual(form.utility_account_id, self.account)
            self.assertIn(self.bill.name, form.explanation)
            form.reason = "Bounced"
        adjustment = form.record
        adjustment.action_request()
        action = self.payment.with_user(self.clerk).action_request_adjustment()
        self.assertEqual(action["res_id"], adjustment.id)

    def test_usual_reason(self):
        """ADJ-01: cash isn't returned by a bank, a cheque as a rule is."""
        self.make_bill(10)
        _outcome, cheque = self.record_one(10, mode="cheque", reference="C-1")
        for payment, expected in ((self.payment, "wrong_entry"), (cheque, "returned")):
            Adjustment = self.env["utility.payment.adjustment"].with_user(self.clerk)
            with Form(Adjustment.with_context(default_payment_id=payment.id)) as form:
                self.assertEqual(form.reversal_kind, expected)
                form.reason = "r"
            self.assertEqual(form.record.reversal_kind, expected)

    def test_form_of_documents(self):
        """ADJ-01: the documents that can be chosen, and what each would get."""
        second = self.make_bill(100)
        Adjustment = self.env["utility.payment.adjustment"].with_user(self.clerk)
        with Form(Adjustment.with_context(default_payment_id=self.payment.id)) as form:
            form.kind = "reallocate"
            form.reason = "The other bill was meant"
            self.assertEqual(form.selectable_document_ids[:], self.bill | second)
            for document in (second, self.bill):
                with form.document_ids.new() as row:
                    row.move_id = document
                    self.assertEqual(row.amount_open, document.amount_total)
            self.assertIn(second.name, form.explanation)
        self.assertEqual(form.record.document_ids.move_id, second | self.bill)

    def test_explanations(self):
        """ADJ-01: what will happen is told before, for each kind."""
        other = self.make_account("Jane Roe")
        for kind, values, text in (
            ("reverse", {}, "taken back by an entry"),
            ("move", {"target_account_id": other.id}, other.number),
            ("reallocate", {}, "shared anew"),
            ("correct", {}, "Enter only what was wrong"),
            ("correct", {"new_reference": "X-1"}, "X-1"),
            ("correct", {"new_date": "2024-02-01"}, "02/01/2024"),
        ):
            adjustment = self.make_adjustment(self.payment, kind, **values)
            self.assertIn(text, adjustment.explanation)
