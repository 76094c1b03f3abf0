from odoo import fields, models
from odoo.exceptions import UserError


class UtilityLetterBatch(models.Model):
    """Printed letters are judged once more before they are posted (COL-11).

    Paper may wait for a day or more: who paid meanwhile gets none.
    """

    _inherit = "utility.letter.batch"

    posted_on = fields.Date(readonly=True, copy=False)

    def action_post(self):
        """Say which letters to take out, and note the others as posted today.

        Taken out are those of whom nothing, or less, is asked now; what is left of the
        latter waits to be printed anew.

        :return: an action that shows what to take out, or says that there is nothing
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        self.ensure_one()
        self._check_printer()
        batch_sudo = self.sudo()
        batch_sudo.notice_ids.utility_account_id._lock_accounts()
        if batch_sudo.posted_on:
            raise UserError(
                self.env._(
                    "%(batch)s was posted on %(date)s: there is nothing to take out.",
                    batch=batch_sudo.number,
                    date=fields.Date.to_string(batch_sudo.posted_on),
                )
            )
        letters = batch_sudo.notice_ids.filtered(lambda letter: letter.state == "sent")
        taken_out = batch_sudo._take_out(letters).sorted("letter_number")
        posted = letters - taken_out
        today = batch_sudo.company_id._utility_today()
        posted.write({"sent_on": today})
        batch_sudo.posted_on = today
        numbers = ", ".join(map(str, taken_out.mapped("letter_number")))
        batch_sudo.message_post(
            body=self.env._(
                "%(user)s posted %(count)s letters. Taken out: %(numbers)s.",
                user=self.env.user.name,
                count=len(posted),
                numbers=numbers or self.env._("none"),
            )
        )
        if not taken_out:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("All letters hold: post them."),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take these letters out: no. %s", numbers),
            "res_model": taken_out._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", taken_out.ids)],
        }

    def _take_out(self, letters):
        """Take back the letters that don't hold any more; their accounts are locked.

        :return: these letters
        """
        figures = letters._read_figures()
        settled, changed = {}, {}
        for letter in letters:
            now = figures[letter.id]
            if now["obstacle"]:
                settled[letter.id] = self.env._(
                    "Taken out before it was posted: %(reason)s", reason=now["obstacle"]
                )
            elif letter.currency_id.compare_amounts(now["amount"], letter.amount) < 0:
                changed[letter.id] = self.env._(
                    "Taken out before it was posted: a part was paid."
                )
        reasons = settled | changed
        taken_out = letters.browse(reasons)
        taken_out._refuse(reasons)
        letters.browse(changed)._fall_back()
        return taken_out
