from . import utility_demo
from . import utility_demo_adjustments
from . import utility_demo_alerts
from . import utility_demo_usage
