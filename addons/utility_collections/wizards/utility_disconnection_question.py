from odoo import fields, models
from odoo.exceptions import UserError


class UtilityDisconnectionQuestion(models.TransientModel):
    """Would this account be eligible at a moment? Nothing is done to it (COL-07)."""

    _name = "utility.disconnection.question"
    _description = "Would Supply Be Cut Off?"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        ondelete="cascade",
    )
    at = fields.Datetime(
        string="On",
        required=True,
        default=fields.Datetime.now,
        help="With the debt, notices, plans and promises of now.",
    )

    def action_ask(self):
        """Decide by the rules of that moment, and open what was found.

        :return: an action for the web client
        """
        self.ensure_one()
        self.utility_account_id.check_access("read")
        if not self.env["utility.disconnection.decision"].has_access("read"):
            raise UserError(
                self.env._("Ask needs the role Customer Executive: ask for it.")
            )
        if not 2000 <= self.at.year <= 2100:
            raise UserError(
                self.env._("Ask about a moment between the years 2000 and 2100.")
            )
        decision_sudo = self.utility_account_id.sudo()._decide_disconnection(
            "simulation", at=self.at
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would supply be cut off?"),
            "res_model": "utility.disconnection.decision",
            "res_id": decision_sudo.id,
            "view_mode": "form",
        }
