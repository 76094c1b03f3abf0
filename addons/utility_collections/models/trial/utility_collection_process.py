from odoo import fields, models


class UtilityCollectionProcess(models.Model):
    _inherit = "utility.collection.process"

    challenger = fields.Boolean(
        tracking=True,
        help="It runs on the accounts only that a trial gives it (COL-12).",
    )
