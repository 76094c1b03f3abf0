from datetime import timedelta

from odoo import fields, models


class UtilityDisconnectionRuleVersion(models.TransientModel):
    """From which day on a changed rule replaces one that was used (COL-07)."""

    _name = "utility.disconnection.rule.version"
    _description = "New Version of a Disconnection Rule"

    rule_id = fields.Many2one(
        comodel_name="utility.disconnection.rule",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    summary = fields.Char(related="rule_id.summary", related_sudo=False)
    date_from = fields.Date(
        string="New Version From",
        required=True,
        default=lambda self: self.env.company._utility_today() + timedelta(days=1),
        help="The old one is in force until the day before.",
    )

    def action_confirm(self):
        """End the rule, and open the one that follows to be changed.

        :return: an action for the web client
        """
        self.ensure_one()
        rule = self.rule_id._follow(self.date_from)
        return {
            "type": "ir.actions.act_window",
            "res_model": rule._name,
            "res_id": rule.id,
            "view_mode": "form",
        }
