from . import charts
from . import receipt
from . import usage
