from . import disconnection_orders, disconnection_rules, notice, request, utility_demo
