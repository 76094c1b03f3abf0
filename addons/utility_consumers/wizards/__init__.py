from . import base_import
from . import res_config_settings
from . import utility_bill_entry
from . import utility_bill_entry_line
