from . import account_move_line, utility_regulatory_month
