from odoo import fields, models


class ResCompany(models.Model):
    """What every notice of a company says (COL-11)."""

    _inherit = "res.company"

    utility_warning_days = fields.Integer(
        string="Warn before disconnection",
        default=10,
        help="A disconnection warning names the day so many days after it is sent as"
        " the earliest, unless its step says another number (COL-11).",
    )
    utility_how_to_pay = fields.Text(
        string="How to pay",
        translate=True,
        help="At the end of each notice: counters, bank account, where to pay online."
        " The account number to name is always added.",
    )

    _utility_warning_days_range = models.Constraint(
        "CHECK (utility_warning_days BETWEEN 1 AND 365)",
        "Warn 1 to 365 days before a disconnection.",
    )

    def _utility_sequence_values(self):
        """Add the number of a letter batch to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.letter",
                "name": self.env._("Letter batch number"),
                "prefix": "LB-%(year)s-",
                "padding": 4,
                "number_next": 1,
            },
        ]
