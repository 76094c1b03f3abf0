from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_bad_debt_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Bad debts",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        help="What is written off (COL-04).",
    )
    utility_bad_debt_recovered_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Bad debts recovered",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="What is paid of debt that was written off (COL-04).",
    )

    def _utility_sequence_values(self):
        """Add the number of a write-off to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.write_off",
                "name": self.env._("Write-off number"),
                "prefix": "WO-%(year)s-",
                "padding": 4,
                "number_next": 1,
            },
        ]

    def _utility_setup_journals(self):
        """Extend the set-up by the accounts of debt that is given up."""
        res = super()._utility_setup_journals()
        for name, label, kind, code in (
            (
                "utility_bad_debt_account_id",
                self.env._("Bad Debts"),
                "expense",
                "658000",
            ),
            (
                "utility_bad_debt_recovered_account_id",
                self.env._("Bad Debts Recovered"),
                "income_other",
                "459000",
            ),
        ):
            if not self[name]:
                self[name] = self._utility_create_account(label, kind, code)
        return res
