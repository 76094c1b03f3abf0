"""Machines that do random steps with a test case, and how they are run.

`UTILITY_STATE_STEPS=100000` runs that many steps instead of the few of each test run.
"""

import logging
import os
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

# Sentences for programmers, which no consumer's clerk should see.
JARGON = ("Traceback", "constraint", "violates", "NoneType", "psycopg2", "object at 0x")


def run_random_steps(case, machine, examples, steps):
    """Run a state machine with a test case, and count what its steps came to.

    :param case: has `steps` for the machine to count in
    :param int examples: how many runs; `UTILITY_STATE_STEPS` says otherwise
    :param int steps: about how many each run has
    """
    wanted = int(os.environ.get("UTILITY_STATE_STEPS", 0))
    case.steps = Counter()
    run_state_machine_as_test(
        type("Machine", (machine,), {"case": case}),
        settings=settings(
            max_examples=wanted // steps or examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            # Shrinking a failure takes very long with a database behind it.
            phases=[Phase.generate],
            derandomize=not wanted,
            database=None,
        ),
    )
    _logger.info("Random steps of %s: %s", machine.__name__, dict(case.steps))
    case.assertTrue(case.steps["done"] and case.steps["refused"], case.steps)


def cents(amount):
    return round(amount * 100)


class RandomMachine(RuleBasedStateMachine):
    """What is done in one run is undone at its end, so runs don't meet.

    To add a rule: act in `step`, which wants what is refused to be refused with a
    sentence for clerks, and to leave nothing.
    """

    case = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.accounts = self.case.machine_accounts

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()

    @contextmanager
    def step(self, refused=None, name=None):
        """Run what is inside for real; it must be refused just when the model did.

        :param refused: what the model says; None: it may be either
        :param str name: under which the step is counted when it is done
        :return: an object whose `done` tells at last
        """
        outcome = SimpleNamespace(done=False)
        try:
            with self.env.cr.savepoint():
                yield outcome
                self.env.flush_all()
        except (AccessError, UserError) as error:
            assert refused is not False, f"It refused what the rules allow: {error}"
            message = str(error).strip()
            assert message.endswith((".", ")")), message
            assert not any(word in message for word in JARGON), message
        else:
            assert not refused, "The product did what the rules forbid."
            outcome.done = True
            if name:
                self.case.steps[name] += 1
        self.case.steps["done" if outcome.done else "refused"] += 1
        self.env.invalidate_all()

    def as_user(self, name):
        return getattr(self.case, name)

    def draw(self, data, rows, fits=None):
        """One of these; mostly one that fits, so that steps aren't mostly refused."""
        fitting = [row for row in rows if fits(row)] if fits else []
        if fitting and data.draw(st.sampled_from([True, True, True, False]), "fits"):
            rows = fitting
        return data.draw(st.sampled_from(rows))

    def draw_part(self, data, most):
        """An amount around a figure: parts of it, the whole, and a cent too much."""
        choices = {1, max(most // 3, 1), max(most - 1, 1), most, most + 1}
        return data.draw(st.sampled_from(sorted(choices)), "amount")
