from odoo import Command, fields
from odoo.tests import new_test_user

from .adjustment_common import AdjustmentsCommon
from .figures_common import FigureChecks

AMOUNT = "amount_company_currency_signed"


class ChartsCommon(FigureChecks, AdjustmentsCommon):
    """Charts are proven by the records that their parts lead to."""

    # Keys of charts whose parts share out what was collected, and how to tell a
    # payment's part
    SHARED = {
        "day": lambda payment: fields.Date.to_string(payment.date),
        "channel": lambda payment: payment.channel_id.id,
        "method": lambda payment: payment.mode_id.id,
        "methods": lambda payment: payment.mode_id.id,
        "type": lambda payment: payment.utility_type,
        "category": lambda payment: payment.utility_account_id.category,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        (cls.manager | cls.clerk).tz = "UTC"
        cls.company.utility_backdate_days = 10_000

    def read_charts(self, date_from, date_to, user=None, **scope):
        Payment = self.env["account.payment"].with_user(user or self.manager)
        Payment = Payment.with_context(
            allowed_company_ids=scope.pop("allowed", self.company.ids)
        )
        read = Payment.collection_charts(date_from, date_to, scope or None)
        return read | {"by_key": {chart["key"]: chart for chart in read["charts"]}}

    def parts(self, read, key):
        return {part["key"]: part for part in read["by_key"][key]["parts"]}

    def values(self, read, key, column="value"):
        """What a chart shows, by the names of its parts."""
        return {part["label"]: part[column] for part in read["by_key"][key]["parts"]}

    def assertChartsExact(self, date_from, date_to, user=None, **scope):
        """Count and sum of every number equal the records that it opens (KPI-06)."""
        read = self.read_charts(date_from, date_to, user=user, **scope)
        env = self.env(
            user=user or self.manager,
            context={"allowed_company_ids": scope.get("allowed", self.company.ids)},
        )
        figures = self.read_figures(date_from, date_to, user=user, **scope)
        for chart in read["charts"]:
            for part in [*chart["parts"], *filter(None, [chart["total"]])]:
                with self.subTest(chart=chart["key"], part=part["label"], scope=scope):
                    self.check_part(env, part)
        collected = env["account.payment"].search(figures["total_collected"]["domain"])
        for key, part_of in self.SHARED.items():
            with self.subTest(chart=key, scope=scope):
                self.check_shared(env, read, key, part_of, collected, figures)
        self.check_comparison(read, figures)
        self.check_aging(read, figures)
        return read

    def check_part(self, env, part):
        self.assertNotIn(None, part.values())
        if part["model"]:
            rows = env[part["model"]].search(part["domain"])
            self.assertEqual(len(rows), part["count"])
            name = "amount_residual" if "residual" in str(part["domain"]) else AMOUNT
            self.assertCents(part["value"], abs(sum(rows.mapped(name))))
        else:
            self.assertIs(part["value"], False)
            self.assertEqual(part["count"], 0)
        for column, link in part["links"].items():
            rows = env[link["model"]].search(link["domain"])
            self.assertEqual(len(rows), link["count"], column)
            if column == "previous":
                self.assertCents(part["previous"], sum(rows.mapped(AMOUNT)))
            elif column == "due":
                self.assertCents(part["due"], sum(rows.mapped("amount_total_signed")))
                if part["value"] is not False and part["due"]:
                    self.assertCents(part["rate"], 100 * part["value"] / part["due"])
                else:
                    self.assertIs(part["rate"], False)
            elif column == "days":
                days = rows.mapped("processing_days")
                self.assertCents(part["days"], sum(days) / len(days) if days else False)
            else:
                self.assertEqual(part[column], len(rows))
                self.check_share(part, column)

    def check_share(self, part, column):
        attempts = part["count"] + (part["failed"] if column == "failed" else 0)
        expected = 100 * part[column] / attempts if attempts else False
        self.assertCents(part[f"{column}_share"], expected)

    def check_shared(self, env, read, key, part_of, collected, figures):
        """Each payment is in one part, the one where it belongs."""
        chart = read["by_key"][key]
        if chart["unit"] in (False, "day"):
            for part in chart["parts"]:
                expected = collected.filtered(
                    lambda pay, name=part["key"]: (part_of(pay) or 0) == name
                )
                self.assertCents(part["value"] or 0, sum(expected.mapped(AMOUNT)))
                self.assertEqual(part["count"], len(expected))
        for name in ("count", "value", "previous"):
            self.assertCents(
                sum(part[name] or 0 for part in chart["parts"]), chart["total"][name]
            )
        for name in ("count", "value", "previous"):
            self.assertCents(chart["total"][name], figures["total_collected"][name])
        if "rate" in chart["total"]:
            self.assertCents(
                chart["total"]["rate"], figures["collection_rate"]["value"]
            )
            self.assertCents(
                sum(part["due"] for part in chart["parts"] if "due" in part),
                chart["total"]["due"],
            )

    def check_comparison(self, read, figures):
        parts = read["by_key"]["comparison"]["parts"]
        figure = figures["total_collected"]
        known = [part["value"] for part in parts if part["value"] is not False]
        before = [part["previous"] for part in parts if part["previous"] is not False]
        self.assertEqual(known, sorted(known))
        self.assertCents(known[-1] if known else 0, figure["value"])
        self.assertCents(before[-1] if before else 0, figure["previous"])

    def check_aging(self, read, figures):
        chart = read["by_key"]["aging"]
        owed = [part for part in chart["parts"] if not part.get("apart")]
        self.assertCents(
            sum(part["value"] for part in owed), figures["outstanding"]["value"]
        )
        for name in ("value", "count"):
            self.assertCents(chart["total"][name], figures["outstanding"][name])
        credit = sum(part["value"] for part in chart["parts"] if part.get("apart"))
        self.assertCents(credit, figures["credit_balance"]["value"])

    def make_events(self):
        """Payments of many kinds, and what happened to them."""
        self.make_bill(900, date="2024-03-01", due_date="2024-04-15")
        self.make_bill(60, kind="service", date="2024-03-05", due_date="2024-04-20")
        factory = self.make_account("Steel Works", category="industrial")
        self.make_bill(700, account=factory, date="2024-03-01", due_date="2024-03-31")
        for amount, values in (
            (10.01, {"date": "2024-03-31"}),
            (20.02, {"date": "2024-04-01"}),
            (30.03, {"date": "2024-04-02", "channel": "agent"}),
            (7.77, {"date": "2024-04-30", "channel": "kiosk", "mode": "credit_card"}),
            (99.99, {"date": "2024-05-01"}),
            (60, {"date": "2024-04-03", "type": "service"}),
        ):
            if values.get("mode") == "credit_card":
                values["reference"] = "C-1"
            self.record_one(amount, **values)
        self.record_one(300.30, account=factory.id, date="2024-04-07", channel="bank")
        _outcome, returned = self.record_one(
            50, date="2024-04-04", mode="cheque", reference="CH-1"
        )
        self.adjust(returned, reversal_kind="returned")
        _outcome, wrong = self.record_one(11, date="2024-04-05")
        self.adjust(wrong, reversal_kind="wrong_entry")
        _outcome, failed = self.record_one(12, date="2024-04-06", channel="agent")
        failed.sudo().utility_state = "failed"
        _outcome, settled = self.record_one(13, date="2024-04-06")
        settled.sudo().write({"settlement_state": "settled", "processing_days": 2.5})
        self.pay_in_euro()
        self.record_one(40, account=self.make_account("Rich Rita").id)
        self.env.flush_all()

    def pay_in_euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2024-04-01",
                "rate": 0.8,
            }
        )
        self.record_one(80, date="2024-04-08", currency="EUR")

    def make_other_company(self):
        """Another company with a payment of 7, and somebody who sees both."""
        other = self.setup_other_company()["company"]
        other._utility_setup()
        other.utility_backdate_days = 10_000
        other.currency_id = self.company.currency_id
        account = self.make_account("Dora Dean", company_id=other.id)
        chief = new_test_user(
            self.env,
            login="utility_chief",
            groups="utility_consumers.group_billing_manager",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | other).ids)],
            tz="UTC",
        )
        Payment = self.env["account.payment"].with_user(chief).with_company(other)
        outcome = Payment.record_collections(
            [
                {
                    "account": account.id,
                    "amount": 7,
                    "mode": "cash",
                    "date": "2024-04-03",
                }
            ]
        )[0]
        self.assertEqual(outcome["status"], "posted", outcome)
        return other, chief
