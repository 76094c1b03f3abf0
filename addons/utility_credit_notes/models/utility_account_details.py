from odoo import api, fields, models


class UtilityAccount(models.Model):
    """Credit on the 360° page (CON-06)."""

    _inherit = "utility.account"

    credit_note_count = fields.Integer(compute="_compute_credit_note_count")

    @api.depends("credit_note_ids")
    def _compute_credit_note_count(self):
        counts = dict(
            self.env["utility.credit.note"]._read_group(
                [("utility_account_id", "in", self.ids)],
                ["utility_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.credit_note_count = counts.get(account._origin, 0)

    def action_view_credit_notes(self):
        """Open the credit notes of this account, newest first (CON-06).

        :return: an action on the list of credit notes
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_credit_notes.utility_credit_note_action"
        )
        return {
            **action,
            "domain": [("utility_account_id", "=", self.id)],
            "context": {},
        }
