from odoo import models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """Cases follow what is paid, in the payment's own transaction (COL-04)."""

    _inherit = "utility.account"

    def _get_in_collections_conditions(self):
        """Extend: an open case, or an account that was told of as overdue."""
        self.env["utility.collection.case"].flush_model(["state", "utility_account_id"])
        return [
            *super()._get_in_collections_conditions(),
            SQL("account.overdue_since IS NOT NULL"),
            SQL(
                "EXISTS (SELECT FROM utility_collection_case current"
                " WHERE current.utility_account_id = account.id"
                " AND current.state != 'closed')"
            ),
        ]

    def _follow_debt(self):
        """Extend: cases close, pause and go on; none is opened or advanced."""
        res = super()._follow_debt()
        for company, accounts in self.grouped("company_id").items():
            self.env["utility.collection.case"]._review(
                company,
                SQL("line.utility_account_id = ANY(%s)", accounts.ids),
                company._utility_today(),
                whole=False,
            )
        return res
