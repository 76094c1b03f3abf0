import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

_NOT_SENT = ("draft", "to_approve", "cancelled")


class UtilityCreditNote(models.Model):
    """The credit note on paper: printing, sending, previewing it (DOC-04, DOC-06)."""

    _inherit = "utility.credit.note"

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_print_note(self):
        """Open the credit notes as PDF in a new tab of the browser, ready to print.

        :return: an action that opens a URL
        :raises AccessError: for anyone who may not hand them out
        """
        self._note_report()._check_may_issue(self)
        return self._note_report()._document_action(self, "print")

    def action_download_note(self):
        """Download the credit notes as one PDF.

        :return: a report action
        :raises AccessError: for anyone who may not hand them out
        """
        self._note_report()._check_may_issue(self)
        return self._note_report()._document_action(self, "download")

    def action_view_note(self):
        """Show the credit notes on screen.

        :return: a report action that shows HTML
        :raises AccessError: for anyone who may not read them
        """
        self.check_access("read")
        return self._note_report()._document_action(self, "view")

    def action_send_note(self):
        """E-mail the credit notes to the consumers, in their language (DOC-06).

        The messages wait in the mail queue, which sends them after the commit.

        :return: a notification that says to whom
        :raises AccessError: for anyone who may not hand them out
        :raises UserError: for a note without effect, or without an e-mail address
        """
        self._note_report()._check_may_issue(self)
        notes_sudo = self.sudo()
        for note_sudo in notes_sudo:
            if note_sudo.state in _NOT_SENT:
                raise UserError(
                    self.env._(
                        "Credit note %(number)s is not valid (it is %(state)s): only"
                        " one that was issued goes to the consumer.",
                        number=note_sudo.number,
                        state=note_sudo._state_label().lower(),
                    )
                )
        without = notes_sudo.utility_account_id.filtered(lambda acc: not acc.email)
        if without:
            raise UserError(
                self.env._(
                    "%(consumers)s has no e-mail address: enter one on the consumer's"
                    " page, or print the credit note.",
                    consumers=", ".join(without.mapped("display_name")),
                )
            )
        template_sudo = self.env.ref(
            "utility_credit_notes.mail_template_credit_note"
        ).sudo()
        for note_sudo in notes_sudo:
            template_sudo.send_mail(note_sudo.id, force_send=False)
        return self._note_report()._document_sent_action(
            self.env._(
                "The credit note is on its way to %(recipients)s.",
                recipients=", ".join(notes_sudo.utility_account_id.mapped("email")),
            )
        )

    # -------------------------------------------------------------------------
    # DOCUMENT
    # -------------------------------------------------------------------------

    @api.model
    def _note_report(self):
        return self.env.ref("utility_credit_notes.action_report_credit_note").sudo()

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`."""
        self._note_report()._check_may_issue(self)
        return self

    def _state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _note_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        return self.env._("Credit note %(number)s", number=self.number or self.id)

    def _note_validity(self):
        """What the stamp says of a note.

        :return: ``draft``, ``to_approve``, ``active``, ``applied``, ``expired`` (also
            past the last day, before the books say so) or ``cancelled``
        """
        self.ensure_one()
        last_day = self.expiry_date
        if (
            self.state == "active"
            and last_day
            and last_day < self.company_id._utility_today()
        ):
            return "expired"
        return self.state

    def _note_values(self, preview):
        """What a printed credit note shows, besides the fields of the note.

        :param bool preview: True on screen
        :return: a dict; the record has superuser rights, in the consumer's language
        """
        self.ensure_one()
        lang = self.sudo().utility_account_id._document_lang()
        note_sudo = self.sudo().with_context(lang=lang)
        zone = note_sudo.company_id.partner_id.tz or "UTC"
        # Only a zone that exists can be drawn; an old name must not stop the paper.
        zone = zone if zone in pytz.all_timezones_set else "UTC"
        validity = note_sudo._note_validity()
        approved = note_sudo.decided_by and not note_sudo.refusal_reason
        return {
            "note": note_sudo,
            "lang": lang,
            "validity": validity,
            "issued": validity not in _NOT_SENT,
            "tz": zone,
            "stamped_at": note_sudo.decided_at
            or note_sudo.requested_at
            or note_sudo.create_date,
            "stamped_by": (note_sudo.requested_by or note_sudo.create_uid).name,
            "approved_by": note_sudo.decided_by.name if approved else False,
            "uses": note_sudo.application_ids.filtered(
                lambda row: not row.reversed_at
            ).sorted("id"),
            "preview": preview,
            "printed_at": fields.Datetime.now(),
            "printed_by": self.env.user.name,
        }
