from . import disconnection_rules, request, utility_demo
