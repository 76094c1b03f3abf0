import datetime
import unittest
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ..tools.disconnection import (
    DebtPart,
    Facts,
    Forecast,
    Period,
    Plan,
    Promise,
    Reason,
    Rule,
    Tag,
    count_debt,
    evaluate,
    from_plain,
    to_plain,
)

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
TODAY = NOON.date()
DAYS = st.integers(-90, 30).map(lambda count: TODAY + datetime.timedelta(days=count))
PAST = st.integers(1, 90).map(lambda count: TODAY - datetime.timedelta(days=count))
CENTS = st.integers(0, 30000).map(lambda cents: Decimal(cents) / 100)
TAGS = st.sampled_from([Tag(1, "Life support"), Tag(2, "Senior")])
NAMES = st.sampled_from(["Late Fee", "Reconnection Fee", "INV-1"])
PERIODS = st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days)))


def some(strategy, most=3):
    return st.lists(strategy, max_size=most).map(tuple)


PARTS = st.builds(
    DebtPart,
    kind=st.sampled_from(["bill", "service", "installment"]),
    name=NAMES,
    due_date=PAST,
    amount=CENTS,
    disputed=st.one_of(st.just(Decimal(0)), CENTS),
)
FACTS = st.builds(
    Facts,
    account=st.just("WU-10001"),
    moment=st.sampled_from(["order", "payment", "execution", "simulation"]),
    timezone=st.sampled_from(["UTC", "Europe/Stockholm", "America/Los_Angeles"]),
    category=st.sampled_from(["residential", "commercial"]),
    connection=st.sampled_from(["connected", "connected", "disconnected"]),
    jurisdiction=st.just("Norderland"),
    debts=some(PARTS, 4),
    credit=st.one_of(st.just(Decimal(0)), CENTS),
    in_flight=st.sampled_from([Decimal(0), Decimal(0), Decimal(5)]),
    disputed=st.one_of(st.just(Decimal(0)), CENTS),
    held=st.one_of(st.just(Decimal(0)), CENTS),
    plans=some(st.builds(Plan, st.just("PP-1"), st.integers(0, 2)), 1),
    promises=some(st.builds(Promise, CENTS, DAYS), 2),
    tags=some(TAGS, 2),
    certificates=some(PERIODS, 1),
    warnings=some(DAYS),
    holidays=some(DAYS),
    forecasts=some(st.builds(Forecast, DAYS, st.just(-2.0), st.just(40.0)), 2),
)
RULES = st.builds(
    Rule,
    kind=st.sampled_from(
        [
            "minimum_debt",
            "days_overdue",
            "notice_days",
            "hours",
            "weekdays",
            "holidays",
            "temperature",
            "circumstance",
            "plan",
            "promise",
            "dispute",
            "excluded_charge",
        ]
    ),
    date_from=st.just(datetime.date(2020, 1, 1)),
    id=st.integers(1, 9),
    category=st.sampled_from(["", "residential"]),
    amount=CENTS,
    days=st.integers(0, 40),
    valid_days=st.sampled_from([0, 30, 60]),
    minute_from=st.sampled_from([0, 480]),
    minute_to=st.sampled_from([700, 960, 1440]),
    weekdays=st.sampled_from([(0, 1, 2, 3), (0,), (5, 6)]),
    side=st.sampled_from(["below", "above"]),
    limit=st.sampled_from([-5.0, 0.0, 38.0, 45.0]),
    without_forecast=st.sampled_from(["protect", "ignore"]),
    tags=some(TAGS, 2),
    certificate=st.booleans(),
    season_from=st.sampled_from([0, 1101, 301]),
    season_to=st.sampled_from([331, 915]),
    effect=st.sampled_from(["protect", "extra_notice"]),
    percent=st.sampled_from([0.0, 50.0, 100.0]),
    all_charges=st.booleans(),
    names=some(NAMES, 2),
)


