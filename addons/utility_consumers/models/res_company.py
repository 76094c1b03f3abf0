from datetime import timedelta

import pytz

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_bill_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Utility Bills Journal",
        domain="[('type', '=', 'sale'), ('is_utility_bills', '=', True)]",
        check_company=True,
        help="Where bills and service charges are booked unless their source names "
        "a journal of its own.",
    )

    utility_due_days = fields.Integer(
        string="Days to Pay",
        default=14,
        help="A bill that comes without a due date is due this many days after its "
        "date.",
    )

    _utility_due_days_positive = models.Constraint(
        "CHECK (utility_due_days >= 0)", "The days to pay can't be negative."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.sudo()._utility_setup()
        return companies

    # === BUSINESS METHODS === #

    def _utility_today(self):
        """Return the date of today where the company is (CON-04).

        :return: today in the time zone of the company's contact, else of UTC
        :rtype: datetime.date
        """
        self.ensure_one()
        zone = pytz.timezone(self.sudo().partner_id.tz or "UTC")
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(zone).date()

    def _utility_due_date(self, day):
        """Return when a document of that day is due, unless its source says so."""
        self.ensure_one()
        return day + timedelta(days=self.utility_due_days)

    def _utility_sequence_values(self):
        """Return the num formats every company has, as values of `ir.sequence`.

        To override by add-ons that number documents of their own: extend the list.

        :return: values without `company_id`, each with `code` and `name`
        :rtype: list[dict]
        """
        return [
            {
                "code": "utility.account",
                "name": self.env._("Account number"),
                "prefix": "WU-",
                "padding": 5,
                "number_next": 10001,
            },
            {
                "code": "utility.bill",
                "name": self.env._("Bill number"),
                "prefix": "INV-%(year)s-",
                "padding": 6,
                "number_next": 1,
            },
            {
                "code": "utility.charge",
                "name": self.env._("Service charge number"),
                "prefix": "SVC-%(year)s-",
                "padding": 6,
                "number_next": 1,
            },
            {
                "code": "utility.correction",
                "name": self.env._("Correction number"),
                "prefix": "COR-%(year)s-",
                "padding": 6,
                "number_next": 1,
            },
        ]

    def _utility_has_chart(self):
        """Tell whether journals can be made: the company or its root has a chart."""
        self.ensure_one()
        company_sudo = self.sudo()
        return bool(company_sudo.chart_template or company_sudo.root_id.chart_template)

    def _utility_setup(self):
        """Make what the product needs in each company, and only what is missing.

        Idempotent. Called after installation, when a company is created, and after a
        chart of accounts is loaded. Add-ons above extend it with `super()`.
        """
        companies_sudo = self.sudo()
        companies_sudo._utility_setup_sequences()
        for company_sudo in companies_sudo:
            if company_sudo._utility_has_chart():
                company_sudo._utility_setup_journals()

    def _utility_setup_sequences(self):
        codes = [values["code"] for values in self._utility_sequence_values()]
        Sequence = self.env["ir.sequence"].with_context(active_test=False)
        existing = {
            (sequence.company_id, sequence.code)
            for sequence in Sequence.search(
                [("code", "in", codes), ("company_id", "in", self.ids)]
            )
        }
        Sequence.create(
            [
                {**values, "company_id": company.id, "implementation": "standard"}
                for company in self
                for values in company._utility_sequence_values()
                if (company, values["code"]) not in existing
            ]
        )

    def _utility_setup_journals(self):
        """Make the journal of bills; called only where a chart of accounts exists."""
        self.ensure_one()
        Journal = self.env["account.journal"].with_company(self)
        if self.utility_bill_journal_id:
            return
        journal = Journal.search(
            [
                ("company_id", "=", self.id),
                ("type", "=", "sale"),
                ("is_utility_bills", "=", True),
            ],
            limit=1,
        )
        if not journal:
            income_account = self.income_account_id or self.root_id.income_account_id
            journal = Journal.create(
                {
                    "name": self.env._("Utility Bills"),
                    "code": self._utility_free_journal_code("UBIL"),
                    "type": "sale",
                    "company_id": self.id,
                    "default_account_id": income_account.id,
                    "is_utility_bills": True,
                }
            )
        self.utility_bill_journal_id = journal

    def _utility_free_journal_code(self, wish):
        """Return a journal code that this company doesn't use yet.

        :param str wish: the code to take if it is free, at most 5 characters
        """
        self.ensure_one()
        taken = set(
            self.env["account.journal"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.id)])
            .mapped("code")
        )
        candidates = [wish] + [f"{wish[:3]}{number:02}" for number in range(1, 100)]
        return next(code for code in candidates if code not in taken)
