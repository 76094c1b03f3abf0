from odoo import api, models

# Types that are shipped; a type of one's own counts as "own".
REQUEST_TYPES = ("personal_call", "email_bill", "visit", "verify_contact", "letter")


class UtilityUsageEvent(models.Model):
    _inherit = "utility.usage.event"

    @api.model
    def _property_rules(self):
        """Extend: which type of service request (USE-01)."""
        return super()._property_rules() | {
            "request_type": frozenset({*REQUEST_TYPES, "own"})
        }
