from . import (
    account_move_line,
    utility_regulatory_month,
    utility_regulatory_month_checks,
    utility_regulatory_month_sections,
)
