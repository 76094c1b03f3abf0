from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """A bill or service charge on paper, as the consumer reads it (COL-05)."""

    _inherit = "account.move"

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`.

        :raises UserError: for what isn't a posted bill or charge of a consumer
        """
        report_sudo = self.env.ref("utility_collections.action_report_bill").sudo()
        report_sudo._check_may_issue(self)
        for move in self:
            if not move.utility_kind or move.state != "posted":
                raise UserError(
                    self.env._(
                        "%(document)s is no bill of a consumer: it has another print.",
                        document=move.display_name,
                    )
                )
        return self

    def _bill_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        if self.utility_kind == "service":
            return self.env._("Charge %(number)s", number=self.name)
        return self.env._("Bill %(number)s", number=self.name)

    def _bill_values(self, preview):
        """What a printed bill shows, besides the fields of the document.

        :param bool preview: True on screen
        :return: a dict; the record has superuser rights, in the consumer's language
        """
        self.ensure_one()
        lang = self.sudo().utility_account_id._document_lang()
        move_sudo = self.sudo().with_context(lang=lang)
        return {
            "bill": move_sudo,
            "lang": lang,
            "paid": move_sudo.amount_total - move_sudo.amount_residual,
            "lines": move_sudo.invoice_line_ids.filtered(
                lambda line: line.display_type == "product"
            ),
            "preview": preview,
            "printed_at": fields.Datetime.now(),
        }
