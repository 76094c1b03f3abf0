from odoo import fields, models


class UtilityAccountTag(models.Model):
    _name = "utility.account.tag"
    _description = "Special Circumstance"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)
