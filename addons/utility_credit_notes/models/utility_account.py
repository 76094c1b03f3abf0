from odoo import fields, models


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    credit_note_ids = fields.One2many(
        comodel_name="utility.credit.note",
        inverse_name="utility_account_id",
        readonly=True,
    )
