from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_dispute_notices = fields.Boolean(
        string="Tell consumers of their disputes",
        default=True,
        help="An e-mail when a dispute is opened and when it is settled (COL-09).",
    )

    def _utility_sequence_values(self):
        """Add the number of a dispute (COL-09) to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.dispute",
                "name": self.env._("Dispute number"),
                "prefix": "DSP-%(year)s-",
                "padding": 4,
                "number_next": 1,
            },
        ]
