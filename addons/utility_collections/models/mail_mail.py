from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, *args, **kwargs):
        """Extend: what a mail says of a plan is true when it leaves (COL-11)."""
        stale = self.env["utility.payment.plan.event"].sudo()._withdraw_stale(self)
        return super(MailMail, self - stale).send(*args, **kwargs)
