from odoo import fields, models


class UtilityServiceRequestType(models.Model):
    """A standard procedure, such as a personal call (COL-05)."""

    _name = "utility.service.request.type"
    _description = "Service Request Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        readonly=True, copy=False, help="Of a type that was shipped; empty: your own."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one(
        comodel_name="utility.service.request.category", ondelete="restrict"
    )
