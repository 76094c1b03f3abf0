from odoo import fields, models


class UtilityService(models.Model):
    _name = "utility.service"
    _description = "Utility Service"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name for imports and the API.")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "unique(code)", "Another service already has this code; pick another one."
    )
