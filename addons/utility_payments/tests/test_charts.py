import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .charts_common import ChartsCommon

OWN_CHARTS = {
    "day",
    "channel",
    "method",
    "type",
    "category",
    "aging",
    "comparison",
    "methods",
}


@tagged("post_install", "-at_install")
class TestCharts(ChartsCommon):
    def test_mixed_events(self):
        """KPI-06: every part of every chart equals the records that it opens."""
        self.make_events()
        channels = self.env["utility.payment.channel"].search(
            [("code", "in", ["agent", "bank"])]
        )
        today = fields.Date.to_string(self.today)
        for first, last, scope in (
            ("2024-04-01", "2024-04-30", {}),
            ("2024-04-01", "2024-04-30", {"channel_ids": channels.ids}),
            ("2024-04-01", "2024-04-30", {"compare": "last_year"}),
            ("2024-01-01", "2024-12-31", {}),
            ("2024-03-15", "2024-08-20", {"compare": "previous"}),
            ("2000-01-01", "2024-12-31", {}),
            (today, today, {"compare": "previous_to_date"}),
        ):
            self.assertChartsExact(first, last, **scope)
        april = self.read_charts("2024-04-01", "2024-04-30")
        # 20.02 + 30.03 + 7.77 + 60 + 300.30 + 50 returned + 13 + 100 of euros
        self.assertEqual(april["by_key"]["day"]["total"]["value"], 581.12)
        self.assertEqual(
            self.values(april, "category"),
            {"Residential": 280.82, "Industrial": 300.30},
        )
        self.assertEqual(self.values(april, "type"), {"Bill": 521.12, "Service": 60})
        self.assertEqual(
            self.values(april, "type", "rate")["Service"], 100, "60 of 60 due"
        )

    def test_method_table(self):
        """KPI-06: by method: count, amount, failed and returned share, days."""
        self.make_events()
        april = self.read_charts("2024-04-01", "2024-04-30")
        rows = {part["label"]: part for part in april["by_key"]["methods"]["parts"]}
        cheque = rows[self.modes["cheque"].display_name]
        self.assertEqual((cheque["count"], cheque["value"]), (1, 50))
        self.assertEqual(cheque["returned_share"], 100)
        self.assertIs(cheque["days"], False, "nothing of it was settled")
        cash = rows[self.modes["cash"].display_name]
        self.assertEqual((cash["count"], cash["failed"]), (6, 1))
        self.assertAlmostEqual(cash["failed_share"], 100 / 7)
        self.assertEqual(cash["days"], 2.5)

    def test_only_failed(self):
        """KPI-06: a method by which every attempt failed is in the table only."""
        self.make_bill(900, date="2024-03-01", due_date="2024-04-15")
        _outcome, failed = self.record_one(
            12, date="2024-04-06", mode="credit_card", reference="C-1"
        )
        failed.sudo().utility_state = "failed"
        self.env.flush_all()
        april = self.assertChartsExact("2024-04-01", "2024-04-30")
        self.assertEqual(april["by_key"]["method"]["parts"], [])
        [row] = april["by_key"]["methods"]["parts"]
        self.assertEqual((row["value"], row["failed_share"]), (0, 100))
        self.assertIs(row["returned_share"], False)

    def test_companies(self):
        """ROL-04: charts add up the companies asked for, and no other."""
        self.make_events()
        other, chief = self.make_other_company()
        both = self.company | other
        for allowed, scope, expected in (
            (self.company, {}, 581.12),
            (both, {}, 588.12),
            (both, {"company_ids": other.ids}, 7),
        ):
            read = self.assertChartsExact(
                "2024-04-01", "2024-04-30", user=chief, allowed=allowed.ids, **scope
            )
            self.assertEqual(read["by_key"]["channel"]["total"]["value"], expected)
        with self.assertRefused(AccessError, "your own companies"):
            self.read_charts("2024-04-01", "2024-04-30", company_ids=other.ids)

    def test_aging(self):
        """KPI-06: from the day after it is due; credits apart; the sum is the tile."""
        for days, amount in (
            (-5, 1),
            (0, 2),
            (1, 4),
            (30, 8),
            (31, 16),
            (60, 32),
            (61, 64),
            (90, 128),
            (91, 256),
            (400, 512),
        ):
            due = fields.Date.to_string(self.today - timedelta(days=days))
            self.make_bill(amount, date="2020-01-01", due_date=due)
        self.record_one(40, account=self.make_account("Rich Rita").id)
        today = fields.Date.to_string(self.today)
        read = self.assertChartsExact(today, today)
        self.assertEqual(
            {key: part["value"] for key, part in self.parts(read, "aging").items()},
            {
                "not_due": 3,
                "to_30": 12,
                "to_60": 48,
                "to_90": 192,
                "older": 768,
                "credit": 40,
            },
        )
        self.assertEqual(read["by_key"]["aging"]["total"]["value"], 1023)

    def test_aging_where_the_company_is(self):
        """CON-04: two companies with another today each count from their own."""
        other, chief = self.make_other_company()
        self.company.partner_id.tz = "Pacific/Auckland"
        other.partner_id.tz = "Pacific/Honolulu"
        theirs = self.make_account("Eve East", company_id=other.id)
        Move = self.env["account.move"].with_user(chief)
        with freeze_time("2024-06-11 20:00:00"):
            # The 12th in Auckland, the 11th in Honolulu
            for account in (self.account, theirs):
                outcome = Move.with_company(account.company_id).record_bills(
                    [
                        {
                            "account": account.id,
                            "kind": "bill",
                            "amount": 10,
                            "date": "2024-06-01",
                            "due_date": "2024-06-11",
                        }
                    ]
                )[0]
                self.assertEqual(outcome["status"], "posted", outcome)
            read = self.assertChartsExact(
                "2024-06-01",
                "2024-06-30",
                user=chief,
                allowed=(self.company | other).ids,
            )
        aging = self.parts(read, "aging")
        self.assertEqual((aging["not_due"]["value"], aging["to_30"]["value"]), (10, 10))

    def test_running_month(self):
        """KPI-06: what is still to come is unknown, and never a fall to nothing."""
        self.make_bill(900, date="2023-03-01", due_date="2024-04-15")
        self.record_one(8, date="2024-03-20")
        with freeze_time("2024-04-10 12:00:00"):
            self.record_one(20, date="2024-04-03")
            april = self.assertChartsExact(
                "2024-04-01", "2024-04-30", compare="previous"
            )
        for key in ("day", "comparison"):
            parts = self.parts(april, key)
            self.assertEqual(len(parts), 31, "March has a day more")
            self.assertIs(parts["2024-04-11"]["value"], False)
            self.assertIs(parts["2024-04-11"]["change_percent"], False)
            self.assertEqual(parts["2024-03-31"]["label"], "Mar 31")
        self.assertEqual(self.parts(april, "day")["2024-04-10"]["value"], 0)
        line = self.parts(april, "comparison")
        self.assertEqual(line["2024-04-10"]["value"], 20)
        self.assertEqual(line["2024-04-20"]["previous"], 8)

    def test_no_payment(self):
        """KPI-06: nothing at all: charts that say so, no error, never None."""
        read = self.assertChartsExact("2024-04-01", "2024-04-30")
        self.assertTrue(all(chart["empty"] for chart in read["charts"]))
        self.assertNotIn("null", json.dumps(read))
        self.assertIs(read["by_key"]["category"]["total"]["rate"], False)
        lifetime = self.assertChartsExact("1900-01-01", "2100-12-31")
        self.assertEqual(lifetime["by_key"]["day"]["parts"], [])

    def test_two_queries(self):
        """KPI-06: sums of payments with one query, open items with another."""
        self.make_events()
        read = self.read_charts("2024-04-01", "2024-04-30")
        self.env.flush_all()
        Payment = self.env["account.payment"].with_user(self.manager)
        # Add-ons above read what is theirs.
        own = [chart["key"] for chart in read["charts"] if chart["key"] in OWN_CHARTS]
        self.assertEqual(len(own), len(OWN_CHARTS))
        with self.assertQueryCount(2):
            Payment.collection_charts("2024-04-01", "2024-04-30", {"charts": own})
        with self.assertQueryCount(1):
            Payment.collection_charts("2024-04-01", "2024-04-30", {"charts": ["type"]})

    def test_some_charts_only(self):
        """KPI-06: who needs one chart asks for one."""
        read = self.read_charts("2024-04-01", "2024-04-30", charts=["aging", "day"])
        self.assertEqual([chart["key"] for chart in read["charts"]], ["aging", "day"])
        with self.assertRefused(UserError, "There is no chart pie"):
            self.read_charts("2024-04-01", "2024-04-30", charts=["pie"])

    def test_bad_input(self):
        """KPI-06: a sentence says what is wrong and what would be right."""
        for first, last, text in (
            ("2024-05-01", "2024-04-30", "choose a first day that isn't later"),
            ("2024-13-01", "2024-04-30", "is not a date: write it as"),
            ("2024-04-01", False, "is not a date"),
            ("0001-01-01", "2024-04-30", "no period before"),
        ):
            with self.assertRefused(UserError, text):
                self.read_charts(first, last)

    def test_who_may_see(self):
        """ROL-01: staff of the office see charts; collectors and consumers don't."""
        for user in (self.clerk, self.recovery, self.manager):
            self.read_charts("2024-04-01", "2024-04-30", user=user)
        portal = new_test_user(
            self.env, login="utility_portal", groups="base.group_portal"
        )
        for user in (self.collector, portal):
            with self.assertRefused(AccessError):
                self.read_charts(
                    "2024-04-01", "2024-04-30", user=user, allowed=user.company_ids.ids
                )

    def test_opens_a_screen(self):
        """KPI-06: each model that a part opens has a screen for people."""
        self.make_events()
        read = self.read_charts("2024-04-01", "2024-04-30")
        Figure = self.env["utility.figure"].with_user(self.clerk)
        screens = Figure._record_actions()
        for chart in read["charts"]:
            for part in chart["parts"]:
                for link in [part, *part["links"].values()]:
                    if link["model"]:
                        self.assertIn(link["model"], screens)
        part = self.parts(read, "aging")["older"]
        action = Figure.open_records(part["model"], part["domain"], "Aging")
        self.assertEqual(action["res_model"], "account.move.line")
