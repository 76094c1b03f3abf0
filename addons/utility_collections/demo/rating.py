"""Behaviour and ratings of the demonstration's consumers, and targets (CON-08)."""

from dateutil.relativedelta import relativedelta

from odoo import api, models


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_rate_accounts(self):
        """Rate everybody as the daily run does, then give a rating by hand."""
        company = self.env.ref("base.main_company")
        accounts = self.env["utility.account"].search([("company_id", "=", company.id)])
        accounts._refresh_behaviour()
        manager = self.env.ref("utility_consumers.demo_user_billing_manager")
        for letters, rating, reason in (
            ("D", "C", "Pays by standing order since this month"),
            ("B", "D", "Two cheques of another company came back"),
        ):
            account = accounts.filtered(
                lambda account, letters=letters: account.credit_rating == letters
            )[-1:]
            if account:
                account.with_user(manager).give_rating(
                    rating, reason, company._utility_today() + relativedelta(months=6)
                )
        self._demo_set_targets(company, manager)
        self.env["utility.debt.day"]._keep_day(company)

    @api.model
    def _demo_set_targets(self, company, manager):
        """Targets of this month and the last: of all, an area and an executive."""
        Target = self.env["utility.collection.target"].with_user(manager)
        first = company._utility_today().replace(day=1)
        area = self.env["utility.area"].search(
            [("company_id", "in", [company.id, False])], limit=1
        )
        executive = self.env.ref("utility_consumers.demo_user_recovery_executive")
        for months in (1, 0):
            month = first - relativedelta(months=months)
            common = {"company_id": company.id, "month": month}
            Target.create(
                [
                    common
                    | {
                        "overdue_share_max": 40,
                        "amount_to_cure": 5000,
                        "promises_kept_min": 75,
                    },
                    common
                    | {
                        "user_id": executive.id,
                        "amount_to_cure": 2000,
                        "promises_kept_min": 80,
                    },
                    *(
                        [common | {"area_id": area.id, "overdue_share_max": 35}]
                        if area
                        else []
                    ),
                ]
            )
