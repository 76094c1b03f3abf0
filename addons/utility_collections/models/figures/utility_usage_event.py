from odoo import api, models


class UtilityUsageEvent(models.Model):
    """Compliance reviewed: somebody looked at how plans are kept (USE-01).

    The browser tells: boards, pivots and graphs of plans, their calendar, the report.
    """

    _inherit = "utility.usage.event"

    @api.model
    def _events_from_browser(self):
        return super()._events_from_browser() | {"compliance_reviewed"}

    @api.model
    def _subject_kinds(self):
        return super()._subject_kinds() | {"compliance_reviewed": ("model",)}
