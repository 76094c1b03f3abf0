from odoo import fields, models
from odoo.tools import format_date


class UtilityCollectionNotice(models.Model):
    """What an SMS says (COL-11)."""

    _inherit = "utility.collection.notice"

    def _get_sms_text(self):
        """The text of this notice as an SMS, in the consumer's language."""
        self.ensure_one()
        notice = self.with_context(lang=self.lang)
        account = notice.utility_account_id
        values = {
            "company": notice.company_id.name,
            "account": account.number,
            "amount": notice.currency_id.format(notice.amount),
        }
        if notice.kind == "disconnection_warning":
            text = notice.env._(
                "%(company)s: %(amount)s is overdue on account %(account)s. Unpaid, it"
                " can be disconnected from %(date)s on.",
                date=format_date(notice.env, fields.Date.to_date(self.disconnect_from)),
                **values,
            )
        else:
            text = notice.env._(
                "%(company)s: %(amount)s is overdue on account %(account)s. Please pay"
                " it now; if you have paid, thank you.",
                **values,
            )
        own = notice.step_id.notice_text
        return f"{own.strip()}\n{text}" if own else text
