from odoo import fields, models


class ResCompany(models.Model):
    """How a company disconnects and reconnects (COL-07)."""

    _inherit = "res.company"

    utility_disconnection_proof = fields.Boolean(
        string="Proof of disconnection",
        help="Crews add the meter's reading and a photo when they cut off or restore"
        " supply.",
    )
    utility_reconnection_fee = fields.Monetary(
        string="Reconnection Fee",
        default=75.0,
        help="Charged when supply is cut off; 0: none.",
    )
    utility_reconnection_fee_first = fields.Boolean(
        string="Fee before reconnection",
        default=True,
        help="Supply is restored once the Reconnection Fee is paid too (REC-03).",
    )
    utility_reconnection_hours = fields.Integer(
        string="Hours to reconnect",
        default=24,
        help="Within which supply is to be restored once nothing stands in the way.",
    )

    _utility_reconnection_range = models.Constraint(
        "CHECK (utility_reconnection_fee >= 0"
        " AND utility_reconnection_hours BETWEEN 1 AND 8760)",
        "The Reconnection Fee can't be negative (0: none), and the hours to reconnect"
        " are 1 to 8760.",
    )

    def _utility_sequence_values(self):
        """Add the number of an order of disconnection to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.disconnection",
                "name": self.env._("Disconnection order number"),
                "prefix": "DO-%(year)s-",
                "padding": 4,
                "number_next": 1,
            },
        ]
