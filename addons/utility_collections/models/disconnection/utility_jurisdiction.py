from odoo import fields, models


class UtilityJurisdiction(models.Model):
    """Whose rules say when supply may be cut off (COL-07)."""

    _name = "utility.jurisdiction"
    _description = "Jurisdiction"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    rule_ids = fields.One2many(
        comodel_name="utility.disconnection.rule", inverse_name="jurisdiction_id"
    )
