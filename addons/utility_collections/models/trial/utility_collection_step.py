from odoo import fields, models


class UtilityCollectionStep(models.Model):
    _inherit = "utility.collection.step"

    cost = fields.Monetary(
        help="What taking the step costs once: postage, a call, a truck. Trials of"
        " processes compare it (COL-12).",
    )

    _cost_positive = models.Constraint(
        "CHECK (cost >= 0)", "The cost of a step can't be negative: use 0 for none."
    )
