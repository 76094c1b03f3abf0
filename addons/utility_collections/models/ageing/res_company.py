from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _utility_ledger_checks(self):
        return [*super()._utility_ledger_checks(), "debt_groups"]

    def _check_ledger_debt_groups(self, companies):
        """The sums that ageing is read from equal a full recount of open items."""
        for company, day, stored, counted in self.env[
            "utility.debt.group"
        ]._find_differences(companies):
            yield (
                "error",
                f"{company}, due {day}: {stored or 0} is summed up as open, but a"
                f" recount gives {counted or 0}.",
            )
