from . import receipt
from . import usage
