"""Who may be cut off, decided from plain facts and dated rules (COL-07).

Pure functions: the same facts, rules and moment always give the same verdict, so a
decision that was stored can be made anew years later. A rule can only protect: adding
one never makes an account eligible, and neither does a payment.
"""

import datetime
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
DAY = datetime.timedelta(days=1)
# How many days before a holiday or a cold one rules may forbid
LOOK_AHEAD = 31
# Supply that can be cut off; one that waits for it is still on.
CONNECTED = frozenset({"connected", "pending_disconnection"})
# Rules about the hour and the weather bind who carries an order out, not who plans it.
TIMING_KINDS = frozenset({"hours", "weekdays", "holidays", "temperature"})
TIMING_MOMENTS = frozenset({"execution", "simulation"})


@dataclass(frozen=True, slots=True)
class DebtPart:
    """Something past due: a bill, a charge, an installment of a plan."""

    kind: str
    name: str
    due_date: datetime.date
    amount: Decimal
    # What of it is disputed
    disputed: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    # Installments that weren't paid by the end of their days of grace
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    amount: Decimal
    # The last day on which it is kept
    date: datetime.date


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included; without an end until further notice."""

    date_from: datetime.date
    date_to: datetime.date | None = None

    def covers(self, day: datetime.date) -> bool:
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of a day, in degrees Celsius."""

    date: datetime.date
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of an account when it is decided; amounts in one currency."""

    account: str
    moment: str
    timezone: str
    category: str = "residential"
    state: str = "active"
    connection: str = "connected"
    # Whose rules hold; empty: nobody's, the house's own do
    jurisdiction: str = ""
    debts: tuple[DebtPart, ...] = ()
    credit: Decimal = ZERO
    # Online payments made that aren't recorded yet
    in_flight: Decimal = ZERO
    # Of all open disputes, and of these what names no document
    disputed: Decimal = ZERO
    held: Decimal = ZERO
    plans: tuple[Plan, ...] = ()
    promises: tuple[Promise, ...] = ()
    tags: tuple[Tag, ...] = ()
    certificates: tuple[Period, ...] = ()
    # Days on which disconnection warnings were sent
    warnings: tuple[datetime.date, ...] = ()
    holidays: tuple[datetime.date, ...] = ()
    forecasts: tuple[Forecast, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a jurisdiction; which parameters count is a matter of its kind."""

    kind: str
    date_from: datetime.date
    date_to: datetime.date | None = None
    id: int = 0
    name: str = ""
    legal_reference: str = ""
    # Of accounts; empty: of all
    category: str = ""
    # minimum_debt, dispute
    amount: Decimal = ZERO
    # days_overdue, notice_days, holidays and temperature (days before), circumstance
    # (extra days of notice)
    days: int = 0
    # notice_days: how long a warning stays valid; 0: without end
    valid_days: int = 0
    # hours, as minutes of the day
    minute_from: int = 0
    minute_to: int = 24 * 60
    # weekdays on which it is allowed, Monday is 0
    weekdays: tuple[int, ...] = ()
    # temperature: below or above, degrees Celsius
    side: str = "below"
    limit: float = 0.0
    without_forecast: str = "protect"
    # circumstance: whose, and when in the year (month x 100 + day)
    tags: tuple[Tag, ...] = ()
    certificate: bool = False
    season_from: int = 0
    season_to: int = 0
    effect: str = "protect"
    # promise: the least share of the debt that it is for
    percent: float = 0.0
    # excluded_charge: all service charges, or these names
    all_charges: bool = False
    names: tuple[str, ...] = ()

    def in_force(self, day: datetime.date, category: str) -> bool:
        """Whether it holds on a day for accounts of a category."""
        return Period(self.date_from, self.date_to).covers(day) and self.category in (
            "",
            category,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a code, and what its sentence is made of, as plain values."""

    code: str
    data: dict
    # Only the moment is wrong: it may be right later, with nothing else changed
    timing: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    eligible: bool
    reasons: tuple[Reason, ...] = ()
    # The rules that were in force
    rules: tuple[Rule, ...] = ()
    # The debt that counts
    amount: Decimal = ZERO

    @property
    def timing(self) -> bool:
        """Whether nothing but the moment is against it."""
        return bool(self.reasons) and all(reason.timing for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Counted:
    """The debt that counts, and since when it is due."""

    amount: Decimal
    oldest_due: datetime.date | None


# Where no jurisdiction applies: what nobody is cut off in spite of.
HOUSE_RULES = tuple(
    Rule(kind, datetime.date.min, certificate=kind == "circumstance")
    for kind in ("circumstance", "plan", "promise")
)


def evaluate(facts: Facts, rules: Iterable[Rule], at: datetime.datetime) -> Verdict:
    """Decide whether supply may be cut off at a moment.

    :param rules: of the account's jurisdiction; those that aren't in force on the day,
        or are for other categories, are passed over
    :param at: aware, or naive in UTC; rules are read in the local time of the facts
    """
    day = local_time(facts, at).date()
    return judge(
        facts, [rule for rule in rules if rule.in_force(day, facts.category)], at
    )


def judge(facts: Facts, rules: Iterable[Rule], at: datetime.datetime) -> Verdict:
    """Decide by these rules, whatever the dates on which they are in force."""
    rules = tuple(rules)
    local = local_time(facts, at)
    debt = count_debt(facts, rules)
    reasons = list(_always(facts, rules, debt))
    for rule in rules:
        if rule.kind in TIMING_KINDS and facts.moment not in TIMING_MOMENTS:
            continue
        if check := _CHECKS.get(rule.kind):
            reasons += (
                Reason(code, _describe(rule) | data, rule.kind in TIMING_KINDS)
                for code, data in check(facts, rule, debt, local)
            )
    reasons += _check_notice(facts, rules, debt, local.date())
    return Verdict(not reasons, tuple(reasons), rules, debt.amount)


def local_time(facts: Facts, at: datetime.datetime) -> datetime.datetime:
    """The moment as clocks show it where the company is."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    return at.astimezone(ZoneInfo(facts.timezone))


def count_debt(facts: Facts, rules: Iterable[Rule]) -> Counted:
    """What of the debt counts: without disputes and excluded charges, less credit.

    Credit and disputes that name no document take up what counts, the oldest first:
    what is doubtful protects.
    """
    excluding = [rule for rule in rules if rule.kind == "excluded_charge"]
    left = facts.credit + facts.held
    amount, oldest = ZERO, None
    for part in sorted(facts.debts, key=lambda part: part.due_date):
        if any(_excludes(rule, part) for rule in excluding):
            continue
        rest = max(part.amount - part.disputed, ZERO)
        used = min(rest, max(left, ZERO))
        left -= used
        if rest > used:
            amount += rest - used
            oldest = oldest or part.due_date
    return Counted(amount, oldest)


# -----------------------------------------------------------------------------
# PROTECTIONS: each gives (code, data) of what is against it
# -----------------------------------------------------------------------------


def _always(facts: Facts, rules: tuple[Rule, ...], debt: Counted) -> Iterator[Reason]:
    """What protects whatever the rules say."""
    if facts.state != "active":
        yield Reason("closed", {})
    if facts.connection not in CONNECTED:
        yield Reason("not_connected", {"connection": facts.connection})
    if facts.in_flight > ZERO:
        yield Reason("in_flight", {"amount": str(facts.in_flight)})
    if debt.amount <= ZERO:
        late = sum((part.amount for part in facts.debts), ZERO) - facts.credit
        if late <= ZERO:
            yield Reason("nothing_overdue", {})
        else:
            yield Reason("nothing_counts", {"amount": str(late)})
    if facts.jurisdiction and not rules:
        # A law that isn't entered yet is no permission.
        yield Reason("no_rules", {"jurisdiction": facts.jurisdiction})


def _check_minimum_debt(facts, rule, debt, local):
    # Without any debt that says enough.
    if ZERO < debt.amount < rule.amount:
        yield (
            "below_minimum",
            {"amount": str(debt.amount), "minimum": str(rule.amount)},
        )


def _check_days_overdue(facts, rule, debt, local):
    if debt.oldest_due:
        days = (local.date() - debt.oldest_due).days
        if days < rule.days:
            yield "too_early", {"days": days, "needed": rule.days}


def _check_hours(facts, rule, debt, local):
    minute = local.hour * 60 + local.minute
    if not rule.minute_from <= minute < rule.minute_to:
        yield (
            "hours",
            {"time": minute, "from": rule.minute_from, "to": rule.minute_to},
        )


def _check_weekdays(facts, rule, debt, local):
    if local.weekday() not in rule.weekdays:
        yield "weekday", {"weekday": local.weekday()}


def _check_holidays(facts, rule, debt, local):
    day = local.date()
    for holiday in sorted(facts.holidays):
        if day <= holiday <= day + rule.days * DAY:
            yield (
                "holiday" if holiday == day else "before_holiday",
                {"date": holiday.isoformat(), "days": rule.days},
            )
            return


def _check_temperature(facts, rule, debt, local):
    forecasts = {forecast.date: forecast for forecast in facts.forecasts}
    for ahead in range(rule.days + 1):
        day = local.date() + ahead * DAY
        forecast = forecasts.get(day)
        data = {"date": day.isoformat(), "limit": rule.limit}
        if forecast is None:
            if rule.without_forecast == "protect":
                yield "no_forecast", data
                return
        elif rule.side == "below" and forecast.low < rule.limit:
            yield "too_cold", data | {"degrees": forecast.low}
            return
        elif rule.side == "above" and forecast.high > rule.limit:
            yield "too_hot", data | {"degrees": forecast.high}
            return


def _check_circumstance(facts, rule, debt, local):
    if rule.effect == "protect":
        if data := _find_circumstance(facts, rule, local.date()):
            yield "circumstance", data


def _check_plan(facts, rule, debt, local):
    kept = [plan.name for plan in facts.plans if not plan.missed]
    if kept:
        yield "plan", {"plan": kept[0]}


def _check_promise(facts, rule, debt, local):
    # What was promised at first: a payment on it takes no protection away. Several
    # promises are one word: who pays in parts promises as much as who pays at once.
    least = debt.amount * Decimal(str(rule.percent)) / 100
    still_open = [p for p in facts.promises if p.date >= local.date()]
    promised = sum((promise.amount for promise in still_open), ZERO)
    if still_open and promised >= least:
        yield "promise", {"date": max(p.date for p in still_open).isoformat()}


def _check_dispute(facts, rule, debt, local):
    if facts.disputed > ZERO and facts.disputed >= rule.amount:
        yield "dispute", {"amount": str(facts.disputed)}


_CHECKS = {
    "minimum_debt": _check_minimum_debt,
    "days_overdue": _check_days_overdue,
    "hours": _check_hours,
    "weekdays": _check_weekdays,
    "holidays": _check_holidays,
    "temperature": _check_temperature,
    "circumstance": _check_circumstance,
    "plan": _check_plan,
    "promise": _check_promise,
    "dispute": _check_dispute,
}


def _check_notice(
    facts: Facts, rules: tuple[Rule, ...], debt: Counted, day: datetime.date
) -> Iterator[Reason]:
    """The last warning about this debt: old enough, and not too old.

    A warning is about this debt when the oldest of it was past due when it was sent.
    Circumstances may ask for more days than the rule does.
    """
    extra = max(
        (
            (rule.days, rule)
            for rule in rules
            if rule.kind == "circumstance"
            and rule.effect == "extra_notice"
            and _find_circumstance(facts, rule, day)
        ),
        key=lambda pair: pair[0],
        default=(0, None),
    )
    asking = [rule for rule in rules if rule.kind == "notice_days"]
    if not asking and extra[1]:
        # More days than none are still days.
        asking = [replace(extra[1], kind="notice_days", days=0)]
    if not asking or not debt.oldest_due:
        return
    sent = [date for date in facts.warnings if debt.oldest_due < date and date <= day]
    for rule in asking:
        needed = rule.days + extra[0]
        data = _describe(rule) | {"needed": needed}
        if extra[1]:
            data["because"] = extra[1].name
        if not sent:
            yield Reason("no_notice", data)
            continue
        last = max(sent)
        age = (day - last).days
        data |= {"sent": last.isoformat()}
        if age < needed:
            yield Reason(
                "notice_running", data | {"from": (last + needed * DAY).isoformat()}
            )
        elif rule.valid_days and age > rule.valid_days:
            yield Reason("notice_expired", data | {"valid": rule.valid_days})


def _find_circumstance(facts: Facts, rule: Rule, day: datetime.date) -> dict:
    """What makes a rule about circumstances apply; empty where it doesn't."""
    data = {}
    if rule.season_from:
        if not _in_season(rule, day):
            return {}
        data = {"season": [rule.season_from, rule.season_to]}
    if not rule.tags and not rule.certificate:
        return data
    wanted = {tag.id for tag in rule.tags}
    names = [tag.name for tag in facts.tags if tag.id in wanted]
    if names:
        return data | {"names": names}
    if rule.certificate:
        ends = [period.date_to for period in facts.certificates if period.covers(day)]
        if ends:
            until = None if None in ends else max(ends).isoformat()
            return data | {"certificate": until or ""}
    return {}


def _in_season(rule: Rule, day: datetime.date) -> bool:
    """Whether a day is in the season, which may go over the turn of the year."""
    today = day.month * 100 + day.day
    if rule.season_from <= rule.season_to:
        return rule.season_from <= today <= rule.season_to
    return today >= rule.season_from or today <= rule.season_to


def _excludes(rule: Rule, part: DebtPart) -> bool:
    """Whether a rule says that a part of the debt doesn't count."""
    if part.kind != "service":
        return False
    name = part.name.strip().casefold()
    return rule.all_charges or any(
        name == other.strip().casefold() for other in rule.names
    )


def _describe(rule: Rule) -> dict:
    return {"rule": rule.name, "rule_id": rule.id}


# -----------------------------------------------------------------------------
# PLAIN VALUES: what JSON can hold, and back
# -----------------------------------------------------------------------------


def to_plain(value):
    """Return dataclasses as dicts, tuples as lists, dates and amounts as text."""
    if is_dataclass(value):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in fields(value)
        }
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def from_plain(kind, value):
    """Return what `to_plain` made plain; what a later version lacks is passed over."""
    if is_dataclass(kind):
        types_by_name = typing.get_type_hints(kind)
        return kind(
            **{
                field.name: from_plain(types_by_name[field.name], value[field.name])
                for field in fields(kind)
                if field.name in value
            }
        )
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple(from_plain(arguments[0], item) for item in value)
    if origin in (types.UnionType, typing.Union):
        kind = next(item for item in arguments if item is not type(None))
        return None if value is None else from_plain(kind, value)
    if kind is datetime.date:
        return datetime.date.fromisoformat(value)
    if kind is Decimal:
        return Decimal(value)
    return value
