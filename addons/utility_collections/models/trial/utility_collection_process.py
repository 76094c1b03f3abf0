from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UtilityCollectionProcess(models.Model):
    _inherit = "utility.collection.process"

    challenger = fields.Boolean(
        tracking=True,
        help="It runs on the accounts only that a trial gives it (COL-12).",
    )

    @api.constrains("challenger")
    def _check_on_trial(self):
        """Who is compared stays what it is until the trial ends."""
        arms_sudo = (
            self.env["utility.collection.trial.arm"]
            .sudo()
            .search(
                [("process_id", "in", self.ids), ("trial_id.state", "=", "running")]
            )
        )
        for arm in arms_sudo:
            if arm.process_id.challenger == arm.is_champion:
                raise ValidationError(
                    self.env._(
                        "%(process)s is on trial in %(trial)s: end the trial first.",
                        process=arm.process_id.name,
                        trial=arm.trial_id.name,
                    )
                )
