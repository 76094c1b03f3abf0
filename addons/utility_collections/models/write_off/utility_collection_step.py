from odoo import models


class UtilityCollectionStep(models.Model):
    """The last step: debt is proposed for a write-off, which a manager approves."""

    _inherit = "utility.collection.step"

    def _take_write_off(self, cases):
        """Ask for approval to write off what may be collected of these cases.

        :return: the requests; none for an account of which one waits, or of which
            nothing can be written off
        """
        WriteOff = self.env["utility.write.off"]
        waiting = WriteOff.search(
            [
                ("utility_account_id", "in", cases.utility_account_id.ids),
                ("state", "in", ("draft", "to_approve")),
            ]
        ).utility_account_id
        accounts = cases.utility_account_id - waiting
        debts = accounts._get_debts()
        accounts = accounts.filtered(lambda account: debts[account.id].collectible > 0)
        requests = WriteOff.create(
            [
                {"utility_account_id": account.id, "reason": self.display_name}
                for account in accounts
            ]
        )
        requests = requests.filtered("document_ids")
        requests.action_request()
        return requests
