from odoo import fields, models


class UtilityArea(models.Model):
    _name = "utility.area"
    _description = "Service Area"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(help="Short name of the area or route in other systems.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)

    _name_company_unique = models.UniqueIndex(
        "(company_id, lower(name)) WHERE active",
        "This company already has an area of that name; pick another name.",
    )
