from odoo import fields, models


class UtilityArea(models.Model):
    _inherit = "utility.area"

    jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Whose rules of disconnection hold here; empty: the company's.",
    )
