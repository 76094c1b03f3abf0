from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """What is done from the debt summary (COL-02)."""

    _inherit = "utility.account"

    def action_record_minimum_due(self):
        """Open Record Payment on what ends collections: its documents and amount.

        One payment pays documents of one type: where the minimum is made of several
        types, what is left of it is offered the next time.

        :return: an action for the web client
        """
        account = self._check_debt_viewer()
        minimum = float(account._get_debts()[account.id].minimum_due)
        if minimum <= 0:
            raise UserError(
                self.env._(
                    "Nothing is due to end collections of %(account)s: record another"
                    " payment from the consumer's page.",
                    account=account.display_name,
                )
            )
        Form = self.env["utility.record.payment"]
        utility_type, rows = account._find_minimum_documents()
        amount = min(minimum, sum(row["outstanding"] for row in rows)) or minimum
        action = Form._get_form_action(
            utility_account_id=account.id,
            amount=account.currency_id.round(amount),
            **({"utility_type": utility_type} if rows else {}),
        )
        action["context"]["utility_tick"] = [row["name"] for row in rows]
        return action

    def _find_minimum_documents(self):
        """The documents of the minimum due, of the first type that has any.

        :return: type and values of the form's lines, oldest due first
        """
        Form = self.env["utility.record.payment"]
        documents = Form.new({"utility_account_id": self.id})._get_open_documents()
        until = self._get_minimum_until()
        for utility_type, _label in Form._selection_utility_type():
            rows = [
                row
                for row in Form._offer(documents.get(utility_type))
                if row["date_due"] and row["date_due"] <= until
            ]
            if rows := self._drop_disputed(utility_type, rows):
                return utility_type, rows
        return False, []

    def _get_minimum_until(self):
        """The last due date of debt at or past the first step of the process."""
        rows = self.env.execute_query(
            self._get_first_days_select(SQL("line.utility_account_id = %s", self.id))
        )
        days = next((days for _account, days in rows), 0) or 0
        return self.company_id._utility_today() - timedelta(days=days)

    def _drop_disputed(self, utility_type, rows):
        """Leave out documents that disputes keep out of collections as a whole."""
        if utility_type == "installment":
            return rows
        items_sudo = (
            self.env["account.move"]
            .sudo()
            .browse(row["document_id"] for row in rows)
            .line_ids.filtered(
                lambda line: line.utility_account_id and line.amount_residual > 0
            )
        )
        open_ids = set((items_sudo - items_sudo._filter_disputed()).move_id.ids)
        return [row for row in rows if row["document_id"] in open_ids]
