from odoo import fields, models


class UtilityAlert(models.Model):
    """Counts how fast what is wrong is acted on (USE-01)."""

    _inherit = "utility.alert"

    def _resolve(self, note):
        standing = self._standing()
        res = super()._resolve(note)
        now = fields.Datetime.now()
        for company, alerts in standing.sudo().grouped("company_id").items():
            self.env["utility.usage.event"]._log_many(
                [
                    {
                        "event": "alert_resolved",
                        "subject": alert.rule_id.figure,
                        "duration": (now - alert.raised_at).total_seconds(),
                        "outcome": "resolved",
                    }
                    for alert in alerts
                ],
                company=company,
            )
        return res
