from . import disconnection_rules, utility_demo
