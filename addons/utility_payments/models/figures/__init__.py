from . import (
    account_move,
    account_payment,
    ir_http,
    res_company,
    res_users_settings,
    utility_collection_day,
    utility_collection_month,
    utility_figure,
    utility_payment_allocation,
    utility_tile,
    utility_tile_choice,
)
