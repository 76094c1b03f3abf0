from odoo import fields, models


class UtilityCollectionRecord(models.AbstractModel):
    """What is done about an account's debt, and the case that it was done in."""

    _name = "utility.collection.record"
    _description = "Record of a Consumer Account in Collections"
    _inherit = ["utility.account.record"]

    case_id = fields.Many2one(
        comodel_name="utility.collection.case",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
