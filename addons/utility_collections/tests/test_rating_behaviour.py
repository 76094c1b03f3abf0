"""CON-07, CON-08: figures from the ledger, the daily run, ratings given by hand."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.utility_payments.tests.rights_common import RightsCommon

from .rating_common import RatingCommon


@tagged("post_install", "-at_install")
class TestRatingBehaviour(RatingCommon):
    def test_prompt_payer(self):
        """CON-07, CON-08: pays every bill in time: prompt, rated A, parts shown."""
        for bill in self.bill_months(self.account, 24):
            self.pay_bill(bill, 10)
        self.refresh(self.account)
        account = self.account.with_user(self.clerk)
        self.assertEqual(account.behaviour, "prompt")
        self.assertEqual(account.credit_rating, "A")
        self.assertEqual(account.on_time_share, 100)
        self.assertEqual(account.average_days_to_pay, 10)
        self.assertEqual(account.months_of_history, 24)
        self.assertEqual(account.rating_points, 100)
        self.assertIn("Paid on time 100 %", account.rating_parts)
        self.assertIn("+60", account.rating_parts)

    def test_late_payer(self):
        """CON-07: the average is weighted by amount."""
        first, second, third, *_rest = self.bill_months(self.account, 6)
        self.pay_bill(first, 20)
        self.pay_bill(second, 40, amount=50)
        self.pay_bill(third, 60)
        self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "late")
        # (100 x 20 + 50 x 40 + 100 x 60) / 250
        self.assertEqual(self.account.average_days_to_pay, 40)
        self.assertEqual(self.account.on_time_share, 0)
        self.assertEqual(self.account.behaviour_documents, 6)
        self.assertAlmostEqual(self.account.partial_share, 100 / 3, 1)

    def test_charts(self):
        """CON-06, CON-07: month by month what the figures sum up, and the methods."""
        first, second, third = self.bill_months(self.account, 3)
        self.pay_bill(first, 10)
        self.pay_bill(second, 20, amount=50)
        self.pay_bill(second, 22, mode="cheque", reference="C-1")
        on_time, days, methods = self.account.with_user(
            self.clerk
        ).read_behaviour_charts()
        self.assertMonths(
            on_time,
            (first.invoice_date_due, 100, 1),
            (second.invoice_date_due, 0, 1),
            (third.invoice_date_due, 0, 1),
        )
        self.assertMonths(
            days,
            (first.invoice_date + timedelta(days=10), 10, 100),
            (second.invoice_date + timedelta(days=20), 20, 50),
            (second.invoice_date + timedelta(days=22), 22, 50),
        )
        self.assertEqual(
            [(part["label"], part["value"]) for part in methods["parts"]],
            [("Cash", 2.0), ("Cheque", 1.0)],
        )

    def assertMonths(self, chart, *parts):
        """A chart has the weighted mean of (day, value, weight) by month."""
        sums = {}
        for day, value, weight in parts:
            total, weights = sums.get(f"{day:%b %y}", (0, 0))
            sums[f"{day:%b %y}"] = total + value * weight, weights + weight
        shown = {
            part["label"]: part["value"]
            for part in chart["parts"]
            if part["value"] is not False
        }
        self.assertEqual(
            shown, {month: total / weights for month, (total, weights) in sums.items()}
        )

    def test_charts_of_nobody(self):
        """CON-07: a wrong id is told, and what may not be read isn't."""
        Account = self.env["utility.account"]
        dora = self.make_account("Dora Dean")
        for accounts in (Account, Account.browse(999999999), self.account + dora):
            with self.assertRaisesRegex(UserError, "one account"):
                accounts.read_behaviour_charts()
        with self.assertRaises(AccessError):
            self.account.with_user(
                new_test_user(self.env, "passer_by", groups="base.group_user")
            ).read_behaviour_charts()

    def test_partial_payer(self):
        """CON-07: half of the payments leave a part of their bill."""
        for bill in self.bill_months(self.account, 4):
            self.pay_bill(bill, 10, amount=60)
            self.pay_bill(bill, 20)
        self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "partial")
        self.assertEqual(self.account.partial_share, 50)

    def test_erratic_and_dormant(self):
        """CON-07: in time and late by turns; nothing for half a year: dormant."""
        for place, bill in enumerate(self.bill_months(self.account, 4)):
            self.pay_bill(bill, 10 if place % 2 else 30)
        self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "erratic")
        with freeze_time(self.today + timedelta(days=400)):
            self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "dormant")

    def test_returned_payments_and_broken_plans(self):
        """CON-07, CON-08: what goes wrong costs points."""
        bills = self.bill_months(self.account, 5)
        payment = self.pay_bill(bills[0], 10, mode="cheque", reference="C-1")
        self.adjust(payment, reversal_kind="returned")
        self.make_plan(bills[1]).sudo()._break("Missed")
        self.env["utility.payment.promise"].create(
            {
                "utility_account_id": self.account.id,
                "amount": 50,
                "date": self.today,
            }
        ).sudo().write({"state": "broken"})
        self.refresh(self.account)
        self.assertEqual(self.account.returned_payments, 1)
        self.assertEqual(self.account.broken_plans, 1)
        self.assertEqual(self.account.broken_promises, 1)
        self.assertEqual(self.account.on_time_share, 0)
        self.assertEqual(self.account.credit_rating, "E")
        self.assertIn("Broken plans: 1", self.account.rating_parts)

    def test_preferred_way(self):
        """CON-07: the most frequent channel and method; of equals, the last."""
        bills = self.bill_months(self.account, 3)
        self.pay_bill(bills[0], 5)
        self.pay_bill(bills[1], 5, mode="cheque", reference="C-1")
        self.refresh(self.account)
        self.assertEqual(self.account.preferred_mode_id.code, "cheque")
        self.pay_bill(bills[2], 5)
        self.refresh(self.account)
        self.assertEqual(self.account.preferred_mode_id.code, "cash")
        self.assertTrue(self.account.preferred_channel_id)
        self.assertEqual(self.account.last_payment_amount, 100)

    def test_new_account(self):
        """CON-08: without a history there is no rating, and it isn't E."""
        self.refresh(self.account)
        self.assertFalse(self.account.credit_rating)
        self.assertFalse(self.account.behaviour_known)
        self.make_bill(50, due_date=str(self.today - timedelta(days=3)))
        self.refresh(self.account)
        self.assertFalse(self.account.credit_rating)
        self.assertTrue(self.account.behaviour_known)

    def test_period(self):
        """CON-07: only the months of the setting are considered."""
        bills = self.bill_months(self.account, 12)
        for bill in bills[:6]:
            self.pay_bill(bill, 10)
        self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "erratic")
        self.company.utility_behaviour_months = 6
        self.refresh(self.account)
        self.assertEqual(self.account.behaviour, "late")

    # -------------------------------------------------------------------------
    # DAILY RUN
    # -------------------------------------------------------------------------

    def test_daily_run(self):
        """CON-07: all at first, then who had movements; unchanged rows stay."""
        other = self.make_account("Jane Roe")
        mine, theirs = (self.bill_months(acc, 4) for acc in (self.account, other))
        self.run_daily()
        self.assertBehaviour(self.account | other)
        written = other.behaviour_ids.write_date
        for bill in mine:
            self.pay_bill(bill, 10)
        self.run_daily()
        self.assertBehaviour(self.account | other)
        self.assertEqual(self.account.behaviour, "prompt")
        self.assertEqual(other.behaviour_ids.write_date, written)
        self.pay_bill(theirs[0], 10)
        self.run_daily()
        self.assertBehaviour(self.account | other)

    def test_run_goes_on(self):
        """CON-07: a run that was stopped goes on after the last account done."""
        other = self.make_account("Jane Roe")
        for account in (self.account, other):
            self.bill_months(account, 3)
        run = (
            self.env["utility.account.behaviour.run"]
            .sudo()
            .create({"company_id": self.company.id, "position": self.account.id})
        )
        self.run_daily()
        self.assertFalse(self.account.behaviour_ids)
        self.assertBehaviour(other)
        self.assertEqual(run.position, 0)
        self.assertEqual(run.done_on, self.today)

    def test_fallen_due_without_a_movement(self):
        """CON-07: a day that passes makes a bill late, and no entry is written."""
        bills = self.bill_months(self.account, 3)
        for bill in bills:
            self.pay_bill(bill, 5)
        soon = self.today + timedelta(days=2)
        self.make_bill(70, date=str(self.today), due_date=str(soon))
        self.run_daily()
        self.assertEqual(self.account.behaviour_documents, 3)
        with freeze_time(self.today + timedelta(days=4)):
            self.run_daily()
            self.assertEqual(self.account.behaviour_documents, 4)

    # -------------------------------------------------------------------------
    # GIVEN BY HAND
    # -------------------------------------------------------------------------

    def test_given_rating(self):
        """CON-08: the Billing Manager's stays in effect, and the reason is kept."""
        self.bill_months(self.account, 4)
        self.refresh(self.account)
        self.assertEqual(self.account.credit_rating, "E")
        account = self.account.with_user(self.manager)
        action = account.action_give_rating()
        Dialog = self.env[action["res_model"]].with_user(self.manager)
        with Form(Dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.calculated_rating, "E")
            form.rating = "B"
            form.reason = "Guaranteed by the bank"
        form.record.action_give()
        self.assertEqual(account.credit_rating, "B")
        self.assertEqual(account.calculated_rating, "E")
        self.assertEqual(account.rating_by_id, self.manager)
        self.assertIn("Guaranteed by the bank", account.message_ids[0].body)
        self.refresh(self.account)
        self.assertEqual(account.credit_rating, "B")
        account.give_rating(False, "The guarantee ended")
        self.assertEqual(account.credit_rating, "E")
        self.assertFalse(account.rating_override)

    def test_given_rating_ends(self):
        """CON-08: after its last day the calculated rating is in effect again."""
        self.bill_months(self.account, 4)
        self.refresh(self.account)
        until = self.today + timedelta(days=3)
        account = self.account.with_user(self.manager)
        account.give_rating("A", "Trial", str(until))
        with freeze_time(until):
            self.run_daily()
            self.assertEqual(account.credit_rating, "A")
        with freeze_time(until + timedelta(days=1)):
            self.run_daily()
        self.assertEqual(account.credit_rating, "E")
        self.assertFalse(account.rating_reason)
        self.assertTrue(
            account.message_ids.filtered(lambda message: "ended on" in message.body)
        )

    def test_bad_ratings(self):
        """CON-08: no reason, an end that passed, a letter that isn't: refused."""
        account = self.account.with_user(self.manager)
        with self.assertRefused(UserError, "Say why"):
            account.give_rating("A", "  ")
        with self.assertRefused(UserError, "use A to E"):
            account.give_rating("F", "Why not")
        with self.assertRefused(UserError, "choose today or later"):
            account.give_rating("A", "Trial", str(self.today - timedelta(days=1)))
        with self.assertRefused(UserError, "together with its reason"):
            account.write({"rating_reason": "Only a reason"})
        self.assertFalse(account.credit_rating)


