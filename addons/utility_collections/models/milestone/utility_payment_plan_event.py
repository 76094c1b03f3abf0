from odoo import api, models

# What a plan's own timeline says, and the timeline of collections.
_KINDS = {"broken": "plan_broken", "completed": "plan_completed"}


class UtilityPaymentPlanEvent(models.Model):
    """How a plan ends is a milestone of its account (COL-10)."""

    _inherit = "utility.payment.plan.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        for kind, mine in events.grouped("kind").items():
            if kind not in _KINDS:
                continue
            plans = mine.plan_id
            amount = "amount_remaining" if kind == "broken" else "amount_covered"
            self.env["utility.collection.event"]._log(
                _KINDS[kind],
                plans,
                notes={plan.id: plan.display_name for plan in plans},
                amounts={plan.id: plan[amount] for plan in plans},
            )
        return events
