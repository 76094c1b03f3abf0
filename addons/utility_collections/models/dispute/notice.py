from odoo import models

TEMPLATES = {
    "opened": "utility_collections.mail_template_dispute_opened",
    "resolved": "utility_collections.mail_template_dispute_resolved",
}


class UtilityDispute(models.Model):
    """The consumer is told when a dispute is opened, and how it was settled."""

    _inherit = "utility.dispute"

    def _notify(self, what):
        """Queue the mails to the consumers; they leave after this transaction.

        :param str what: of `TEMPLATES`
        """
        told = self.filtered(
            lambda dispute: (
                dispute.company_id.utility_dispute_notices
                and dispute.utility_account_id.email
            )
        )
        if told:
            self.env.ref(TEMPLATES[what]).send_mail_batch(told.ids, force_send=False)