@tagged("post_install", "-at_install")
class TestRatingAccess(RightsCommon, RatingCommon):
    """CON-08, T23: who may see figures and give ratings."""

    def test_matrix(self):
        """T23: figures are read, nobody writes them; managers have the dialog."""
        self.assertRights(
            {
                "utility.account.behaviour": ("r", "r", "r", "r", "r", "", ""),
                "utility.account.behaviour.run": ("", "", "", "r", "", "", ""),
                "utility.account.rating": ("", "", "crwd", "crwd", "", "", ""),
            }
        )

    def test_machine_fields(self):
        """CON-07: what the machine writes, nobody else does."""
        for user in (self.clerk, self.manager):
            for name in ("behaviour", "rating_override"):
                value = {"behaviour": "prompt", "rating_override": "A"}[name]
                with self.assertRaises(AccessError):
                    self.account.with_user(user).write({name: value})

    def test_others_are_refused(self):
        """CON-08, ROL-01: the counter and recovery give no rating."""
        for user in (self.clerk, self.recovery, self.collector):
            with self.assertRefused(AccessError, "by a Billing Manager"):
                self.account.with_user(user).give_rating("A", "A friend")
            with self.assertRefused(AccessError, "by a Billing Manager"):
                self.account.with_user(user).action_give_rating()

    def test_collectors_see_their_own(self):
        """T23: figures of assigned consumers only."""
        other = self.make_account("Jane Roe")
        for account in (self.account, other):
            self.bill_months(account, 3)
        self.refresh(self.account | other)
        self.account.collector_id = self.collector
        rows = (
            self.env["utility.account.behaviour"].with_user(self.collector).search([])
        )
        self.assertEqual(rows.utility_account_id, self.account)

    def test_account_screens(self):
        """CON-07: filters and groups of the list run, as the clerk."""
        self.assertSearchRuns(
            "utility.account",
            self.env.ref("utility_consumers.utility_account_view_search"),
            self.clerk,
        )
