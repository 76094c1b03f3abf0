"""How consumers pay: behaviour figures and credit rating (CON-07, CON-08)."""

from . import (
    res_company,
    utility_account,
    utility_account_behaviour,
    utility_account_behaviour_run,
    utility_account_figures,
    utility_account_screen,
)
