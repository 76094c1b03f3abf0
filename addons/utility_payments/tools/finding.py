"""What an evaluation of an alert rule found (KPI-08, KPI-09)."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Finding:
    """One thing to raise an alert about.

    ``key`` tells it from the others of its rule; ``facts``, of plain values, is what
    its sentence is made of, in any language. ``evidence``, where it isn't 0, is a
    number that grows with what speaks for it (the last payment's id): an alert that
    was resolved comes back only with more of it. ``period_from`` likewise: a new month
    is a new case. ``strength`` orders the findings of one run.
    """

    key: str
    facts: dict
    value: float
    usual: float = 0.0
    previous: float = 0.0
    model: str = ""
    domain: list = field(default_factory=list)
    evidence: int = 0
    period_from: date | None = None
    strength: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What a rule says now: a state of the rule, a sentence, and its findings.

    ``decided`` is False where nothing could be judged: open alerts stay as they are.
    ``closes``: what isn't among the findings any more is over.
    """

    state: str
    sentence: str
    findings: tuple = ()
    decided: bool = True
    closes: bool = True


@dataclass(frozen=True)
class Detector:
    """A kind of anomaly: its words, where it starts from, and its methods.

    ``find`` names a method of `utility.anomaly` that takes (rule, scope) and returns
    findings; ``say`` one that makes the sentence of one from its facts and a company.
    ``closes``: see Verdict. Empty labels: the rule doesn't ask for that parameter.
    """

    name: str
    explanation: str
    find: str
    say: str
    threshold_label: str
    threshold: float
    minimum_label: str
    minimum: int
    window_days: int
    closes: bool = True
    amount_label: str = ""
    has_measure: bool = False
