from decimal import Decimal

# The key of the context under which a door lets plans wait.
WAIT_KEY = "utility_plans"


class PlansWait:
    """What a door has changed so far; plans follow it, and tell of it, at its end.

    It travels in the context. No remote caller can send an object, so nobody but a
    door lets plans wait.
    """

    def __init__(self, line_ids=()):
        # Items whose plans have not followed yet.
        self.line_ids: set[int] = set(line_ids)
        # Accounts whose debt it changed.
        self.account_ids: set[int] = set()
        # As it was before the door began.
        self.paid: dict[int, Decimal] = {}
        self.states: dict[int, str] = {}

    @classmethod
    def of(cls, records):
        """The one that a door around this code has opened, or None."""
        wait = records.env.context.get(WAIT_KEY)
        return wait if isinstance(wait, cls) else None
