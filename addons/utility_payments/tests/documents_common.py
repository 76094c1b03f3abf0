from io import BytesIO

from pypdf import PdfReader

from .common import PaymentsCommon


class DocumentsCommon(PaymentsCommon):
    """Papers for consumers, as a reader finds them."""

    # Which one, where a test doesn't say.
    report = None

    @classmethod
    def give_address(cls):
        cls.account.write(
            {
                "service_address": "123 Main Street, Cityville",
                "phone": "+1 555 010 0100",
                "email": "john@example.com",
            }
        )

    def pdf(self, records, user=None, report=None):
        """Render papers as the clerk, unless told; return the text of each page."""
        Report = self.env["ir.actions.report"].with_user(user or self.clerk)
        Report = Report.with_context(force_report_rendering=True)
        content, kind = Report._render_qweb_pdf(report or self.report, records.ids)
        self.assertEqual(kind, "pdf")
        return [
            " ".join(page.extract_text().split())
            for page in PdfReader(BytesIO(content)).pages
        ]

    def html(self, records, user=None):
        Report = self.env["ir.actions.report"].with_user(user or self.clerk)
        return Report._render_qweb_html(self.report, records.ids)[0].decode()
