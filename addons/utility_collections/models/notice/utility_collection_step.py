from odoo import fields, models


class UtilityCollectionStep(models.Model):
    """Steps that tell the consumer something: a notice waits to be sent."""

    _inherit = "utility.collection.step"

    letter_instead = fields.Boolean(
        string="Else a Letter",
        default=True,
        help="When an e-mail or SMS can't be delivered, a letter is sent instead.",
    )
    notice_text = fields.Text(
        string="Own Words",
        translate=True,
        help="Told to the consumer above the amounts; the amounts, the dates and how to"
        " pay are always added.",
    )
    mail_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="E-mail Template",
        domain=[("model", "=", "utility.collection.notice")],
        ondelete="restrict",
        help="Of e-mails of this step; empty: the one that is shipped.",
    )
    warning_days = fields.Integer(
        string="Days to Disconnection",
        help="A disconnection warning names the day so many days after it is sent as"
        " the earliest; 0: as many as the settings say.",
    )

    _warning_days_range = models.Constraint(
        "CHECK (warning_days BETWEEN 0 AND 365)",
        "Warn 0 to 365 days before a disconnection (0: as the settings say).",
    )

    def _take_letter(self, cases):
        return self._add_notices(cases, "letter")

    def _take_email(self, cases):
        return self._add_notices(cases, "email")

    def _take_sms(self, cases):
        return self._add_notices(cases, "sms")

    def _take_disconnection_warning(self, cases):
        return self._add_notices(cases, "letter", kind="disconnection_warning")

    def _add_notices(self, cases, channel, kind="reminder"):
        """Write down what is to be told; whether it is true is decided when it leaves.

        :return: `utility.collection.notice`, one a case
        """
        notices = self.env["utility.collection.notice"].create(
            [
                {
                    "utility_account_id": case.utility_account_id.id,
                    "case_id": case.id,
                    "step_id": self.id,
                    "kind": kind,
                    "channel": channel,
                }
                for case in cases
            ]
        )
        if notices and channel in notices._get_sent_channels():
            self.env.ref("utility_collections.ir_cron_send_notices").sudo()._trigger()
        return notices
