"""Figures of one run and the table they are printed in."""

import statistics
import time
from dataclasses import dataclass

HEADER = ("work", "ours", "peer", "ratio", "SQL each", "level 1", "met?")


@dataclass
class Line:
    """One line of the table; `met` is None where there is no level to reach."""

    work: str
    ours: str
    peer: str = ""
    ratio: str = ""
    sql: str = ""
    level: str = ""
    met: bool | None = None

    def cells(self):
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return (
            self.work,
            self.ours,
            self.peer,
            self.ratio,
            self.sql,
            self.level,
            met,
        )


class Samples:
    """Times of the same work, in ms, and its SQL statements."""

    def __init__(self):
        self.times = []
        self.queries = []

    def add(self, call, share=1):
        """Add a Call that did the work `share` times."""
        self.times.append(1000 * call.seconds / share)
        self.queries.append(call.queries / share)

    @property
    def median(self):
        return statistics.median(self.times)

    @property
    def p95(self):
        """The nearest time that at most 5 % exceed."""
        ordered = sorted(self.times)
        return ordered[-1 - int(0.05 * len(ordered))]

    @property
    def sql(self):
        return statistics.median(self.queries)

    def __str__(self):
        return f"{number(self.median)} (p95 {number(self.p95)})"


def number(value):
    """A figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value):
    """A ratio."""
    return f"{number(value)} x"


def render(lines):
    """The table as Markdown, with columns in line."""
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]

    def show(row):
        return (
            "| "
            + " | ".join(
                cell.ljust(width) for cell, width in zip(row, widths, strict=True)
            )
            + " |"
        )

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([show(rows[0]), rule, *(show(row) for row in rows[1:])])


STARTED = time.monotonic()


def say(text):
    """Tell what is going on, with the time since the start."""
    print(f"{time.monotonic() - STARTED:6.0f} s  {text}", flush=True)
