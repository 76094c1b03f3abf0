from odoo import api, models

_RECEIPT = "utility_payments.report_receipt"


class IrActionsReport(models.Model):
    """Receipts are rendered one by one, without fetching anything from the server.

    An unpatched wkhtmltopdf can't split one run into several documents.
    """

    _inherit = "ir.actions.report"

    def _get_layout(self):
        if self.report_name == _RECEIPT:
            return self.env.ref("utility_payments.receipt_pdf_layout")
        return super()._get_layout()

    def get_paperformat(self):
        if self.report_name == _RECEIPT:
            company_format = self.env.company.paperformat_id.format
            size = "letter" if company_format == "Letter" else "a4"
            return self.env.ref(f"utility_payments.paperformat_receipt_{size}")
        return super().get_paperformat()

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("utility_receipt_pdf"):
            # A receipt has no script to wait for.
            command[command.index("--javascript-delay") + 1] = "1"
        return command

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        if res_ids and self._get_report(report_ref).report_name == _RECEIPT:
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            payments = self.env["account.payment"].browse(ids)._with_receipts()
            payments._check_may_issue()
            payments._receipt_log_issue()
            res_ids = payments._receipt_leads().ids
        return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if not res_ids or self._get_report(report_ref).report_name != _RECEIPT:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for res_id in res_ids:
            streams |= super(
                IrActionsReport, self.with_context(utility_receipt_pdf=True)
            )._render_qweb_pdf_prepare_streams(report_ref, data, [res_id])
        return streams
