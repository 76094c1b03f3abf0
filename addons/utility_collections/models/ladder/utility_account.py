from odoo import api, fields, models


class UtilityAccount(models.Model):
    """An account in collections, and who looks after it (COL-02, COL-04)."""

    _inherit = "utility.account"

    case_ids = fields.One2many(
        comodel_name="utility.collection.case",
        inverse_name="utility_account_id",
        string="Collections Cases",
        readonly=True,
    )
    recovery_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        index="btree_not_null",
        tracking=True,
        help="Who looks after this account when it falls behind.",
    )
    amount_in_collections = fields.Monetary(
        compute="_compute_amount_in_collections",
        help="Overdue less what is disputed while a case is open; else 0 (COL-02).",
    )

    @api.depends("case_ids.state", "receivable_line_ids.amount_residual")
    def _compute_amount_in_collections(self):
        debts = self._get_debts()
        in_collections = self._filter_with_case()
        for account in self:
            debt = debts.get(account._origin.id)
            account.amount_in_collections = (
                float(debt.collectible) if account in in_collections else 0.0
            )

    def _filter_with_case(self):
        """Return the accounts that have a case, paused ones included."""
        cases_sudo = (
            self.env["utility.collection.case"]
            .sudo()
            .search([("utility_account_id", "in", self.ids), ("state", "!=", "closed")])
        )
        with_case = set(cases_sudo.utility_account_id.ids)
        return self.filtered(lambda account: account._origin.id in with_case)
