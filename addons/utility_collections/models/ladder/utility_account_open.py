from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.ladder import Decision, Standing


class UtilityAccount(models.Model):
    """An account is put into collections by hand, before the ladder would (COL-04)."""

    _inherit = "utility.account"

    def action_open_case(self):
        """Open a case on this account now; its steps are taken as their days come.

        :return: an action for the web client that shows the case
        """
        self.ensure_one()
        Case = self.env["utility.collection.case"]
        Case._check_recovery()
        if not self.exists():
            raise UserError(self.env._("Choose an account that exists."))
        self.check_access("read")
        account_sudo = self.sudo()
        account_sudo._lock_accounts()
        case_sudo = account_sudo._open_case()
        return {
            "type": "ir.actions.act_window",
            "res_model": case_sudo._name,
            "res_id": case_sudo.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    def _open_case(self):
        """Open a case; superuser, the account locked."""
        self.ensure_one()
        if self._filter_with_case():
            raise UserError(
                self.env._("%s is in collections already.", self.display_name)
            )
        debt = self._get_debts()[self.id]
        if debt.collectible <= 0:
            raise UserError(
                self.env._(
                    "Nothing that may be collected is overdue on %s: there is nothing"
                    " to open a case for.",
                    self.display_name,
                )
            )
        rows = self.env.execute_query(
            self._get_assignment_select(
                SQL("line.utility_account_id = %s", self.id),
            )
        )
        process_id = rows[0][1]
        if not process_id:
            raise UserError(
                self.env._(
                    "No process of collections is for %s: ask a Billing Manager to add"
                    " one.",
                    self.display_name,
                )
            )
        Case = self.env["utility.collection.case"]
        today = self.company_id._utility_today()
        opened = Case._insert_cases(
            self.company_id,
            [
                (
                    Standing(self.id, process_id, collectible=debt.collectible),
                    Decision(opened=True),
                )
            ],
            today,
        )
        case = Case.browse(opened[self.id])
        case._assign(SQL("by_hand = TRUE, first_process_id = NULL"))
        self._follow_debt()
        return case
