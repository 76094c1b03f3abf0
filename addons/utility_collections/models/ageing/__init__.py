"""Sums of open items, by which ageing is read for very many accounts (KPI-07)."""

from . import res_company, utility_debt_change, utility_debt_group
