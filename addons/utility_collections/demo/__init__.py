from . import disconnection_rules, notice, rating, request, utility_demo
