from odoo import models

from .utility_dispute import OPEN_STATES


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _filter_disputed(self):
        """Extend: a disputed bill is kept out whole, however much of it is disputed."""
        disputes_sudo = (
            self.env["utility.dispute"]
            .sudo()
            .search([("move_id", "in", self.move_id.ids), ("state", "in", OPEN_STATES)])
        )
        disputed_ids = set(disputes_sudo.move_id.ids)
        return super()._filter_disputed() | self.filtered(
            lambda line: line.move_id.id in disputed_ids
        )
