from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

PAID = ("paid", "in_payment", "reversed", "blocked")


class UtilityServiceRequest(models.Model):
    """E-mail copy of bill: one mail with the PDF of each bill (COL-05)."""

    _inherit = "utility.service.request"

    move_ids = fields.Many2many(
        comodel_name="account.move",
        relation="utility_service_request_move_rel",
        column1="request_id",
        column2="move_id",
        string="Bills",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
        copy=False,
        help="What is e-mailed: the overdue ones, else the last one, unless said.",
    )
    sends_bills = fields.Boolean(compute="_compute_sends_bills")

    @api.depends("type_id.procedure_ids.kind", "step_ids.kind")
    def _compute_sends_bills(self):
        for request in self:
            steps = request.step_ids or request.type_id.procedure_ids
            request.sends_bills = "email" in steps.mapped("kind")

    @api.depends("utility_account_id", "type_id")
    def _compute_move_ids(self):
        sending = self.filtered("sends_bills")
        (self - sending).move_ids = False
        for request in sending:
            request.move_ids = request._get_default_bills()

    def _get_default_bills(self):
        """The overdue bills and charges of the account, else the last open bill."""
        self.ensure_one()
        open_moves = self.utility_account_id.open_document_ids
        overdue = open_moves.filtered("utility_overdue")
        bills = open_moves.filtered(lambda move: move.utility_kind == "bill")
        return overdue or bills.sorted(lambda move: (move.invoice_date, move.id))[-1:]

    @api.constrains("move_ids", "utility_account_id")
    def _check_bills(self):
        for request in self:
            for move in request.sudo().move_ids:
                if (
                    move.utility_account_id != request.utility_account_id
                    or not move.utility_kind
                    or move.state != "posted"
                ):
                    raise ValidationError(
                        self.env._(
                            "%(document)s is no bill of this account: choose one of its"
                            " own.",
                            document=move.display_name,
                        )
                    )

    def action_send_bills(self):
        """E-mail the bills to the consumer, in the consumer's language.

        One message for each request, with the PDF of each of its bills; it waits in
        the mail queue, which sends it after the commit.

        :return: a notification that says to whom
        :raises UserError: when a bill is paid, none is left, or there is no address
        """
        requests_sudo = self._check_open()
        self._get_bill_report()._check_may_issue(self)
        for request_sudo in requests_sudo:
            request_sudo.move_ids = (
                request_sudo.move_ids or request_sudo._get_default_bills()
            )
            if obstacle := request_sudo._get_sending_obstacle():
                raise UserError(obstacle)
        for request_sudo in requests_sudo:
            request_sudo._send_bills()
        self._tick_steps("email")
        # The screen behind shows the new state
        report_sudo = self._get_bill_report().with_context(utility_payments=True)
        return report_sudo._document_sent_action(
            self.env._(
                "The bill is on its way to %(recipients)s.",
                recipients=", ".join(requests_sudo.utility_account_id.mapped("email")),
            )
        )

    def _get_sending_obstacle(self):
        """Why the bills can't be sent, in one sentence; False if they can."""
        self.ensure_one()
        account = self.utility_account_id
        if not account.email:
            return self.env._(
                "%(consumer)s has no e-mail address: enter one on the consumer's page,"
                " or print the bill.",
                consumer=account.display_name,
            )
        if not self.move_ids:
            return self.env._(
                "%(consumer)s has no open bill to send.", consumer=account.display_name
            )
        for move in self.move_ids:
            if move.payment_state in PAID or move.state != "posted":
                return self.env._(
                    "%(bill)s is no longer owed: take it off the request, or choose"
                    " another bill.",
                    bill=move.name,
                )
        sent = self.step_ids.filtered(lambda step: step.kind == "email")
        if sent and all(sent.mapped("done_at")):
            return self.env._(
                "%(request)s was sent already: open a follow-up to send again.",
                request=self.name,
            )
        return False

    def _send_bills(self):
        """Queue the mail; superuser. The history of the request shows it."""
        self.ensure_one()
        report = self._get_bill_report()
        lang = self.utility_account_id._document_lang()
        attachments = self.env["ir.attachment"]
        for move in self.move_ids:
            pdf, _kind = report._render_qweb_pdf(report.report_name, move.ids)
            attachments |= attachments.create(
                {
                    "name": f"{move.with_context(lang=lang)._bill_file_name()}.pdf",
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        self.env.ref("utility_collections.mail_template_bill_copy").send_mail(
            self.id,
            email_values={
                "attachment_ids": [Command.link(file.id) for file in attachments]
            },
        )

    def action_print_bills(self):
        """Open the bills as PDF in a new tab of the browser, ready to print.

        :return: an action that opens a URL
        :raises UserError: when the request has none
        """
        self.check_access("read")
        report = self._get_bill_report()
        report._check_may_issue(self)
        moves_sudo = self.sudo().move_ids
        if not moves_sudo:
            raise UserError(self.env._("Choose the bills to print."))
        return report._document_action(moves_sudo, "print")

    @api.model
    def _get_bill_report(self):
        return self.env.ref("utility_collections.action_report_bill").sudo()
