"""Eighteen months of payments of the demonstration's consumers (CFG-04, CFG-05)."""

import random
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.utility_consumers.demo.utility_demo import BATCH, SEED

MONTHS = 18
CASHIER = "customer_executive"
COLLECTOR = "field_collector"
# Days that an online payment waits for somebody to verify it
UNVERIFIED = 7
NOTE = "Taken over from the previous system"
# channel, mode, who took it (nobody: the system), how often
WAYS = (
    ("walk_in", "cash", CASHIER, 26),
    ("walk_in", "debit_card", CASHIER, 10),
    ("walk_in", "cheque", CASHIER, 7),
    ("walk_in", "credit_card", CASHIER, 5),
    ("online", "online", None, 18),
    ("mobile", "wallet", None, 9),
    ("bank", "bank_transfer", None, 8),
    ("lockbox", "cheque", None, 4),
    ("agent", "cash", None, 4),
    ("kiosk", "cash", None, 3),
    ("phone", "credit_card", CASHIER, 4),
    ("field", "cash", COLLECTOR, 2),
)
# What payers do with a bill: days after its date, by habit, and how often
HABITS = {
    "early": ((1, 6), 20),
    "prompt": ((10, 21), 40),
    "late": ((25, 60), 18),
    "partial": ((15, 30), 12),
    "erratic": ((2, 75), 10),
}


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_payments(self):
        """Record what the consumers paid, each payment on its own day."""
        company = self.env.ref("base.main_company")
        company._utility_setup()
        rng = random.Random(SEED)
        self._demo_pay_john_doe()
        self._demo_pay_history(rng, company)
        self._demo_pay_last_bills(rng, company)
        self._demo_pay_together(rng)
        self._demo_verify_payments(company)

    @api.model
    def _demo_verify_payments(self, company):
        """PAY-07: the counter looks at what came in online; the last week waits."""
        cashier = self.env.ref("utility_consumers.demo_user_customer_executive")
        self.env["account.payment"].with_user(cashier).with_company(company).search(
            [
                ("verification_state", "=", "pending"),
                ("date", "<", company._utility_today() - timedelta(days=UNVERIFIED)),
            ]
        ).action_verify()

    @api.model
    def _demo_record_payments(self, requests):
        """Record payments through their door; a refusal is a fault of the demo."""
        for start in range(0, len(requests), BATCH):
            outcomes = self.env["account.payment"].record_collections(
                requests[start : start + BATCH]
            )
            for outcome in outcomes:
                if outcome["status"] != "posted":
                    raise ValueError(outcome)

    @api.model
    def _demo_pay_john_doe(self):
        """CFG-05: 152.00 of INV-2025-001567 was paid before R-5001."""
        account = self.env.ref("utility_consumers.demo_account_john_doe")
        self._demo_record_payments(
            [
                {
                    "account": account.number,
                    "amount": "152.00",
                    "mode": "bank_transfer",
                    "channel": "bank",
                    "date": date(2025, 4, 17),
                    "received_at": datetime(2025, 4, 17, 9, 12),
                    "reference": "ACH 5530117",
                    "documents": ["INV-2025-001567"],
                    "note": NOTE,
                }
            ]
        )

    # === HISTORY === #

    @api.model
    def _demo_pay_history(self, rng, company):
        """Bill and collect month after month, as it would have gone.

        So that the balance after each payment is that of its day.
        """
        today = company._utility_today()
        accounts = self._demo_history_accounts()
        habits = {account: self._demo_habit(rng) for account in accounts}
        last_day = {
            account: today - timedelta(days=rng.randint(3, 27)) for account in accounts
        }
        later = []
        # They went on paying the old amount when the tariff was lowered, a year ago.
        slow = accounts[::3]
        year_ago = (today - timedelta(days=382), today - timedelta(days=346))
        for back in range(MONTHS - 1, -1, -1):
            bills = [
                self._demo_bill(
                    account, last_day[account] - relativedelta(months=back), rng
                )
                for account in accounts
            ]
            bills.sort(key=lambda bill: bill["date"])
            for _bill, outcome in zip(
                bills, self._demo_record_bills(bills), strict=True
            ):
                move = self.env["account.move"].browse(outcome["move_id"])
                requests = self._demo_payments(
                    rng, move, habits[move.utility_account_id]
                )
                if move.utility_account_id in slow and len(requests) == 1:
                    self._demo_pay_old_amount(requests[0], year_ago)
                later += requests
            until = today - relativedelta(months=back)
            due = [request for request in later if request["date"] <= until]
            later = [request for request in later if request["date"] > until]
            due.sort(key=lambda request: request["received_at"])
            self._demo_record_payments(due)

    @api.model
    def _demo_pay_last_bills(self, rng, company):
        today = company._utility_today()
        documents = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("utility_kind", "!=", False),
                ("payment_state", "=", "not_paid"),
                (
                    "utility_account_id",
                    "not in",
                    [
                        *self._demo_history_accounts().ids,
                        self.env.ref("utility_consumers.demo_account_john_doe").id,
                    ],
                ),
            ],
            order="id",
        )
        requests = []
        for document in documents:
            requests += self._demo_payments(rng, document, self._demo_habit(rng))
        requests = [request for request in requests if request["date"] <= today]
        requests.sort(key=lambda request: request["received_at"])
        self._demo_record_payments(requests)

    @api.model
    def _demo_habit(self, rng):
        names = list(HABITS)
        return rng.choices(names, [HABITS[name][1] for name in names])[0]

    @api.model
    def _demo_payments(self, rng, document, habit):
        """The requests by which one document is paid, perhaps in two parts."""
        (first, last), _weight = HABITS[habit]
        total = Decimal(str(document.amount_total))
        day = document.invoice_date + timedelta(days=rng.randint(first, last))
        amounts = [(day, total)]
        if habit == "partial" or rng.random() < 0.06:
            part = (total * Decimal(rng.choice(("0.3", "0.5", "0.6")))).quantize(
                Decimal("0.01")
            )
            amounts = [(day, part), (day + timedelta(rng.randint(8, 30)), total - part)]
        elif habit == "erratic" and rng.random() < 0.12:
            amounts = []
        elif rng.random() < 0.05:
            # Rounded up: what is too much stays on the account
            amounts = [(day, total.quantize(Decimal("1E1"), ROUND_CEILING))]
        return [
            self._demo_request(rng, document, day, amount)
            for day, amount in amounts
            if amount
        ]

    @api.model
    def _demo_pay_old_amount(self, request, days):
        """Let a payment of those days be a tenth too high: the rest is credit."""
        first, last = days
        if first <= request["date"] <= last and "tendered" not in request:
            amount = Decimal(request["amount"]) * Decimal("1.1")
            request["amount"] = str(amount.quantize(Decimal("1")))

    @api.model
    def _demo_request(self, rng, document, day, amount):
        channel, mode, receiver, _weight = rng.choices(
            WAYS, [weight for *_way, weight in WAYS]
        )[0]
        number = rng.randint(100000, 999999)
        request = {
            "account": document.utility_account_id.id,
            "amount": str(amount),
            "mode": mode,
            "channel": channel,
            "date": day,
            "documents": [document.id],
            # At the counter in opening hours, but not later than now
            "received_at": min(
                datetime.combine(day, time(9))
                + timedelta(minutes=rng.randint(0, 8 * 60 - 1)),
                fields.Datetime.now(),
            ),
            "note": NOTE,
        }
        if receiver:
            request["received_by"] = receiver
        if mode not in ("cash", "online", "wallet"):
            request["reference"] = {
                "cheque": f"Cheque {number}",
                "bank_transfer": f"ACH {number}",
            }.get(mode, f"Slip {number}")
        if mode == "cash" and channel == "walk_in":
            note = Decimal(rng.choice(("1", "5", "10", "20")))
            tendered = (amount / note).to_integral_value(ROUND_CEILING) * note
            request["tendered"] = str(tendered)
        if rng.random() < 0.03:
            request["payer"] = rng.choice(
                ("Her daughter", "Tenant", "City Social Fund")
            )
        return request

    # === TODAY === #

    @api.model
    def _demo_pay_together(self, rng):
        """REC-17: visits of today that are paid in two ways, on one receipt."""
        today = self.env.ref("base.main_company")._utility_today()
        cashier = self.env.ref("utility_consumers.demo_user_customer_executive")
        documents = self.env["account.move"].search(
            [
                ("company_id", "=", cashier.company_id.id),
                ("utility_kind", "=", "bill"),
                ("payment_state", "=", "not_paid"),
                ("utility_account_id.state", "=", "active"),
                ("utility_account_id.category", "=", "residential"),
                ("invoice_date", "<", today),
                ("name", "not in", ["INV-2025-001234"]),
            ],
            order="id desc",
            limit=9,
        )
        requests = []
        for position, document in enumerate(documents):
            total = Decimal(str(document.amount_total))
            parts = [("cash", total)]
            if position % 3 == 0:
                cash = (total / 2).quantize(Decimal(1))
                parts = [("cash", cash), ("debit_card", total - cash)]
            for mode, amount in parts:
                request = {
                    "account": document.utility_account_id.number,
                    "amount": str(amount),
                    "mode": mode,
                    "documents": [document.name],
                    "reference": f"Slip {rng.randint(100000, 999999)}"
                    if mode == "debit_card"
                    else False,
                }
                if len(parts) > 1:
                    request["group"] = f"visit-{document.name}"
                requests.append(request)
        outcomes = (
            self.env["account.payment"]
            .with_user(cashier)
            .with_company(cashier.company_id)
            .record_collections(requests)
        )
        for outcome in outcomes:
            if outcome["status"] != "posted":
                raise ValueError(outcome)
