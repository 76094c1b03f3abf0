from datetime import timedelta

from odoo import fields, models

# code, name, kind, needs a reference, gives change
_MODES = [
    ("cash", "Cash", "cash", False, True),
    ("credit_card", "Credit Card", "card", True, False),
    ("debit_card", "Debit Card", "card", True, False),
    ("bank_transfer", "Bank Transfer", "bank", True, False),
    ("cheque", "Cheque", "cheque", True, False),
    ("wallet", "Mobile Wallet", "wallet", False, False),
    ("online", "Online", "online", False, False),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_overpayment_amount = fields.Monetary(
        string="Allowable overpayment",
        default=100.0,
        help="A payment may exceed what is owed by this amount, or by the percent"
        " beside it, whichever is larger.",
    )
    utility_overpayment_percent = fields.Float(
        string="Allowable overpayment (%)", default=10.0
    )
    utility_note_limit = fields.Integer(
        string="Longest payment note", default=250, help="In characters."
    )
    utility_backdate_days = fields.Integer(
        string="Back-dating without approval",
        default=7,
        help="Days. An earlier date needs a Billing Manager and a reason.",
    )
    utility_similar_hours = fields.Integer(
        string="Similar payment warning",
        default=24,
        help="Hours within which the same amount on the same account is pointed out."
        " 0 switches the warning off.",
    )

    utility_correction_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Utility Corrections Journal",
        domain="[('type', '=', 'general')]",
        check_company=True,
        help="Where adjustments of payments and credits of consumers are booked.",
    )
    utility_return_fee = fields.Monetary(
        string="Fee for returned payments",
        default=0.0,
        help="Charged to the consumer when the bank returns a payment; 0: none.",
    )

    _utility_overpayment_amount_positive = models.Constraint(
        "CHECK (utility_overpayment_amount >= 0)",
        "The allowable overpayment can't be negative: use 0 to allow none.",
    )
    _utility_overpayment_percent_range = models.Constraint(
        "CHECK (utility_overpayment_percent BETWEEN 0 AND 100)",
        "The allowable overpayment is a percent from 0 to 100.",
    )
    _utility_note_limit_positive = models.Constraint(
        "CHECK (utility_note_limit BETWEEN 1 AND 2000)",
        "A payment note may have a limit of 1 to 2000 characters.",
    )
    _utility_backdate_days_positive = models.Constraint(
        "CHECK (utility_backdate_days >= 0)",
        "Back-dating is limited to 0 days or more.",
    )
    _utility_return_fee_positive = models.Constraint(
        "CHECK (utility_return_fee >= 0)",
        "The fee for returned payments can't be negative: use 0 to charge none.",
    )

    def _utility_setup(self):
        """Extend the set-up of a company by channels and payment modes."""
        res = super()._utility_setup()
        Mode = self.env["utility.payment.mode"].sudo().with_context(active_test=False)
        known = {
            company.id: set(codes)
            for company, codes in Mode._read_group(
                [("company_id", "in", self.ids)], ["company_id"], ["code:array_agg"]
            )
        }
        for company in self:
            # A mode that an admin removed on purpose doesn't come back.
            if company.id in known:
                continue
            Mode.with_company(company).create(
                [
                    {
                        "sequence": 10 * (position + 1),
                        "code": code,
                        "name": name,
                        "kind": kind,
                        "reference_required": reference_required,
                        "gives_change": gives_change,
                        "company_id": company.id,
                    }
                    for position, (
                        code,
                        name,
                        kind,
                        reference_required,
                        gives_change,
                    ) in enumerate(_MODES)
                ]
            )
        Mode.search([("company_id", "in", self.ids)])._ensure_journal()
        return res

    def _utility_sequence_values(self):
        """Add the three numbers of a payment (REC-12) to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.payment",
                "name": self.env._("Payment number"),
                "prefix": "PAY-%(year)s-",
                "padding": 6,
                "number_next": 1,
            },
            {
                "code": "utility.transaction",
                "name": self.env._("Transaction number"),
                "prefix": "TXN-%(year)s-",
                "padding": 6,
                "number_next": 1,
            },
            {
                "code": "utility.receipt",
                "name": self.env._("Receipt number"),
                "prefix": "R-",
                "padding": 4,
                "number_next": 1,
            },
            {
                "code": "utility.adjustment",
                "name": self.env._("Adjustment number"),
                "prefix": "ADJ-%(year)s-",
                "padding": 5,
                "number_next": 1,
            },
        ]

    def _utility_setup_journals(self):
        """Extend the set-up by the journal of corrections."""
        res = super()._utility_setup_journals()
        if self.utility_correction_journal_id:
            return res
        Journal = self.env["account.journal"].sudo().with_company(self)
        self.utility_correction_journal_id = Journal.create(
            {
                "name": self.env._("Utility Corrections"),
                "code": self._utility_free_journal_code("UCOR"),
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )
        return res

    def _utility_correction_date(self, sale=False):
        """Date of an entry that corrects: today, or the first day that isn't locked.

        :param bool sale: respect the lock date of sales too
        :rtype: datetime.date
        """
        self.ensure_one()
        today = self._utility_today()
        locks = self._get_lock_date_violations(
            today, sale=sale, purchase=False, tax=False
        )
        if not locks:
            return today
        return max(lock for lock, _field in locks) + timedelta(days=1)

    def _utility_outstanding_account(self, side):
        """The chart's account of money on its way, or that of transfers.

        :param str side: 'debit' for receipts, 'credit' for payments
        """
        self.ensure_one()
        template = self.env["account.chart.template"].sudo().with_company(self.root_id)
        return (
            template.ref(
                f"account_journal_payment_{side}_account_id", raise_if_not_found=False
            )
            or self.sudo().transfer_account_id
        )
