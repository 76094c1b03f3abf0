from odoo import api, fields, models

from .utility_dispute import OPEN_STATES


class AccountMove(models.Model):
    """The disputes of a bill or charge (COL-09)."""

    _inherit = "account.move"

    utility_dispute_ids = fields.One2many(
        comodel_name="utility.dispute", inverse_name="move_id", readonly=True
    )
    utility_dispute_count = fields.Integer(
        compute="_compute_utility_disputes", compute_sudo=True
    )
    utility_disputed = fields.Boolean(
        string="Disputed", compute="_compute_utility_disputes", compute_sudo=True
    )

    @api.depends("utility_dispute_ids.state")
    def _compute_utility_disputes(self):
        for move in self:
            disputes = move.utility_dispute_ids
            move.utility_dispute_count = len(disputes)
            move.utility_disputed = any(
                dispute.state in OPEN_STATES for dispute in disputes
            )

    def action_open_dispute(self):
        """Open a new dispute of this bill or charge.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["utility.dispute"]._get_new_action(default_move_id=self.id)

    def action_view_disputes(self):
        """Open the disputes of this bill or charge."""
        self.ensure_one()
        return self.utility_dispute_ids._get_view_action()
