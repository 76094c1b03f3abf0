from odoo import api, models
from odoo.exceptions import AccessError


class IrActionsReport(models.Model):
    """Documents for consumers: receipts, and what add-ons draw like them.

    They are rendered one by one, without fetching anything from the server: an
    unpatched wkhtmltopdf can't split one run into several documents.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _utility_documents(self):
        """Names of the reports that are documents for consumers; add-ons add theirs.

        The model of such a report has ``_issue_documents()``: it raises unless the
        caller may hand these out, notes that they leave, and returns the records that
        are a document each.

        :rtype: set[str]
        """
        return {
            "utility_payments.report_receipt",
            "utility_payments.report_regulatory",
            "utility_payments.report_statement",
        }

    def _is_utility_document(self):
        return self.report_name in self._utility_documents()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def _document_action(self, records, way):
        """Hand out documents in the browser (DOC-06).

        :param str way: ``print`` (PDF in a new tab), ``download`` or ``view`` (HTML)
        :return: an action
        """
        if way == "print":
            ids = ",".join(map(str, records.ids))
            return {
                "type": "ir.actions.act_url",
                "url": f"/report/pdf/{self.report_name}/{ids}",
                "target": "new",
            }
        action = self.report_action(records, config=False)
        return {**action, "report_type": "qweb-html"} if way == "view" else action

    @api.model
    def _document_sent_action(self, message):
        """Say that documents were e-mailed.

        :return: a notification
        """
        notification = {"type": "success", "message": message}
        if self.env.context.get("utility_payments"):
            # Our own screens show the new event; a dialog must not lose its place.
            notification["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": notification,
        }

    @api.model
    def _check_may_issue(self, records):
        """Raise an AccessError unless the caller may hand out these documents."""
        records.check_access("read")
        user = records.env.user
        if records.env.su or any(
            user.has_group(f"utility_consumers.{group}")
            for group in ("group_customer_executive", "group_field_collector")
        ):
            return
        raise AccessError(
            self.env._(
                "Handing over documents of consumers is for staff at the counter and"
                " above."
            )
        )

    # -------------------------------------------------------------------------
    # RENDERING
    # -------------------------------------------------------------------------

    def _get_layout(self):
        if self._is_utility_document():
            return self.env.ref("utility_payments.receipt_pdf_layout")
        return super()._get_layout()

    def get_paperformat(self):
        if self._is_utility_document():
            company_format = self.env.company.paperformat_id.format
            size = "letter" if company_format == "Letter" else "a4"
            return self.env.ref(f"utility_payments.paperformat_receipt_{size}")
        return super().get_paperformat()

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("utility_document_pdf"):
            # There is no script to wait for.
            command[command.index("--javascript-delay") + 1] = "1"
        return command

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        report = self._get_report(report_ref)
        if res_ids and report._is_utility_document():
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            res_ids = self.env[report.model].browse(ids)._issue_documents().ids
        return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if not res_ids or not self._get_report(report_ref)._is_utility_document():
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for res_id in res_ids:
            streams |= super(
                IrActionsReport, self.with_context(utility_document_pdf=True)
            )._render_qweb_pdf_prepare_streams(report_ref, data, [res_id])
        return streams
