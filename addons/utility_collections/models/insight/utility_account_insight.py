from odoo import api, fields, models

from .utility_account import VIEWERS


class UtilityAccount(models.Model):
    """How much of an account is behind, and where else its consumer is (COL-01)."""

    _inherit = "utility.account"

    debt_insight = fields.Json(
        compute="_compute_debt_insight",
        groups=VIEWERS,
        help="Percent behind, and on how many of the consumer's premises something is"
        " overdue.",
    )

    @api.depends(
        "receivable_line_ids.amount_residual", "case_ids.state", "commercial_partner_id"
    )
    def _compute_debt_insight(self):
        """COL-01: as many queries for many accounts as for one."""
        accounts = self._origin
        siblings = accounts | accounts._get_sibling_accounts()
        debts = siblings._get_debts()
        cases = siblings._map_open_cases()
        by_contact = siblings.grouped(
            lambda account: (account.commercial_partner_id, account.company_id)
        )
        for account in self:
            own = account._origin
            if not own:
                account.debt_insight = False
                continue
            debt = debts[own.id]
            mine = by_contact[own.commercial_partner_id, own.company_id]
            account.debt_insight = {
                "percent_behind": debt.percent_behind,
                "overdue": float(debt.overdue),
                "in_collections": own.id in cases,
                **own._count_premises(mine, debts),
            }
