from . import disconnection_rules, notice, request, utility_demo
