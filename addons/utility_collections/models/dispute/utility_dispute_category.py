from odoo import fields, models


class UtilityDisputeCategory(models.Model):
    """What consumers dispute, and how long settling it may take (COL-09)."""

    _name = "utility.dispute.category"
    _description = "Dispute Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Days to Settle",
        default=14,
        required=True,
        help="A new dispute is due this many days after it was opened.",
    )
    about = fields.Selection(
        selection=[
            ("any", "Bills and payments"),
            ("bill", "Bills and charges"),
            ("payment", "Payments"),
        ],
        default="any",
        required=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for all companies."
    )

    _days_range = models.Constraint(
        "CHECK (days BETWEEN 0 AND 365)", "A dispute may take 0 to 365 days."
    )
