from . import (
    account_payment,
    res_company,
    utility_collection_day,
    utility_figure,
    utility_payment_allocation,
    utility_tile,
    utility_tile_choice,
)
