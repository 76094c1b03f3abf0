"""The rules of a ladder, for one account on one day (COL-04)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a process, as its rules see it."""

    id: int
    days: int
    after: int
    amount: Decimal
    warns: bool = False
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands; amounts in company currency."""

    account_id: int
    process_id: int | None = None
    # Of what is owed: see `tools.debt.Debt`
    minimum_due: Decimal = ZERO
    contested_due: Decimal = ZERO
    collectible: Decimal = ZERO
    overdue: Decimal = ZERO
    oldest_due: date | None = None
    # Told of on the timeline since then
    overdue_since: date | None = None
    # The day on which a plan that is active began
    planned_on: date | None = None
    # What makes collections wait, and for which amount; None: for all
    hold: str | None = None
    hold_amount: Decimal | None = ZERO
    # Closed by hand, not to be opened before a day that is still to come
    held_off: bool = False
    # Of its case, if it has one
    case_id: int | None = None
    state: str | None = None
    opened_on: date | None = None
    step_id: int | None = None
    step_days: int | None = None
    stepped_on: date | None = None
    warned: bool = False
    pause_kind: str | None = None
    paused_until: date | None = None

    def with_flight(self, amount: Decimal) -> "Standing":
        """The same with money on its way, which adds to what else makes it wait."""
        if not amount or self.hold_amount is None:
            return self
        return replace(
            self,
            hold=self.hold or "in_flight",
            hold_amount=self.hold_amount + amount,
        )

    @property
    def held_by(self) -> str | None:
        """What makes collections wait, if it covers what is due."""
        if self.contested_due > 0 and self.minimum_due <= 0:
            return "dispute"
        if self.hold and (
            self.hold_amount is None or self.hold_amount >= self.minimum_due
        ):
            return self.hold
        return None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about an account on a day."""

    opened: bool = False
    close: str | None = None
    # The new reason of a pause, or None where nothing changes
    pause: str | None = None
    resumed: bool = False
    step: Rung | None = None
    # What comes after that, and the first day on which it can
    next_step: Rung | None = None
    next_on: date | None = None
    # First overdue, and no longer: told of on the timeline
    fell_overdue: bool = False
    caught_up: bool = False
    cleared: bool = False


def decide(
    standing: Standing, rungs: list[Rung], today: date, whole: bool = True
) -> Decision:
    """Say what is done about an account.

    :param rungs: of its process, by their days
    :param whole: open cases and take steps; else only what follows at once from a
        change of the debt: close, pause, resume
    """
    told = {
        "fell_overdue": whole and standing.overdue > 0 and not standing.overdue_since,
        "caught_up": standing.overdue <= 0 and bool(standing.overdue_since),
    }
    told["cleared"] = told["caught_up"] and not (
        standing.planned_on and standing.planned_on >= standing.overdue_since
    )
    if not standing.case_id:
        if not whole or not _to_open(standing, rungs):
            return Decision(**told)
        opened = replace(standing, state="open")
        return Decision(opened=True, **told, **_climb(opened, rungs, today))
    if standing.contested_due <= 0:
        return Decision(close=_close_reason(standing), **told)
    pause, resumed = _wait(standing, today)
    if pause or standing.state == "paused" and not resumed:
        ahead = _next_step(standing, rungs)
        return Decision(pause=pause, **told, **_ahead(standing, ahead))
    if not whole:
        ahead = _next_step(standing, rungs)
        return Decision(resumed=resumed, **told, **_ahead(standing, ahead))
    return Decision(resumed=resumed, **told, **_climb(standing, rungs, today))


def _to_open(standing, rungs):
    """Debt past the first step, as much as that asks for, and nothing in the way."""
    return (
        bool(rungs)
        and standing.minimum_due > 0
        and standing.collectible >= rungs[0].amount
        and not standing.held_off
        and not standing.held_by
    )


def _close_reason(standing):
    planned_on = standing.planned_on
    if planned_on and planned_on >= standing.opened_on:
        return "plan"
    return "minimum_paid" if standing.overdue > 0 else "cleared"


def _wait(standing, today):
    """The new reason of a pause, and whether one is over."""
    paused = standing.state == "paused"
    by_hand = paused and standing.pause_kind == "manual"
    if by_hand and standing.paused_until and standing.paused_until > today:
        return None, False
    held_by = standing.held_by
    if held_by:
        return (None if held_by == standing.pause_kind else held_by), False
    return None, paused


def _climb(standing, rungs, today):
    """The step that is taken today, if any, and what comes after it."""
    step = _next_step(standing, rungs)
    if (
        step is None
        or _first_day(standing, step) > today
        or standing.collectible < step.amount
    ):
        return _ahead(standing, step)
    after = replace(
        standing,
        step_id=step.id,
        step_days=step.days,
        stepped_on=today,
        warned=standing.warned or step.warns,
    )
    return {"step": step, **_ahead(after, _next_step(after, rungs))}


def _next_step(standing, rungs):
    """The rung above the last one; before one that cuts off, the warning."""
    last = -1 if standing.step_days is None else standing.step_days
    step = next((rung for rung in rungs if rung.days > last), None)
    if step and step.cuts and not standing.warned:
        below = [rung for rung in rungs if rung.warns and rung.days < step.days]
        return below[-1] if below else None
    return step


def _first_day(standing, step):
    """The first day on which a step can be taken."""
    day = standing.oldest_due + step.days * DAY
    if standing.stepped_on:
        day = max(day, standing.stepped_on + max(step.after, 1) * DAY)
    return day


def _ahead(standing, step):
    if step is None or standing.oldest_due is None:
        return {"next_step": step}
    return {"next_step": step, "next_on": _first_day(standing, step)}
