from odoo import fields, models


class UtilityCollectionProcess(models.Model):
    """A ladder: which steps are taken against which overdue accounts (COL-04)."""

    _name = "utility.collection.process"
    _description = "Collections Process"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    step_ids = fields.One2many(
        comodel_name="utility.collection.step", inverse_name="process_id", copy=True
    )
