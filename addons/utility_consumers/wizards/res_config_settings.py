from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    utility_bill_journal_id = fields.Many2one(
        related="company_id.utility_bill_journal_id", readonly=False
    )
    utility_due_days = fields.Integer(
        related="company_id.utility_due_days", readonly=False
    )
    utility_tz = fields.Selection(
        related="company_id.partner_id.tz", string="Company Time Zone", readonly=False
    )
    utility_num_formats = fields.Char(
        string="Next Numbers", compute="_compute_utility_num_formats"
    )

    @api.depends("company_id")
    def _compute_utility_num_formats(self):
        for settings in self:
            sequences = self.env["ir.sequence"].search(
                [
                    ("code", "=like", "utility.%"),
                    ("company_id", "=", settings.company_id.id),
                ],
                order="id",
            )
            settings.utility_num_formats = ", ".join(
                sequence.utility_preview or "" for sequence in sequences
            )
