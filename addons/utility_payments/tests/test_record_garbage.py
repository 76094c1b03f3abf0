from datetime import date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import PaymentsCommon

_FIELDS = [
    "account",
    "amount",
    "channel",
    "currency",
    "date",
    "documents",
    "excess",
    "group",
    "idempotency_key",
    "mode",
    "note",
    "payer",
    "receipt_number",
    "received_at",
    "received_by",
    "reference",
    "tendered",
    "type",
    "unheard_of",
]
_garbage = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.decimals(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.lists(st.one_of(st.text(max_size=5), st.integers(), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(
        ["cash", "cheque", "walk_in", "bill", "service", "USD", "\0", "2024-02-30"]
    ),
)


@tagged("post_install", "-at_install")
class TestRecordGarbage(PaymentsCommon):
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        rubbish=st.dictionaries(
            st.sampled_from(_FIELDS), _garbage, min_size=1, max_size=4
        )
    )
    def test_rubbish_never_breaks_a_batch(self, rubbish):
        """REC-05, CFG-03: whatever is sent, each request has a whole outcome."""
        with self.cr.savepoint(flush=False):
            outcomes = self.record(
                self.request(Decimal("1.00")) | rubbish,
                self.request(1, payer="After"),
            )
        for outcome in outcomes:
            self.assertIn(outcome["status"], ("posted", "duplicate", "rejected"))
            if outcome["status"] == "rejected":
                self.assertTrue(outcome["error"]["code"])
                self.assertTrue(outcome["error"]["message"])
        self.assertEqual(outcomes[1]["status"], "posted", outcomes[1]["error"])
        self.assertLedgerSound()

    def test_truth_is_no_account(self):
        """REC-05: True isn't the account with the id 1."""
        self.assertRejected("unknown_account", self.request(account=True))