class TestDisconnectionEngine(unittest.TestCase):
    """COL-07: what holds of every verdict, whatever the facts and the rules."""

    @given(FACTS, st.lists(RULES, min_size=1, max_size=6), RULES)
    def test_a_rule_only_protects(self, facts, rules, another):
        """COL-07: one rule more never makes an account eligible."""
        if not evaluate(facts, rules, NOON).eligible:
            self.assertFalse(evaluate(facts, [*rules, another], NOON).eligible)

    @given(FACTS, st.lists(RULES, max_size=6), st.data())
    def test_paying_only_protects(self, facts, rules, data):
        """COL-07: paid means no truck: money never makes an account eligible."""
        if evaluate(facts, rules, NOON).eligible:
            return
        paid = []
        for part in facts.debts:
            amount = data.draw(st.integers(0, int(part.amount * 100)))
            paid.append(replace(part, amount=part.amount - Decimal(amount) / 100))
        more = replace(facts, debts=tuple(paid), credit=facts.credit + data.draw(CENTS))
        self.assertFalse(evaluate(more, rules, NOON).eligible)

    @given(FACTS, st.lists(RULES, max_size=6))
    def test_nothing_owed_nobody_comes(self, facts, rules):
        """COL-07: without debt, or with a payment on its way, no rule helps."""
        for better in (
            replace(facts, debts=()),
            replace(facts, credit=sum((p.amount for p in facts.debts), Decimal(0))),
            replace(facts, in_flight=Decimal("0.01")),
            replace(facts, state="closed"),
            replace(facts, connection="disconnected"),
        ):
            self.assertFalse(evaluate(better, rules, NOON).eligible)

    @given(FACTS, st.lists(RULES, max_size=6), st.data())
    def test_protecting_facts_only_protect(self, facts, rules, data):
        """COL-07: a promise, a certificate, a circumstance or a dispute more."""
        if evaluate(facts, rules, NOON).eligible:
            return
        for name, strategy in (
            ("promises", st.builds(Promise, CENTS, DAYS)),
            ("certificates", PERIODS),
            ("tags", TAGS),
            ("holidays", DAYS),
        ):
            more = replace(
                facts, **{name: getattr(facts, name) + (data.draw(strategy),)}
            )
            self.assertFalse(evaluate(more, rules, NOON).eligible, name)
        more = data.draw(CENTS)
        self.assertFalse(
            evaluate(
                replace(facts, disputed=facts.disputed + more, held=facts.held + more),
                rules,
                NOON,
            ).eligible
        )

    @given(FACTS, st.lists(RULES, max_size=6), st.randoms())
    def test_order_of_rules_does_not_matter(self, facts, rules, random):
        """COL-07: the strictest counts, wherever it stands."""
        shuffled = list(rules)
        random.shuffle(shuffled)
        codes = [
            sorted(reason.code for reason in evaluate(facts, some, NOON).reasons)
            for some in (rules, shuffled)
        ]
        self.assertEqual(*codes)

    @given(FACTS, st.lists(RULES, max_size=6))
    def test_replay(self, facts, rules):
        """COL-07: written down and read back, it is decided alike."""
        verdict = evaluate(facts, rules, NOON)
        again = evaluate(
            from_plain(Facts, to_plain(facts)),
            [from_plain(Rule, to_plain(rule)) for rule in verdict.rules],
            NOON,
        )
        self.assertEqual(again, verdict)
        self.assertEqual(
            [from_plain(Reason, reason) for reason in to_plain(verdict.reasons)],
            list(verdict.reasons),
        )

    @given(FACTS, st.lists(RULES, max_size=6))
    def test_what_counts_is_owed(self, facts, rules):
        """COL-07: the debt that counts is never more than what is owed."""
        counted = count_debt(facts, rules)
        owed = sum((part.amount for part in facts.debts), Decimal(0))
        self.assertLessEqual(counted.amount, max(owed - facts.credit, Decimal(0)))
        self.assertEqual(counted.oldest_due is None, counted.amount == 0)

    @given(FACTS, st.lists(RULES, max_size=6))
    def test_timing_is_asked_at_execution_alone(self, facts, rules):
        """COL-07: orders are made at night, and carried out by day."""
        verdict = evaluate(replace(facts, moment="order"), rules, NOON)
        self.assertFalse(any(reason.timing for reason in verdict.reasons))
        if verdict.eligible:
            late = evaluate(replace(facts, moment="execution"), rules, NOON)
            self.assertTrue(late.eligible or late.timing)
