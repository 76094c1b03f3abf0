import base64
from io import BytesIO

import qrcode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

_TOKEN_SCOPE = "utility_payments.receipt"
# 128 bits: short enough for a small QR code, long enough never to be guessed.
_SIGNATURE_LENGTH = 32
# Only this very object, which no remote caller can send, says how a receipt leaves.
_SENT_BY_MAIL = object()


class AccountPayment(models.Model):
    """Receipts: printing, sending, and checking them (DOC-01, DOC-02, DOC-06)."""

    _inherit = "account.payment"

    has_receipt = fields.Boolean(compute="_compute_has_receipt")
    receipt_copies = fields.Integer(
        string="Receipts Issued",
        compute="_compute_receipt_copies",
        help="How often the receipt was printed or sent; all but the first are"
        " marked as duplicates (DOC-01).",
    )

    @api.depends("receipt_number", "utility_state")
    def _compute_has_receipt(self):
        for payment in self:
            payment.has_receipt = bool(
                payment.receipt_number
            ) and payment.utility_state not in ("pending", "failed")

    @api.depends("event_ids.kind")
    def _compute_receipt_copies(self):
        counts = dict(
            self.env["utility.payment.event"]
            .sudo()
            ._read_group(
                [
                    ("payment_id", "in", self.ids),
                    ("kind", "in", ("printed", "sent")),
                ],
                ["payment_id"],
                ["__count"],
            )
        )
        for payment in self:
            payment.receipt_copies = counts.get(payment._origin, 0)

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_print_receipt(self):
        """Open the receipts as PDF in a new tab of the browser, ready to print.

        Each receipt that leaves is counted; see ``receipt_copies``.

        :return: an action that opens a URL
        :raises UserError: when none of the payments has a receipt
        """
        return self._receipt_report()._document_action(self._with_receipts(), "print")

    def action_download_receipt(self):
        """Download the receipts as one PDF.

        :return: a report action
        :raises UserError: when none of the payments has a receipt
        """
        return self._receipt_report()._document_action(
            self._with_receipts(), "download"
        )

    def action_view_receipt(self):
        """Show the receipts on screen; a preview isn't counted as a copy.

        :return: a report action that shows HTML
        :raises UserError: when none of the payments has a receipt
        """
        return self._receipt_report()._document_action(self._with_receipts(), "view")

    def action_send_receipt(self):
        """E-mail the receipts to the consumers, in their language (DOC-06).

        The messages wait in the mail queue, which sends them after the commit.

        :return: a notification that says to whom
        :raises AccessError: for anyone below Customer Executive and Field Collector
        :raises UserError: when there is no receipt, or no e-mail address
        """
        payments = self._with_receipts()
        self._receipt_report()._check_may_issue(payments)
        leads_sudo = payments._receipt_leads().sudo()
        without = leads_sudo.filtered(lambda pay: not pay.utility_account_id.email)
        if without:
            raise UserError(
                self.env._(
                    "%(consumers)s has no e-mail address: enter one on the consumer's"
                    " page, or print the receipt.",
                    consumers=", ".join(
                        without.utility_account_id.mapped("display_name")
                    ),
                )
            )
        template_sudo = self.env.ref("utility_payments.mail_template_receipt").sudo()
        for lead_sudo in leads_sudo:
            template_sudo.with_context(utility_receipt_issue=_SENT_BY_MAIL).send_mail(
                lead_sudo.id, force_send=False
            )
        recipients = ", ".join(leads_sudo.utility_account_id.mapped("email"))
        return self._receipt_report()._document_sent_action(
            self.env._(
                "The receipt is on its way to %(recipients)s.", recipients=recipients
            )
        )

    # -------------------------------------------------------------------------
    # RECEIPTS
    # -------------------------------------------------------------------------

    @api.model
    def _receipt_report(self):
        return self.env.ref("utility_payments.action_report_receipt").sudo()

    def _issue_documents(self):
        """Check and count receipts that leave; see `ir.actions.report`."""
        payments = self._with_receipts()
        self._receipt_report()._check_may_issue(payments)
        payments._receipt_log_issue()
        return payments._receipt_leads()

    def _with_receipts(self):
        """The payments that have a receipt; the others stay out.

        :raises UserError: when there is none
        """
        payments = self.filtered("has_receipt")
        if self and not payments:
            raise UserError(
                self.env._(
                    "%(payment)s has no receipt: only posted payments have one.",
                    payment=self[0].payment_number or self[0].display_name,
                )
            )
        return payments

    def _receipt_group(self):
        """The payments that share a printed receipt with this one (REC-17), in order.

        The name of a group is the caller's and may come again another day; payments
        of one transaction also share the moment of their recording.
        """
        self.ensure_one()
        if not self.receipt_group:
            return self._origin
        return self.search(
            [
                ("receipt_group", "=", self.receipt_group),
                ("company_id", "=", self.company_id.id),
                ("create_date", "=", self.create_date),
            ],
            order="id",
        )

    def _receipt_leads(self):
        """One payment for each printed receipt that these payments are on."""
        leads = self.browse()
        covered = set()
        for payment in self:
            if payment.id not in covered:
                leads |= payment
                covered.update(payment._receipt_group().ids)
        return leads

    def _receipt_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        return self.env._("Receipt %(number)s", number=self.receipt_number or self.id)

    def _receipt_log_issue(self):
        """Count receipts that leave: printed, or sent when a mail is being made."""
        mailed = self.env.context.get("utility_receipt_issue") is _SENT_BY_MAIL
        payments = self.union(*(payment._receipt_group() for payment in self))
        if not mailed:
            payments._log_event("printed")
            return
        for payment in payments:
            payment._log_event("sent", note=payment.sudo().utility_account_id.email)

    def _receipt_values(self, preview):
        """What a printed receipt shows, besides the fields of its payments.

        :param bool preview: True on screen, where no copy is counted
        :return: {``payments``, ``lead``, ``lang``, ``total``, ``duplicate`` (0 for the
            first copy), ``preview``, ``url``, ``qr`` (data URI)}, records with
            superuser rights, in the consumer's language
        """
        self.ensure_one()
        lang = self.sudo().utility_account_id._document_lang()
        payments = self._receipt_group().filtered("has_receipt")
        payments_sudo = payments.sudo().with_context(lang=lang)
        lead_sudo = payments_sudo[:1]
        url = lead_sudo._receipt_url()
        return {
            "lang": lang,
            "lead": lead_sudo,
            "payments": payments_sudo,
            "total": sum(payments_sudo.mapped("amount")),
            "last_by_account": {
                payment.utility_account_id.id: payment for payment in payments_sudo
            },
            "duplicate": 0 if preview else max(lead_sudo.receipt_copies - 1, 0),
            "preview": preview,
            "printed_at": fields.Datetime.now(),
            "printed_by": self.env.user.name,
            "url": url,
            "qr": self._receipt_qr(url),
        }

    def _receipt_allocations(self):
        """What the receipt lists as paid: the documents that have the money now.

        Where all was taken back, the status says so; the list is that of the day.
        """
        self.ensure_one()
        rows = self.allocation_ids
        return rows.filtered(lambda row: row.amount_applied > row.reversed_amount) or (
            rows
        )

    @api.model
    def _receipt_qr(self, url):
        code = qrcode.QRCode(
            error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=5, border=1
        )
        code.add_data(url)
        code.make(fit=True)
        buffer = BytesIO()
        code.make_image().save(buffer, format="PNG")
        return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()

    # -------------------------------------------------------------------------
    # VERIFICATION (DOC-02)
    # -------------------------------------------------------------------------

    def _receipt_token(self):
        """The text in the QR code: the payment's id, signed by the database."""
        self.ensure_one()
        signature = hmac(self.env(su=True), _TOKEN_SCOPE, self.id)
        return f"{self.id}-{signature[:_SIGNATURE_LENGTH]}"

    def _receipt_url(self):
        """Address of the public page that confirms this receipt."""
        self.ensure_one()
        return f"{self.get_base_url()}/payment-receipt/{self._receipt_token()}"

    @api.model
    def _receipt_by_token(self, token):
        """The payment of a token, with superuser rights, or an empty recordset."""
        payment_id = token.partition("-")[0]
        none_sudo = self.sudo().browse()
        # No number of PostgreSQL's integers is longer.
        if not (payment_id.isascii() and payment_id.isdigit() and len(payment_id) < 10):
            return none_sudo
        payment_sudo = self.sudo().browse(int(payment_id))
        if not token.isascii() or not consteq(payment_sudo._receipt_token(), token):
            return none_sudo
        return payment_sudo.exists().filtered("has_receipt")
