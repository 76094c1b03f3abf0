from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date


class UtilityCollectionNotice(models.Model):
    """What an SMS and a letter say, sentence by sentence (COL-11).

    Whole sentences: each language puts dates and amounts where they belong in it.
    """

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

    def _get_letter_words(self, figures, until):
        """The sentences of a letter, in the language of the context.

        :param dict figures: what it says
        :param datetime until: what was paid until then is taken into account
        :return: dict of text
        """
        self.ensure_one()
        account, company = self.utility_account_id, self.company_id
        day = fields.Date.to_date(figures.get("promised_until"))
        where = ", ".join(filter(None, (account.number, account.service_address)))
        words = {
            "dear": self.env._("Dear %(name)s,", name=account.consumer_name),
            "promised": self.env._(
                "As you promised, by %(date)s", date=format_date(self.env, day)
            )
            if day
            else self.env._("As you promised"),
            "paid": self.env._(
                "Payments, credit and online payments that reached us until %(moment)s"
                " are taken into account. If you have paid since, thank you: nothing is"
                " left to do.",
                moment=self.env["ir.qweb.field.datetime"].value_to_html(
                    until,
                    {"hide_seconds": True, "tz_name": company.partner_id.tz or "UTC"},
                ),
            ),
        }
        if self.kind == "disconnection_warning":
            return words | self._get_warning_words(where)
        amount = self.currency_id.format(figures.get("amount") or 0.0)
        return words | {
            "title": self.env._("Please pay %(amount)s", amount=amount),
            "opening": self.env._(
                "What is listed here is overdue on account %(account)s.", account=where
            ),
            "help": self.env._(
                "If you can't pay, call us at %(phone)s: we look for a way together,"
                " for example a payment plan.",
                phone=company.phone,
            )
            if company.phone
            else self.env._(
                "If you can't pay, call us: we look for a way together, for example a"
                " payment plan."
            ),
        }

    def _get_warning_words(self, where):
        """Of a letter, the sentences of a disconnection warning only."""
        phone = self.company_id.phone
        date = format_date(self.env, fields.Date.to_date(self.disconnect_from))
        return {
            "title": self.env._(
                "Your supply can be disconnected from %(date)s on", date=date
            ),
            "opening": self.env._(
                "What is listed here is overdue on account %(account)s. If we haven't"
                " received the amount below by then, we can disconnect the supply from"
                " %(date)s on; reconnecting it costs a fee.",
                account=where,
                date=Markup("<strong>%s</strong>") % date,
            ),
            "help": self.env._(
                "If you can't pay, if you dispute the amount, or if somebody in your"
                " household depends on the supply for their health, call us at once:"
                " %(phone)s.",
                phone=Markup("<strong>%s</strong>") % phone,
            )
            if phone
            else self.env._(
                "If you can't pay, if you dispute the amount, or if somebody in your"
                " household depends on the supply for their health, call us at once."
            ),
        }
