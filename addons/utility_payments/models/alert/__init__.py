# What others here extend comes first
from . import utility_alert_rule
from . import (
    res_company,
    utility_alert,
    utility_alert_delivery,
    utility_alert_rule_evaluation,
    utility_alert_rule_words,
    utility_anomaly,
    utility_figure,
)
