from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.utility_collections.tools.promise import keep_promises

from .common import PlansCommon


class PromisesCommon(PlansCommon):
    """A consumer with an overdue bill of 145.50 and one of 100.00 that isn't due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(145.50)
        cls.later = cls.make_bill(
            100.00, date=str(cls.today), due_date=str(cls.days(20))
        )
        cls.Promise = cls.env["utility.payment.promise"].with_user(cls.clerk)

    def promise(self, amount=100.0, days=5, account=None, user=None, **values):
        return self.Promise.with_user(user or self.clerk).create(
            {
                "utility_account_id": (account or self.account).id,
                "amount": amount,
                "date": self.days(days),
                **values,
            }
        )

    def pass_days(self, promises, days):
        """So many days ago: as if the promise were that much older."""
        for promise in promises.sudo():
            promise.date -= timedelta(days=days)
        self.env.flush_all()

    def judge(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_collections.ir_cron_judge_promises"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def kinds(self, promise):
        return (
            self.env["utility.collection.event"]
            .search([("res_model", "=", promise._name), ("res_id", "=", promise.id)])
            .sorted("id")
            .mapped("kind")
        )


@tagged("post_install", "-at_install")
class TestPromise(PromisesCommon):
    # -------------------------------------------------------------------------
    # TERMS
    # -------------------------------------------------------------------------

    def test_dialog_proposes_what_is_overdue(self):
        """COL-06: the dialog proposes what ends collections, in a week."""
        action = self.account.with_user(self.clerk).action_new_promise()
        view = action["views"][0][0]
        form = Form(self.Promise.with_context(**action["context"]), view=view)
        self.assertEqual(form.amount, 145.50)
        self.assertEqual(form.date, self.days(7))
        self.assertEqual(form.possible_amount, 245.50)
        promise = form.save()
        self.assertEqual((promise.state, promise.user_id), ("open", self.clerk))
        self.assertEqual(self.kinds(promise), ["promise_made"])

    def test_amount_within_the_debt(self):
        """COL-06: not above the debt; the sentence names the most that is possible."""
        with self.assertRefused(ValidationError, "$\xa0245.50"):
            self.promise(245.51)
        self.promise(200)
        with self.assertRefused(ValidationError, "$\xa045.50"):
            self.promise(45.51)
        self.promise(45.50)
        with self.assertRefused(ValidationError, "owes nothing that could be promised"):
            self.promise(0.01)

    def test_two_at_once_in_one_call(self):
        """COL-06: promises of one call count together."""
        values = {"utility_account_id": self.account.id, "amount": 150}
        with self.assertRefused(ValidationError, "$\xa095.50"):
            self.Promise.create([values, values])

    def test_garbage(self):
        """COL-06: what is no amount, day or account is refused with a sentence."""
        for amount in (0, -5, "many", float("nan"), 10.001, "1e400", [1]):
            with self.subTest(amount=amount), self.assertRefused(ValidationError):
                self.promise(amount)
        for date in ("tomorrow", 7, self.days(-1), self.days(400)):
            with self.subTest(date=date), self.assertRefused(ValidationError):
                self.Promise.create(
                    {"utility_account_id": self.account.id, "amount": 5, "date": date}
                )
        for account in (False, "x", -1, 2**40, True):
            with self.subTest(account=account), self.assertRefused(ValidationError):
                self.Promise.create({"utility_account_id": account, "amount": 5})
        with self.assertRefused(ValidationError, "Made"):
            self.promise(5, contact_mode="telegram")

    def test_no_debt(self):
        """COL-06: an account without debt promises nothing."""
        with self.assertRefused(ValidationError, "owes nothing"):
            self.promise(5, account=self.make_account("Nobody"))

    def test_days_ahead(self):
        """COL-06: the company's days ahead; a Billing Manager may go beyond."""
        self.company.utility_promise_days = 10
        self.promise(5, days=10)
        for user in (self.clerk, self.recovery):
            with self.assertRefused(ValidationError, "too far ahead"):
                self.promise(5, days=11, user=user)
        self.promise(5, days=60, user=self.manager)
        self.promise(5, days=0)

    def test_beside_a_plan(self):
        """COL-06: what a plan puts off can't be promised."""
        self.make_plan(self.bill, first_due_date=self.days(10))
        with self.assertRefused(ValidationError, "$\xa0100.00"):
            self.promise(100.01)
        self.promise(100)

    def test_never_changed(self):
        """COL-06: terms and states aren't written or deleted, only the doors change."""
        promise = self.promise()
        for user in (self.clerk, self.manager):
            for vals in ({"state": "kept"}, {"amount": 1}, {"paid_amount": 100}):
                with self.assertRefused(UserError, "isn't changed"):
                    promise.with_user(user).write(vals)
        with self.assertRefused(AccessError):
            promise.unlink()
        promise = self.promise(5, state="kept", paid_amount=5, since_move_id=0)
        self.assertEqual((promise.state, promise.paid_amount), ("open", 0))

    def test_rights(self):
        """COL-06, ROL-01: collectors promise for their own consumers only."""
        with self.assertRefused(AccessError):
            self.promise(user=self.collector)
        self.account.collector_id = self.collector
        promise = self.promise(user=self.collector)
        self.assertEqual(promise.contact_mode, "field")
        promise.action_cancel("Moved away")
        self.account.collector_id = False
        self.env.invalidate_all()
        with self.assertRefused(AccessError):
            promise.with_user(self.collector).read(["amount"])

    # -------------------------------------------------------------------------
    # KEPT
    # -------------------------------------------------------------------------

    def test_kept_by_a_counter_payment(self):
        """COL-06: kept in the transaction of the payment, to the cent."""
        promise = self.promise(100)
        self.record_one(99.99)
        self.assertEqual((promise.state, promise.paid_amount), ("open", 99.99))
        self.record_one(0.01)
        self.assertEqual((promise.state, promise.paid_amount), ("kept", 100.00))
        self.assertEqual(promise.ended_on, self.today)
        self.assertEqual(self.kinds(promise), ["promise_made", "promise_kept"])

    def test_earlier_payments_do_not_count(self):
        """COL-06: only money from after the promise keeps it."""
        self.record_one(45.50)
        promise = self.promise(100)
        self.assertEqual(promise.paid_amount, 0)
        self.judge()
        self.assertEqual(promise.state, "open")

    def test_kept_by_split_payments(self):
        """COL-06: several payments keep it, also what is more than is owed."""
        first, second = self.promise(145.50), self.promise(100, days=9)
        self.record_one(45.50)
        self.record_one(100)
        self.assertEqual((first.state, second.paid_amount), ("kept", 0))
        self.record_one(130)
        self.assertEqual((second.state, second.paid_amount), ("kept", 100))

    def test_kept_by_credit_applied(self):
        """COL-06: credit for what was charged wrongly keeps it once it pays a bill."""
        _outcome, payment = self.record_one(45.50)
        promise = self.promise(60)
        note = self.make_note(payment, 45.50, reason="billing_error")
        note.action_confirm()
        self.approve(note)
        self.assertEqual(promise.paid_amount, 0)
        note.apply_to(self.bill.ids, 40)
        self.assertEqual((promise.state, promise.paid_amount), ("open", 40))
        self.record_one(20)
        self.assertEqual(promise.state, "kept")
        note.application_ids[:1].with_user(self.manager).action_undo()
        self.assertEqual((promise.state, promise.paid_amount), ("open", 20))

    def test_oldest_date_first(self):
        """COL-06: money goes to the promise with the oldest date."""
        second, first = self.promise(50, days=9), self.promise(80, days=3)
        self.record_one(100)
        self.assertEqual((first.state, first.paid_amount), ("kept", 80))
        self.assertEqual((second.state, second.paid_amount), ("open", 20))

    def test_returned_before_its_date(self):
        """COL-06: a kept promise whose payment bounces is open again."""
        promise = self.promise(100)
        _outcome, payment = self.record_one(100)
        self.adjust(payment)
        self.assertEqual((promise.state, promise.paid_amount), ("open", 0))
        self.assertFalse(promise.ended_on)
        self.assertEqual(
            self.kinds(promise), ["promise_made", "promise_kept", "promise_reopened"]
        )
        self.record_one(100)
        self.assertEqual(promise.state, "kept")

    def test_returned_after_its_date(self):
        """COL-06: bounced after its date, it is broken."""
        promise = self.promise(100)
        _outcome, payment = self.record_one(100)
        self.pass_days(promise, 10)
        promise.sudo().date = self.days(-1)
        self.adjust(payment)
        self.assertEqual(promise.state, "broken")

    def test_corrected_payment(self):
        """COL-06: what corrects an older payment is no new money."""
        _outcome, before = self.record_one(45.50)
        promise = self.promise(100)
        self.adjust(
            before, "correct", new_mode_id=self.modes["cheque"].id, new_reference="1"
        )
        self.assertEqual(promise.paid_amount, 0)
        _outcome, after = self.record_one(30)
        self.adjust(
            after, "correct", new_mode_id=self.modes["cheque"].id, new_reference="2"
        )
        self.assertEqual(promise.paid_amount, 30)

    def test_refunded_money(self):
        """COL-06: money that was given back doesn't keep a promise."""
        promise = self.promise(100)
        _outcome, payment = self.record_one(100)
        note = self.make_note(payment, 40, reason="refund_request", user=self.recovery)
        note.action_confirm()
        if note.state == "to_approve":
            self.approve(note)
        self.assertEqual(promise.paid_amount, 100)
        refund = (
            self.env["utility.payment.adjustment"]
            .with_user(self.clerk)
            .create(
                {
                    "kind": "refund",
                    "reason": "The consumer asked for it",
                    "credit_note_id": note.id,
                    "refund_amount": 40,
                    "refund_mode_id": self.modes["cash"].id,
                }
            )
        )
        refund.action_request()
        self.approve(refund)
        self.assertEqual((promise.state, promise.paid_amount), ("open", 60))

    # -------------------------------------------------------------------------
    # BROKEN
    # -------------------------------------------------------------------------

    def test_broken_by_the_pass(self):
        """COL-06: broken past its date, on the company's day; the owner is told."""
        self.account.recovery_user_id = self.recovery
        promise = self.promise(100)
        self.record_one(30, date=str(self.days(-3)), user=self.manager)
        self.pass_days(promise, 5)
        self.judge()
        self.assertEqual(promise.state, "open")
        self.pass_days(promise, 1)
        self.judge()
        self.assertEqual((promise.state, promise.paid_amount), ("broken", 30))
        self.assertEqual(promise.ended_on, self.today)
        self.assertEqual(promise.activity_ids.user_id, self.recovery)
        self.assertEqual(self.account.broken_promise_count, 1)
        self.judge()
        self.assertEqual(self.kinds(promise), ["promise_made", "promise_broken"])
        # Money of today comes too late for it.
        self.record_one(70)
        self.assertEqual(promise.state, "broken")

    def test_grace(self):
        """COL-06: the days of grace are those it was made with."""
        self.company.utility_promise_grace_days = 3
        promise = self.promise(100)
        self.company.utility_promise_grace_days = 0
        self.pass_days(promise, 8)
        self.judge()
        self.assertEqual(promise.state, "open")
        self.pass_days(promise, 1)
        self.judge()
        self.assertEqual(promise.state, "broken")

    def test_recorded_late(self):
        """COL-06: a payment of its last day that is recorded later keeps it."""
        promise = self.promise(100)
        self.pass_days(promise, 7)
        self.judge()
        self.assertEqual(promise.state, "broken")
        self.record_one(100, date=str(self.days(-2)), user=self.manager)
        self.assertEqual(promise.state, "kept")
        self.assertFalse(promise.activity_ids)

    def test_nothing_owed_any_more(self):
        """COL-06: a promise isn't broken when a plan took the debt over."""
        promise = self.promise(145.50)
        self.make_plan(self.bill | self.later, first_due_date=self.days(10))
        self.pass_days(promise, 6)
        self.judge()
        self.assertEqual(promise.state, "cancelled")
        self.assertIn("Nothing is owed", promise.end_reason)

    # -------------------------------------------------------------------------
    # WHAT IT DOES
    # -------------------------------------------------------------------------

    def test_protection(self):
        """COL-06: what is left of it is protected until its day is over."""
        promise = self.promise(100)
        self.record_one(30)
        protection = self.account._get_protections()[self.account.id]
        self.assertEqual(
            protection,
            [
                {
                    "kind": "promise",
                    "amount": 70.0,
                    "until": self.days(6),
                    "record": promise,
                }
            ],
        )
        promise.action_cancel("Called again")
        self.assertFalse(self.account._get_protections())
        self.assertEqual(promise.end_reason, "Called again")
        with self.assertRefused(UserError, "nothing to cancel"):
            promise.action_cancel()
        self.promise(215.50)

    def test_other_accounts_cost_nothing(self):
        """REC-03: accounts without promises aren't looked at."""
        other = self.make_account("Other")
        self.promise(100)
        self.assertEqual((self.account | other)._filter_in_collections(), self.account)


@tagged("post_install", "-at_install")
class TestKeepPromises(PlansCommon):
    def test_shares(self):
        """COL-06: never more than received, nor than promised, whatever comes."""
        day = fields.Date.to_date("2026-01-10")
        promises = [
            (1, 0, day, day, Decimal("10")),
            (2, 0, day + timedelta(5), day + timedelta(5), Decimal("10")),
            (3, 2, day - timedelta(5), day + timedelta(9), Decimal("4")),
        ]
        receipts = [
            (1, day, Decimal("12")),
            (2, day + timedelta(1), Decimal("1")),
            (3, day + timedelta(2), Decimal("9.50")),
        ]
        self.assertEqual(
            keep_promises(promises, receipts),
            {
                1: (Decimal("10"), day),
                2: (Decimal("8.50"), None),
                3: (Decimal("4"), day + timedelta(2)),
            },
        )
