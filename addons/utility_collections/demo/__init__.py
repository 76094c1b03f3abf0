from . import utility_demo
