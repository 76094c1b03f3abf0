from odoo import Command, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _utility_alert_rules(self):
        """Add what a company is told of its payment plans at first (KPI-08)."""
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
        ]
