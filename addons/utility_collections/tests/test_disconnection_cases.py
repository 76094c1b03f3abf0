import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import tagged
from odoo.tools import file_open

from ..tools.disconnection import (
    DebtPart,
    Facts,
    Forecast,
    Period,
    Plan,
    Promise,
    Tag,
    evaluate,
)
from .disconnection_common import DisconnectionCommon

ZONES = {"norderland": "Europe/Stockholm", "calida": "America/Los_Angeles"}
STATES = {"closed": {"state": "closed"}, "commercial": {"category": "commercial"}} | {
    word: {"connection": state}
    for word, state in (
        ("disconnected", "disconnected"),
        ("waiting", "pending_disconnection"),
    )
}
TAG_IDS = {"life support": "life_support", "senior": "senior", "hardship": "hardship"}
# How each fact of the table is written
PATTERNS = {
    name: re.compile(pattern)
    for name, pattern in {
        "debt": r"owes (\S+) since (\S+)",
        "fee": r"fee (\S+) (.+) since (\S+)",
        "warned": r"warned (\S+)",
        "promise": r"promise (\S+) until (\S+)",
        "certificate": r"certificate (\S+) (\S+)",
        "credit": r"credit (\S+)",
        "in_flight": r"in flight (\S+)",
        "disputed": r"disputed (\S+)",
        "holiday": r"holiday (\S+)",
        "forecast": r"from (\S+) to (\S+) on (\S+)",
    }.items()
}
# What the books of a test can't hold on a day of long ago
NOT_IN_BOOKS = ("plan", "in flight", "disputed", "promise")


