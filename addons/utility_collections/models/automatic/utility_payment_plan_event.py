from odoo import fields, models


class UtilityPaymentPlanEvent(models.Model):
    _inherit = "utility.payment.plan.event"

    kind = fields.Selection(
        selection_add=[
            ("automatic_on", "Automatic payment agreed"),
            ("automatic_off", "Automatic payment stopped"),
            ("charge_announced", "Charge announced"),
            ("charge_failed", "Charge failed"),
            ("charge_in_doubt", "Charge in doubt"),
        ],
        ondelete={
            "automatic_on": "cascade",
            "automatic_off": "cascade",
            "charge_announced": "cascade",
            "charge_failed": "cascade",
            "charge_in_doubt": "cascade",
        },
    )
