from odoo import fields, models


class UtilityServiceRequestCategory(models.Model):
    """What a service request belongs to; settings name the one of collections."""

    _name = "utility.service.request.category"
    _description = "Service Request Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: of all companies."
    )
