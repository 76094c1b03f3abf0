from odoo import fields, models


class UtilityApproval(models.AbstractModel):
    """Counts what is requested, and how fast it is decided (USE-01)."""

    _inherit = "utility.approval"

    def _request_approval(self):
        res = super()._request_approval()
        waiting = self.filtered(lambda request: request.state == "to_approve")
        for company in waiting.sudo().company_id:
            self.env["utility.usage.event"]._log(
                "approval_requested", subject=self._name, company=company
            )
        return res

    def _validate_tier(self, tiers=False):
        res = super()._validate_tier(tiers)
        if self.sudo().validation_status == "validated":
            self._log_decision("approved")
        return res

    def _rejected_tier(self, tiers=False):
        res = super()._rejected_tier(tiers)
        self._log_decision("refused")
        return res

    def _log_decision(self, outcome):
        request_sudo = self.sudo()
        waited = fields.Datetime.now() - request_sudo.requested_at
        self.env["utility.usage.event"]._log(
            "approval_decided",
            subject=self._name,
            duration=waited.total_seconds(),
            company=request_sudo.company_id,
            outcome=outcome,
        )
