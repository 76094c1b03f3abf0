from odoo import models


class UtilityCollectionStep(models.Model):
    """Steps that tell the consumer something: a notice waits to be sent."""

    _inherit = "utility.collection.step"

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
        return self.env["utility.collection.notice"].create(
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
