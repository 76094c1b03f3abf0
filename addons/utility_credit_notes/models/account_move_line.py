from odoo import api, fields, models
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Without it, each change of a residual would search its credit note anew.
    utility_credit_note_ids = fields.One2many(
        comodel_name="utility.credit.note",
        inverse_name="credit_line_id",
        string="Utility Credit Notes",
        readonly=True,
        help="The credit note whose money this item carries.",
    )

    def action_open_utility_item(self):
        """Override of `utility_payments`: the money of a credit note leads to it."""
        self.ensure_one()
        if note := self.utility_credit_note_ids[:1]:
            return note.action_view_details()
        return super().action_open_utility_item()

    @api.model
    def _movement_classes(self):
        """Extend: credit that expired, and that was given back (KPI-07)."""
        self.env["utility.credit.application"].flush_model()
        return super()._movement_classes() | {
            "expired": (
                self.env._("Credit that expired"),
                SQL(
                    "EXISTS (SELECT FROM utility_credit_application used"
                    " WHERE used.move_id = move.id AND used.kind = 'expired')"
                ),
            ),
            "revived": (
                self.env._("Expired credit that was revived"),
                SQL(
                    "EXISTS (SELECT FROM utility_credit_application used"
                    " WHERE used.revival_move_id = move.id)"
                ),
            ),
        }
