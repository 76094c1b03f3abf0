from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityCollectionNotice(models.Model):
    """Notices on paper: printed in batches, each judged as it is printed (COL-11)."""

    _inherit = "utility.collection.notice"

    batch_id = fields.Many2one(
        comodel_name="utility.letter.batch",
        string="Letter Batch",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    letter_number = fields.Integer(
        string="No.", readonly=True, copy=False, help="Its place in the batch."
    )

    @api.model
    def action_print_letters(self, notice_ids=None):
        """Print the letters that wait: all of the company, or these.

        :param notice_ids: ids of notices
        :return: an action that opens the batch, or a notification that none is due
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        notices_sudo = self._read_notices(notice_ids)._check_caller()
        if notices_sudo.filtered(lambda notice: notice.channel != "letter"):
            raise UserError(self.env._("Choose letters only: others need no printer."))
        notices_sudo._check_state("to_send")
        if len(notices_sudo.company_id) > 1:
            raise UserError(self.env._("Print the letters of one company at a time."))
        batch_sudo = (
            self.env["utility.letter.batch"]
            .sudo()
            ._make(notices_sudo.company_id or self.env.company, notices_sudo or None)
        )
        if not batch_sudo:
            waits = any(notice.state == "to_send" for notice in notices_sudo)
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "Somebody is at work on these accounts: print again in a"
                        " moment."
                    )
                    if waits
                    else self.env._(
                        "No letter is due: what waited is settled, with its reason."
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.letter.batch",
            "res_id": batch_sudo.id,
            "views": [(False, "form")],
        }

    @api.model
    def _read_notices(self, notice_ids):
        """The notices of ids that somebody sent."""
        ids = notice_ids or []
        if not isinstance(ids, list) or any(type(item) is not int for item in ids):
            raise UserError(self.env._("Choose letters that exist."))
        notices = self.browse(ids)
        if notices.exists() != notices:
            raise UserError(self.env._("Choose letters that exist."))
        return notices

    def _queue_letter(self):
        """A letter leaves when it is printed: see `utility.letter.batch`."""

    def _get_letter_values(self):
        """What the paper of this letter shows.

        :return: a dict; the record has superuser rights, in the consumer's language
        """
        self.ensure_one()
        notice_sudo = self.sudo().with_context(lang=self.lang)
        figures = notice_sudo._get_dated_figures()
        return {
            "notice": notice_sudo,
            "lang": self.lang,
            "address": notice_sudo.utility_account_id._get_letter_address(),
            "figures": figures,
            "words": notice_sudo._get_letter_words(
                figures, notice_sudo.sent_at or fields.Datetime.now()
            ),
            "reference": notice_sudo.batch_id
            and f"{notice_sudo.batch_id.number}/{notice_sudo.letter_number}",
            # A preview has left neither today nor at all.
            "date": notice_sudo.sent_on or notice_sudo.company_id._utility_today(),
        }

    def _get_dated_figures(self):
        """The figures that this notice keeps, with dates instead of their text."""
        figures = dict(self.figures or {})
        figures["promised_until"] = fields.Date.to_date(figures.get("promised_until"))
        figures["items"] = [
            item | {"due": fields.Date.to_date(item["due"])}
            for item in figures.get("items", [])
        ]
        return figures
