from odoo import Command
from odoo.fields import Date
from odoo.tests import tagged

from .alert_common import AlertsCommon


@tagged("post_install", "-at_install")
class TestAnomalies(AlertsCommon):
    def pay(self, *amounts, dates=None, account=None, **values):
        """Record payments on an account that owes enough; return them."""
        account = account or self.account
        self.make_bill(
            sum(amounts) + 1, account, date="2025-01-01", due_date="2025-01-15"
        )
        dates = dates or ["2026-11-21"] * len(amounts)
        outcomes = self.record(
            *(
                self.request(
                    amount,
                    account=account.number,
                    date=date,
                    received_at=f"{date} 10:00:00",
                    **values,
                )
                for amount, date in zip(amounts, dates, strict=True)
            ),
            user=self.env.user if "received_by" in values else None,
        )
        for outcome in outcomes:
            self.assertEqual(outcome["status"], "posted", outcome["error"])
        return self.Payment.browse([outcome["payment_id"] for outcome in outcomes])

    def habit(self, *amounts, account=None):
        """Payments of the months before."""
        return self.pay(
            *amounts,
            dates=[f"2026-{month:02}-15" for month in range(1, len(amounts) + 1)],
            account=account,
        )

    # === UNUSUAL AMOUNT === #

    def test_unusual_amount(self):
        """KPI-09: far from the median of the payments before, in deviations."""
        self.habit(100, 110, 90, 105, 95, 100)
        [odd] = self.pay(1455)
        rule = self.make_anomaly("unusual_amount", minimum_amount=100)
        alert = self.evaluate(rule)
        self.assertEqual(
            alert.title.replace("\N{NO-BREAK SPACE}", ""),
            f"Payment {odd.receipt_number} of $1,455.00 on account"
            f" {self.account.number}: usual there is $100.00 (its 6 payments before)",
        )
        action = alert.with_user(self.manager).action_open_records()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), odd)

    def test_usual_amounts(self):
        """KPI-09: at the limit of the deviations, of the number before, of money."""
        # Median 100, deviation 5 * 1.4826 = 7.413, less than a tenth: so 10 counts.
        self.habit(100, 110, 90, 105, 95, 100)
        self.pay(180)
        rule = self.make_anomaly("unusual_amount")
        self.assertFalse(self.evaluate(rule), "8 times 10 is the limit itself")
        rule.threshold = 7.99
        self.assertEqual(len(self.evaluate(rule)), 1)
        rule.minimum_count = 7
        self.assertFalse(self.evaluate(rule).filtered(lambda a: a.times_seen > 1))
        rule.minimum_count = 6
        few = self.make_account("Few Payments")
        self.habit(100, 100, 100, 100, 100, account=few)
        self.pay(900, account=few)
        self.assertEqual(len(self.evaluate(rule)), 1, "five before are too few")
        small = self.make_account("Small Amounts")
        self.habit(1, 1, 1, 1, 1, 1, account=small)
        self.pay(50, account=small)
        rule.minimum_amount = 49.01
        self.assertEqual(len(self.evaluate(rule)), 1, "less than what counts")
        rule.minimum_amount = 49
        self.assertEqual(len(self.evaluate(rule)), 2)

    def test_slip_of_the_comma(self):
        """KPI-09: far too little is as odd as far too much."""
        self.habit(*[1455] * 6)
        self.pay(14.55)
        rule = self.make_anomaly("unusual_amount", minimum_amount=100)
        self.assertEqual(self.evaluate(rule).value, 14.55)

    def test_unusual_amount_is_told_once(self):
        """KPI-09: a payment that was looked into never comes back."""
        self.habit(*[100] * 6)
        self.pay(1000)
        rule = self.make_anomaly("unusual_amount")
        alert = self.evaluate(rule)
        self.assertEqual(self.evaluate(rule), alert)
        alert.with_user(self.manager)._resolve("Paid for the whole year")
        self.assertEqual(self.evaluate(rule), alert)
        self.assertEqual(alert.state, "resolved")

    def test_old_payments_are_no_news(self):
        """KPI-09: only the last days are looked at; the alert stays open then."""
        self.habit(*[100] * 6)
        self.pay(1000, dates=["2026-11-20"])
        rule = self.make_anomaly("unusual_amount")
        self.assertFalse(self.evaluate(rule))
        rule.window_days = 3
        alert = self.evaluate(rule)
        self.assertEqual(len(alert), 1)
        rule.window_days = 2
        self.evaluate(rule)
        self.assertEqual(alert.state, "open")

    # === ONE CARD, CHEQUE, TOKEN === #

    def three_accounts(self, reference, mode="cheque"):
        accounts = [self.make_account(f"Account {number}") for number in range(3)]
        for account in accounts:
            self.pay(20, account=account, mode=mode, reference=reference)
        return accounts

    def test_one_cheque_many_accounts(self):
        """KPI-09: one cheque that pays three accounts at three visits."""
        self.three_accounts("4711 a")
        rule = self.make_anomaly("shared_means")
        alert = self.evaluate(rule)
        self.assertIn("Cheque 4711A made 3 payments of", alert.title)
        self.assertIn("on 3 accounts within 7 days", alert.title)
        action = alert.with_user(self.manager).action_open_records()
        payments = self.env["account.payment"].search(action["domain"])
        self.assertEqual(set(payments.mapped("payment_reference")), {"4711 a"})
        self.assertEqual(sum(payments.mapped("amount")), 60)

    def test_one_visit_is_one_use(self):
        """KPI-09, REC-17: a landlord's cheque for all flats is nothing unusual."""
        accounts = [self.make_account(f"Flat {number}") for number in range(4)]
        for account in accounts:
            self.make_bill(20, account, date="2026-11-01", due_date="2026-11-15")
        self.record(
            *(
                self.request(
                    20,
                    account=account.number,
                    mode="cheque",
                    reference="99",
                    group="landlord",
                )
                for account in accounts
            )
        )
        rule = self.make_anomaly("shared_means")
        self.assertFalse(self.evaluate(rule))

    def test_two_accounts_and_other_means(self):
        """KPI-09: two accounts are a family; cash and bank references don't count."""
        for account in (self.account, self.make_account("Daughter")):
            self.pay(20, account=account, mode="credit_card", reference="slip 1")
        rule = self.make_anomaly("shared_means")
        for number in range(3):
            account = self.make_account(f"Other {number}")
            self.pay(20, account=account, mode="bank_transfer", reference="SAME")
        self.assertFalse(self.evaluate(rule))

    def test_many_visits(self):
        """KPI-09: five payments of one account by one card, not four."""
        self.pay(1, 2, 3, 4, mode="credit_card", reference="slip 7")
        rule = self.make_anomaly("shared_means")
        self.assertFalse(self.evaluate(rule))
        self.pay(5, mode="credit_card", reference="slip 7")
        self.assertIn("made 5 payments", self.evaluate(rule).title)

    def test_more_of_it_comes_back(self):
        """KPI-09: resolved, it comes back with the next payment of the same card."""
        accounts = self.three_accounts("slip 9", mode="debit_card")
        rule = self.make_anomaly("shared_means")
        alert = self.evaluate(rule)
        alert.with_user(self.manager)._resolve("The slip printer was stuck")
        self.assertEqual(self.evaluate(rule), alert)
        self.pay(3, account=accounts[0], mode="debit_card", reference="slip 9")
        self.assertEqual(len(self.evaluate(rule)), 2)

    def test_card_numbers_are_not_shown(self):
        """KPI-09: a card number typed as a reference doesn't reach alerts or mails."""
        self.three_accounts("4111 1111 1111 1111", mode="credit_card")
        rule = self.make_anomaly("shared_means")
        alert = self.evaluate(rule)
        self.assertIn("•••• 1111", alert.title)
        kept = f"{alert.title} {alert.facts} {alert.key} {rule.last_sentence}"
        self.assertNotIn("41111111", kept.replace(" ", ""))

    def test_one_saved_card(self):
        """KPI-09: one token that pays many accounts."""
        methods = self.env["payment.method"].sudo().with_context(active_test=False)
        method = methods.search([], limit=1)
        provider = (
            self.env["payment.provider"]
            .sudo()
            .create({"name": "Cards", "company_id": self.company.id})
        )
        token = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "partner_id": self.account.partner_id.id,
                    "provider_ref": "tok",
                    "payment_details": "1111",
                }
            )
        )
        payments = self.Payment
        for number in range(3):
            account = self.make_account(f"Online {number}")
            payments |= self.pay(20, account=account, mode="online", channel="online")
        rule = self.make_anomaly("shared_means")
        self.assertFalse(self.evaluate(rule))
        self.env.cr.execute(
            "UPDATE account_payment SET payment_token_id = %s WHERE id = ANY(%s)",
            [token.id, payments.ids],
        )
        alert = self.evaluate(rule)
        self.assertIn("One saved card made 3 payments", alert.title)

    # === VOID RATE === #

    def received(self, user, number):
        return self.pay(*[10] * number, received_by=user.id)

    def void(self, payments, **values):
        for payment in payments:
            self.adjust(payment, reversal_kind="wrong_entry", **values)

    def test_void_rate(self):
        """KPI-09: a cashier who voids 4 of 20, while of the others' 20 it is none."""
        self.void(self.received(self.clerk, 20)[:4])
        self.received(self.recovery, 20)
        rule = self.make_anomaly("void_rate")
        alert = self.evaluate(rule)
        self.assertIn(
            f"20 % of the payments that {self.clerk.name} received in 30 days were"
            " reversed or corrected, 4 of 20: of the others 0 %",
            alert.title,
        )
        action = alert.with_user(self.manager).action_open_records()
        payments = self.env["account.payment"].search(action["domain"])
        self.assertEqual(len(payments), 4)
        self.assertEqual(set(payments.mapped("utility_state")), {"cancelled"})

    def test_void_rate_near_misses(self):
        """KPI-09: too few, what the bank returned, and others who void as much."""
        mine = self.received(self.clerk, 19)
        others = self.received(self.recovery, 20)
        self.void(mine[:3])
        rule = self.make_anomaly("void_rate")
        self.assertFalse(self.evaluate(rule), "19 are too few")
        more = self.received(self.clerk, 1)
        self.assertEqual(len(self.evaluate(rule)), 1)
        self.void(others[:1])
        # 15 % against 5 %: three times is not more than three times
        self.evaluate(rule)
        self.assertEqual(self.alerts(rule).state, "resolved")
        self.adjust(more, reversal_kind="returned")
        self.evaluate(rule)
        self.assertEqual(self.alerts(rule).state, "resolved")

    def test_voids_of_older_payments(self):
        """KPI-09: what was resolved comes back with a void, of whichever payment."""
        mine = self.received(self.clerk, 20)
        self.received(self.recovery, 20)
        self.void(mine[-4:])
        rule = self.make_anomaly("void_rate")
        alert = self.evaluate(rule)
        alert.with_user(self.manager)._resolve("A printer that jammed")
        self.evaluate(rule)
        self.assertEqual(self.alerts(rule), alert)
        self.void(mine[:1])
        self.evaluate(rule)
        self.assertEqual(len(self.alerts(rule)), 2)

    def test_nobody_to_compare_with(self):
        """KPI-09: a cashier who is alone has no others."""
        self.void(self.received(self.clerk, 20)[:4])
        rule = self.make_anomaly("void_rate")
        self.assertFalse(self.evaluate(rule))

    # === CHANNEL DROP === #

    def weeks_of_kiosk(self, *numbers, amount=10):
        """Payments at the kiosk on Saturdays: of yesterday, then of weeks before."""
        for week, number in enumerate(numbers):
            if number:
                day = Date.to_string(
                    Date.subtract(Date.to_date("2026-11-21"), weeks=week)
                )
                self.pay(*[amount] * number, dates=[day] * number, channel="kiosk")

    def test_channel_drop(self):
        """KPI-09: 3 payments on a Saturday that had 10, 12, 11 and 10."""
        self.weeks_of_kiosk(3, 10, 12, 11, 10)
        rule = self.make_anomaly("channel_drop", measure="count", window_days=1)
        alert = self.evaluate(rule)
        self.assertEqual(
            alert.title,
            "Kiosk took 3 payments on Nov 21, 2026: usual on these weekdays are 10"
            " (71.4 % less)",
        )
        action = alert.with_user(self.manager).action_open_records()
        payments = self.env["account.payment"].search(action["domain"])
        self.assertEqual(len(payments), 46)
        alert.with_user(self.manager)._resolve("The kiosk was out of paper")
        self.assertEqual(self.evaluate(rule), alert)

    def test_channel_drop_to_nothing(self):
        """KPI-09: a channel that went silent is found, by amount."""
        self.weeks_of_kiosk(0, 10, 10, 10, 10)
        rule = self.make_anomaly("channel_drop", measure="value", window_days=1)
        alert = self.evaluate(rule)
        self.assertIn("100 % less", alert.title)
        self.weeks_of_kiosk(9)
        self.evaluate(rule)
        self.assertEqual(alert.state, "resolved")
        self.assertIn("Nothing unusual", alert.resolution_note)

    def test_channel_drop_near_misses(self):
        """KPI-09: a smaller drop, too few, a channel too new; and not today."""
        self.weeks_of_kiosk(5, 10, 12, 12, 10)
        rule = self.make_anomaly("channel_drop", measure="count", window_days=1)
        self.assertFalse(self.evaluate(rule), "54.5 % is less than 60 %")
        rule.threshold = 54
        self.assertEqual(len(self.evaluate(rule)), 1)
        rule.minimum_count = 12
        self.evaluate(rule)
        self.assertEqual(self.alerts(rule).state, "resolved")

    def test_new_channel(self):
        """KPI-09: a channel known for two weeks has no habit yet."""
        self.weeks_of_kiosk(0, 20, 20)
        rule = self.make_anomaly("channel_drop", measure="count", window_days=1)
        self.assertFalse(self.evaluate(rule))

    # === ALL === #

    def test_many_findings_are_one_notice(self):
        """KPI-08, KPI-09: seven cases of one run are seven alerts and one mail."""
        for number in range(7):
            account = self.make_account(f"Odd {number}")
            self.habit(*[100] * 6, account=account)
            self.pay(2000 + number, account=account)
        rule = self.make_anomaly(
            "unusual_amount", by_email=True, user_ids=[Command.set(self.manager.ids)]
        )
        alerts = self.evaluate(rule)
        self.assertEqual(len(alerts), 7)
        self.assertIn("7 cases", rule.last_sentence)
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "utility.alert"), ("res_id", "in", alerts.ids)])
        )
        self.assertEqual(len(mails), 1)
        for alert in alerts:
            self.assertIn(alert.title.split(" ")[1], mails.body_html)
        self.assertEqual(len(self.activities(alerts)), 1)

    def test_other_language(self):
        """KPI-08: the sentence is made anew in the language of who reads it."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.weeks_of_kiosk(0, 10, 10, 10, 10)
        rule = self.make_anomaly("channel_drop", measure="count", window_days=1)
        alert = self.evaluate(rule)
        self.assertIn("21.11.2026", alert.with_context(lang="de_DE")._sentence())
        # A rule that looks for something else by now doesn't garble its history
        rule.write({"kind": "threshold", "figure": "collection_rate", "threshold": 90})
        self.assertIn("Kiosk took 0", alert._sentence())
        alert.sudo().facts = alert.facts | {"detector": "gone"}
        self.assertEqual(alert._sentence(), alert.title)