@tagged("post_install", "-at_install")
class TestDisconnectionCases(DisconnectionCommon):
    """COL-07: cut-off law as data: one table of dated cases, two jurisdictions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(
            "utility_collections/tests/data/disconnection_cases.csv"
        ) as table:
            cls.cases = list(csv.DictReader(table))
        cls.jurisdictions = {
            jurisdiction.code: jurisdiction
            for jurisdiction in cls.env["utility.jurisdiction"].search(
                [("company_id", "=", cls.company.id), ("code", "in", list(ZONES))]
            )
        }
        cls.rules = {
            code: cls.account._get_engine_rules([jurisdiction])[jurisdiction]
            for code, jurisdiction in cls.jurisdictions.items()
        }
        cls.tags = {
            word: cls.env.ref(f"utility_consumers.tag_{name}")
            for word, name in TAG_IDS.items()
        }

    def read_case(self, case):
        """Return the moment and the facts of a case of the table."""
        at = datetime.fromisoformat(case["at"])
        zone = ZONES[case["jurisdiction"]]
        day = at.astimezone(ZoneInfo(zone)).date()
        facts = Facts(
            account="WU-10001",
            moment="execution",
            timezone=zone,
            jurisdiction=case["jurisdiction"],
        )
        for word in case["facts"].split("; "):
            facts = self.read_fact(facts, word, day)
        return at, facts

    def read_fact(self, facts, word, day):
        if word == "usual":
            facts = self.read_fact(facts, "mild", day)
            owed, warned = day - timedelta(days=60), day - timedelta(days=20)
            facts = self.read_fact(facts, f"owes 100 since {owed}", day)
            return self.read_fact(facts, f"warned {warned}", day)
        if word == "mild":
            return replace(
                facts,
                forecasts=tuple(
                    Forecast(day + timedelta(days=count), 10.0, 20.0)
                    for count in range(2)
                ),
            )
        if word in STATES:
            return replace(facts, **STATES[word])
        if word in TAG_IDS:
            tag = self.tags[word]
            return replace(facts, tags=(*facts.tags, Tag(tag.id, tag.name)))
        if word == "ordering":
            return replace(facts, moment="order")
        if word in ("plan", "plan missed"):
            return replace(facts, plans=(Plan("PP-1", int(word != "plan")),))
        for name, pattern in PATTERNS.items():
            if found := pattern.fullmatch(word):
                return getattr(self, f"read_{name}")(facts, *found.groups())
        raise ValueError(f"The table doesn't explain {word!r}")

    def read_debt(self, facts, amount, since, kind="bill", name="INV-1"):
        part = DebtPart(kind, name, date.fromisoformat(since), Decimal(amount))
        return replace(facts, debts=(*facts.debts, part))

    def read_fee(self, facts, amount, name, since):
        return self.read_debt(facts, amount, since, "service", name)

    def read_warned(self, facts, day):
        return replace(facts, warnings=(*facts.warnings, date.fromisoformat(day)))

    def read_promise(self, facts, amount, until):
        promise = Promise(Decimal(amount), date.fromisoformat(until))
        return replace(facts, promises=(promise,))

    def read_certificate(self, facts, first, last):
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        return replace(facts, certificates=(period,))

    def read_credit(self, facts, amount):
        return replace(facts, credit=Decimal(amount))

    def read_in_flight(self, facts, amount):
        return replace(facts, in_flight=Decimal(amount))

    def read_disputed(self, facts, amount):
        return replace(facts, disputed=Decimal(amount), held=Decimal(amount))

    def read_holiday(self, facts, day):
        return replace(facts, holidays=(date.fromisoformat(day),))

    def read_forecast(self, facts, low, high, day):
        forecast = Forecast(date.fromisoformat(day), float(low), float(high))
        others = [one for one in facts.forecasts if one.date != forecast.date]
        return replace(facts, forecasts=(*others, forecast))

    def assertCase(self, case, eligible, codes):
        with self.subTest(f"{case['jurisdiction']}: {case['because']}"):
            expected = case["expected"]
            self.assertEqual(
                "cut" if eligible else "+".join(sorted(codes)), expected, case
            )

    def test_engine(self):
        """COL-07: each dated case of the table, by the engine alone."""
        self.assertGreaterEqual(len(self.cases), 60)
        for case in self.cases:
            at, facts = self.read_case(case)
            verdict = evaluate(facts, self.rules[case["jurisdiction"]], at)
            self.assertCase(
                case, verdict.eligible, [reason.code for reason in verdict.reasons]
            )

    def test_through_the_door(self):
        """COL-07: what the books can hold, from the books; and each is replayed."""
        cases = [
            case
            for case in self.cases
            if not any(word in case["facts"] for word in NOT_IN_BOOKS)
            and case["at"] < f"{self.today}"
        ]
        self.assertGreater(len(cases), 60)
        for case in cases:
            at, facts = self.read_case(case)
            with self.cr.savepoint() as savepoint:
                account = self.enter_facts(case, facts)
                decision = self.decide(
                    account, facts.moment, at.astimezone(UTC).replace(tzinfo=None)
                )
                self.assertCase(
                    case,
                    decision.eligible,
                    [reason["code"] for reason in decision.reasons or ()],
                )
                self.assertTrue(decision.replay()["same"])
                self.assertEqual(bool(decision.reason), not decision.eligible)
                savepoint.rollback()
            self.env.invalidate_all()

    def enter_facts(self, case, facts):
        """Make an account of which the books say just this."""
        jurisdiction = self.jurisdictions[case["jurisdiction"]]
        self.company.partner_id.tz = facts.timezone
        self.company.utility_jurisdiction_id = jurisdiction
        account = self.make_account(
            "Case",
            category=facts.category,
            tag_ids=[Command.set([tag.id for tag in facts.tags])],
        )
        for part in facts.debts:
            self.make_bill(
                float(part.amount),
                account=account,
                kind=part.kind,
                date=str(part.due_date - timedelta(days=14)),
                due_date=str(part.due_date),
                **({"service_name": part.name} if part.kind == "service" else {}),
            )
        if facts.credit:
            self.make_debt(float(-facts.credit), account=account)
        self.env["utility.collection.notice"].sudo().create(
            [
                {
                    "utility_account_id": account.id,
                    "kind": "disconnection_warning",
                    "channel": "letter",
                    "state": "sent",
                    "sent_on": day,
                }
                for day in facts.warnings
            ]
        )
        self.env["utility.payment.promise"].sudo().create(
            [
                {
                    "utility_account_id": account.id,
                    "amount": float(promise.amount),
                    "date": promise.date,
                }
                for promise in facts.promises
            ]
        )
        self.env["utility.medical.certificate"].create(
            [
                {
                    "utility_account_id": account.id,
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                }
                for period in facts.certificates
            ]
        )
        self.company.resource_calendar_id.tz = "UTC"
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "company_id": self.company.id,
                    "calendar_id": False,
                    "date_from": f"{day} 00:00:00",
                    "date_to": f"{day} 23:59:59",
                }
                for day in facts.holidays
            ]
        )
        self.env["utility.temperature"].create(
            [
                {
                    "jurisdiction_id": jurisdiction.id,
                    "date": forecast.date,
                    "low": forecast.low,
                    "high": forecast.high,
                }
                for forecast in facts.forecasts
            ]
        )
        account.write({"state": facts.state, "connection_state": facts.connection})
        return account
