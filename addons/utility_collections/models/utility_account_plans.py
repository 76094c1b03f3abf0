from odoo import api, fields, models


class UtilityAccount(models.Model):
    """What the 360° page shows of an account's plans (CON-04, CON-06)."""

    _inherit = "utility.account"

    plan_count = fields.Integer(compute="_compute_plan_count")
    installment_balance = fields.Monetary(
        string="Installments Due",
        compute="_compute_installment_balance",
        help="Unpaid installments that are due by now, else the next one (CON-04).",
    )
    installment_date = fields.Date(
        string="Installment Due On", compute="_compute_installment_balance"
    )
    installment_late = fields.Boolean(compute="_compute_installment_balance")

    @api.depends("plan_ids")
    def _compute_plan_count(self):
        counts = dict(
            self.env["utility.payment.plan"]._read_group(
                [("utility_account_id", "in", self.ids)],
                ["utility_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.plan_count = counts.get(account._origin, 0)

    @api.depends("plan_ids.installment_ids.paid_amount", "plan_ids.state")
    def _compute_installment_balance(self):
        """Shown beside the current balance, which doesn't hold them (CON-04)."""
        Installment = self.env["utility.payment.plan.installment"]
        rows = Installment.search(
            Installment._get_unpaid_domain(self), order="due_date"
        ).grouped("utility_account_id")
        for account in self:
            mine = rows.get(account._origin)
            if not mine:
                account.installment_balance = 0.0
                account.installment_date = account.installment_late = False
                continue
            today = account.company_id._utility_today()
            first = mine[0].due_date
            until = max(first, today)
            due = mine.filtered(lambda row, until=until: row.due_date <= until)
            account.installment_balance = sum(due.mapped("remaining_amount"))
            account.installment_date = first
            account.installment_late = first < today
