# Codes of reasons against a disconnection that lie in the debt itself: once one of
# these holds, an order that waits is cancelled (COL-07). All others, such as hours,
# holidays, notice or temperature, only postpone it.
STOPPING_CODES = frozenset(
    {
        "closed",
        "days_overdue",
        "dispute",
        "excluded_charge",
        "in_flight",
        "minimum_debt",
        "not_overdue",
        "plan",
        "promise",
    }
)
