from odoo import Command, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _utility_alert_rules(self):
        """Add what a company is told of plans and collections at first (KPI-08)."""
        told = {
            "group_ids": [
                Command.set(
                    self.env.ref("utility_consumers.group_recovery_executive").ids
                )
            ],
            "by_activity": True,
        }
        return super()._utility_alert_rules() + [
            {
                "code": "plan_default_rate",
                "name": self.env._("Many payment plans break"),
                "figure": "plan_default_rate",
                "comparison": "above",
                "threshold": 30,
                "period": "last_30",
                "minimum_count": 5,
                "sequence": 200,
                **told,
            },
            {
                "code": "plan_compliance",
                "name": self.env._("Plan compliance is low"),
                "figure": "plan_compliance",
                "comparison": "below",
                "threshold": 85,
                "period": "last_30",
                "minimum_count": 20,
                "severity": "info",
                "sequence": 210,
                **told,
            },
            {
                "code": "promises_kept",
                "name": self.env._("Many promises are broken"),
                "figure": "promises_kept",
                "comparison": "below",
                "threshold": 60,
                "period": "last_30",
                "minimum_count": 10,
                "sequence": 220,
                **told,
            },
            {
                "code": "requests_late",
                "name": self.env._("Service requests are late"),
                "figure": "requests_late",
                "comparison": "above",
                "threshold": 20,
                "period": "today",
                "sequence": 230,
                **told,
            },
        ]
