from odoo import fields, models


class UtilityCreditReason(models.Model):
    """Why credit is given, and what that does in the ledger (CRN-03)."""

    _name = "utility.credit.reason"
    _description = "Credit Note Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer(help="Colour of the badge.")
    treatment = fields.Selection(
        selection=[
            ("return_money", "Returns money"),
            ("adjust_revenue", "Adjusts revenue"),
        ],
        required=True,
        default="return_money",
        help="Returns money: what was paid becomes free again, and the documents that"
        " it paid are due again. Adjusts revenue: the documents stay paid, and what was"
        " charged wrongly is given back as a customer credit note with its taxes.",
    )

    _code_unique = models.UniqueIndex(
        "(lower(code))",
        "Another reason has this code: choose a different one.",
    )
