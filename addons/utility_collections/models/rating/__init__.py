"""How consumers pay, and what they owe by day (CON-07, CON-08, KPI-07)."""

from . import (
    res_company,
    utility_account,
    utility_account_behaviour,
    utility_account_behaviour_run,
    utility_account_charts,
    utility_account_figures,
    utility_account_screen,
    utility_collection_target,
    utility_debt_day,
)
