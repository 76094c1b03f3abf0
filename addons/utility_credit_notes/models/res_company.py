from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_credit_limit_customer = fields.Monetary(
        string="Credit notes of Customer Executives",
        default=50.0,
        help="Above this amount a Billing Manager must approve (CRN-13).",
    )
    utility_credit_limit_recovery = fields.Monetary(
        string="Credit notes of Recovery Executives",
        default=200.0,
        help="Above this amount a Billing Manager must approve (CRN-13).",
    )
    utility_credit_expiry_months = fields.Integer(
        string="Credit notes expire after",
        default=12,
        help="Months from the creation; 0: never (CRN-11).",
    )
    utility_credit_auto_apply = fields.Boolean(
        string="Apply credit to the next bill",
        help="Open credit pays a new bill at once, the oldest credit first (CRN-10).",
    )
    utility_expired_credit = fields.Selection(
        selection=[
            ("liability", "Unclaimed consumer credits (liability)"),
            ("income", "Income"),
        ],
        string="Expired credit goes to",
        required=True,
        default="liability",
        help="Many laws treat a consumer's unclaimed credit as the consumer's property:"
        " book it as income only where you may (CRN-11).",
    )
    utility_unclaimed_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Unclaimed consumer credits",
        check_company=True,
        domain="[('account_type', '=', 'liability_current')]",
    )
    utility_expired_income_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Income from expired credit",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
    )
    utility_billing_adjustment_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Billing adjustments",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="What was charged wrongly and is given back (CRN-03).",
    )

    _utility_credit_limits_positive = models.Constraint(
        "CHECK (utility_credit_limit_customer >= 0"
        " AND utility_credit_limit_recovery >= 0)",
        "The limits of credit notes can't be negative: use 0 to have all approved.",
    )
    _utility_credit_expiry_positive = models.Constraint(
        "CHECK (utility_credit_expiry_months BETWEEN 0 AND 1200)",
        "Credit notes expire after 1 to 1200 months, or never: 0.",
    )

    def _utility_sequence_values(self):
        """Add the number of a credit note (CRN-02) to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.credit_note",
                "name": self.env._("Credit note number"),
                "prefix": "CN-",
                "padding": 5,
                "number_next": 10001,
            },
        ]

    def _utility_setup_journals(self):
        """Extend the set-up by the accounts that credit notes are booked on."""
        res = super()._utility_setup_journals()
        for name, label, kind, code in (
            (
                "utility_unclaimed_account_id",
                self.env._("Unclaimed Consumer Credits"),
                "liability_current",
                "218000",
            ),
            (
                "utility_expired_income_account_id",
                self.env._("Expired Consumer Credits"),
                "income_other",
                "458000",
            ),
            (
                "utility_billing_adjustment_account_id",
                self.env._("Billing Adjustments"),
                "income",
                "408000",
            ),
        ):
            if not self[name]:
                self[name] = self._utility_create_account(label, kind, code)
        return res

    def _utility_create_account(self, label, kind, code):
        Account = self.env["account.account"].sudo().with_company(self)
        return Account.create(
            {
                "name": label,
                "code": Account._search_new_account_code(code),
                "account_type": kind,
                "company_ids": [(6, 0, self.root_id.ids)],
            }
        )
