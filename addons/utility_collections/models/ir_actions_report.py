from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _utility_documents(self):
        return super()._utility_documents() | {
            "utility_collections.report_agreement",
            "utility_collections.report_letters",
        }
