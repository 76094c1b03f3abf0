from odoo import models
from odoo.tools import plaintext2html


class UtilityCollectionNotice(models.Model):
    """A notice as it would be now, and one that was sent as it was (COL-11)."""

    _inherit = "utility.collection.notice"

    def action_preview(self):
        """Show this notice as it would leave now, or as it left.

        :return: an action that opens a dialog
        """
        self.ensure_one()
        self.check_access("read")
        obstacle, subject, body = self.sudo()._preview()
        preview = self.env["utility.notice.preview"].create(
            {
                "notice_id": self.id,
                "obstacle": obstacle,
                "subject": subject,
                "body": body,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _preview(self):
        """What it says.

        :return: why it wouldn't leave (or False), its subject, its text as HTML
        """
        self.ensure_one()
        if self.state in ("sent", "queued"):
            return False, *self._render_text()
        figures = self._read_figures()[self.id]
        obstacle = figures["obstacle"] or self._get_unreachable()
        # Drawn by what sends it, and taken back at once.
        savepoint = self.env.cr.savepoint()
        try:
            self._keep_figures(figures)
            text = self._render_text()
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all(flush=False)
        return obstacle, *text

    def _render_text(self):
        """Subject and HTML of this notice from the figures that it keeps."""
        self.ensure_one()
        return getattr(self, f"_render_{self.channel}")()

    def _render_email(self):
        if self.mail_id:
            return self.mail_id.subject, self.mail_id.body_html
        values = self._get_mail_template()._generate_template(
            self.ids, ("subject", "body_html")
        )[self.id]
        return values["subject"], values["body_html"]

    def _render_sms(self):
        return False, plaintext2html(self._get_sms_text())

    def _render_letter(self):
        return False, self.env["ir.qweb"]._render(
            "utility_collections.letter_preview",
            {"letter": self._get_letter_values()},
        )
