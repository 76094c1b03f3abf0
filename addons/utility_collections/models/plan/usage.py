from odoo import models


class UtilityPaymentPlan(models.Model):
    """Counts agreed plans by their terms (USE-01)."""

    _inherit = "utility.payment.plan"

    def _activate(self):
        """Extend: the set-up screen tells how long it took."""
        res = super()._activate()
        rows = self.installment_ids.sorted("sequence")
        last = rows[-1:].due_date or self.activated_on
        self.env["utility.usage.event"]._log(
            "plan_created",
            company=self.company_id,
            duration=self.env.context.get("utility_plan_seconds"),
            contact_mode=self.contact_mode,
            installments=len(rows.filtered("sequence")),
            frequency=self.frequency,
            months=round((last - self.activated_on).days / 30.4375),
            down_payment_percent=round(100 * self.down_payment / self.amount_covered),
            new_version=bool(self.previous_id),
        )
        return res
