from freezegun import freeze_time

from odoo import Command

from .adjustment_common import AdjustmentsCommon

NOW = "2026-11-22 12:00:00"


class AlertsCommon(AdjustmentsCommon):
    """Rules of a manager, on a Sunday, November 22, 2026 at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        # What is logged and told is part of what is tested
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                mail_create_nolog=False,
                mail_notrack=False,
                tracking_disable=False,
            )
        )
        cls.company.partner_id.tz = "UTC"
        cls.company.utility_backdate_days = 10_000
        cls.env["utility.alert.rule"].search([]).active = False
        (cls.manager | cls.other_manager).notification_type = "inbox"
        cls.manager.email = "manager@example.com"
        cls.other_manager.email = False

    @classmethod
    def make_rule(cls, **values):
        """A rule of the manager, who is told by an activity."""
        return (
            cls.env["utility.alert.rule"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Collection rate is low",
                    "company_id": cls.company.id,
                    "figure": "collection_rate",
                    "threshold": 90,
                    "user_ids": [Command.set(cls.manager.ids)],
                    **values,
                }
            )
        )

    @classmethod
    def make_anomaly(cls, detector, **values):
        """A rule that looks for an anomaly, with what the detector proposes."""
        proposed = cls.env["utility.anomaly"]._detectors()[detector]
        return cls.make_rule(
            **{
                "name": proposed.name,
                "kind": "anomaly",
                "figure": False,
                "detector": detector,
                "threshold": proposed.threshold,
                "minimum_count": proposed.minimum,
                "window_days": proposed.window_days,
                **values,
            }
        )

    def evaluate(self, rules):
        """Evaluate as the scheduled action does; return the alerts of these rules."""
        rules.sudo()._evaluate()
        self.env.flush_all()
        self.env.invalidate_all()
        return self.alerts(rules)

    def alerts(self, rules):
        return self.env["utility.alert"].search(
            [("rule_id", "in", rules.ids)], order="id"
        )

    def collect(self, due, paid):
        """Bills due this month, and what was paid of them."""
        self.make_bill(due, date="2026-11-01", due_date="2026-11-15")
        if paid:
            self.record_one(paid, date="2026-11-20")

    def new_log(self, alert):
        """What was written into the log of an alert since this was last called."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        alert.invalidate_recordset(["message_ids"])
        messages = alert.sudo().message_ids - self.__dict__.setdefault(
            "_log_seen", self.env["mail.message"].sudo()
        )
        self._log_seen |= messages
        return messages

    def activities(self, alerts):
        return self.env["mail.activity"].search(
            [("res_model", "=", "utility.alert"), ("res_id", "in", alerts.ids)]
        )
