from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityServiceRequest(models.Model):
    """A free letter to the consumer (COL-05)."""

    _inherit = "utility.service.request"

    letter_subject = fields.Char(
        compute="_compute_letter", store=True, precompute=True, readonly=False
    )
    letter_text = fields.Text(
        string="Letter",
        compute="_compute_letter",
        store=True,
        precompute=True,
        readonly=False,
    )
    has_letter = fields.Boolean(compute="_compute_has_letter")

    @api.depends("type_id.procedure_ids.kind", "step_ids.kind")
    def _compute_has_letter(self):
        for request in self:
            steps = request.step_ids or request.type_id.procedure_ids
            request.has_letter = "letter" in steps.mapped("kind")

    @api.depends("utility_account_id", "type_id")
    def _compute_letter(self):
        """The words of the type, in the consumer's language."""
        for request in self:
            account_sudo = request.sudo().utility_account_id
            if not (account_sudo and request.has_letter):
                request.letter_subject = request.letter_text = False
                continue
            speaking = request.with_context(lang=account_sudo._document_lang())
            request.letter_subject = speaking.env._(
                "Your account %(number)s", number=account_sudo.number
            )
            request.letter_text = speaking.type_id.letter_text

    def action_print_letter(self):
        """Open the letters as PDF in a new tab of the browser, ready to print.

        :return: an action that opens a URL
        :raises UserError: when one says nothing yet
        """
        self._check_open()
        self._issue_documents()
        self._tick_steps("letter")
        return self._get_letter_report()._document_action(self, "print")

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`.

        :raises UserError: for a letter that says nothing
        """
        self._get_letter_report()._check_may_issue(self)
        for request in self:
            if not (request.letter_text or "").strip():
                raise UserError(
                    self.env._(
                        "%(request)s has no letter yet: write what it says.",
                        request=request.name,
                    )
                )
        return self

    @api.model
    def _get_letter_report(self):
        return self.env.ref("utility_collections.action_report_request_letter").sudo()

    def _letter_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        return self.env._("Letter %(number)s", number=self.name)

    def _letter_values(self, preview):
        """What the printed letter shows, besides the fields of the request.

        :param bool preview: True on screen
        :return: a dict; the record has superuser rights, in the consumer's language
        """
        self.ensure_one()
        lang = self.sudo().utility_account_id._document_lang()
        letter_sudo = self.sudo().with_context(lang=lang)
        account_sudo = letter_sudo.utility_account_id
        return {
            "letter": letter_sudo,
            "lang": lang,
            "address": account_sudo._get_letter_address()
            or [account_sudo.consumer_name],
            "dear": letter_sudo.env._(
                "Dear %(name)s,", name=account_sudo.consumer_name
            ),
            "today": self.company_id._utility_today(),
            "preview": preview,
        }
