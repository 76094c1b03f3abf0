from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from ..tools.rating import DORMANT_MONTHS, Figures, behaviour, rating, rating_points
from .common import PlansCommon


class RatingChecks:
    """Recounts behaviour figures record by record, without SQL."""

    def count_anew(self, account):
        """What decides, told anew from the records of an account."""
        account = account.sudo()
        today = account.company_id._utility_today()
        since = today - relativedelta(
            months=account.company_id.utility_behaviour_months
        )
        lines = self.env["account.move.line"].search(
            [("utility_account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        if not lines:
            return None
        documents = lines.filtered(
            lambda line: (
                line.balance > 0
                and line.move_id.move_type == "out_invoice"
                and line.move_id.utility_kind
                and line.move_id.payment_state != "reversed"
                and line.date_maturity >= since
                and (line.reconciled or line.date_maturity < today)
            )
        )
        payments = self.env["account.payment"].search(
            [
                ("utility_account_id", "=", account.id),
                ("payment_type", "=", "inbound"),
                ("utility_state", "in", ["posted", "returned"]),
                ("date", ">=", since),
            ]
        )
        allocations = payments.allocation_ids.filtered(
            lambda row: row.amount_standing > 0
        )
        first, last = min(lines.mapped("date")), max(lines.mapped("date"))
        months = relativedelta(today, first)
        return Figures(
            due_count=len(documents),
            on_time_count=sum(map(self._is_on_time, documents)),
            paid_count=len(allocations),
            partial_count=len(
                allocations.filtered(lambda row: row.difference_kind == "under")
            ),
            average_days=self._average_days(allocations),
            months_history=12 * months.years + months.months,
            returned_count=len(
                payments.filtered(lambda pay: pay.utility_state == "returned")
            ),
            broken_plan_count=len(
                account.plan_ids.filtered(
                    lambda plan: plan.state == "broken" and plan.ended_on >= since
                )
            ),
            broken_promise_count=self.env["utility.payment.promise"].search_count(
                [
                    ("utility_account_id", "=", account.id),
                    ("state", "=", "broken"),
                    ("date", ">=", since),
                ]
            ),
            dormant=last < today - relativedelta(months=DORMANT_MONTHS),
        )

    @staticmethod
    def _is_on_time(line):
        matched = line.matched_credit_ids.mapped("max_date")
        return bool(line.reconciled and matched and max(matched) <= line.date_maturity)

    @staticmethod
    def _average_days(allocations):
        if not allocations:
            return None
        amounts = [Decimal(str(row.amount_standing)) for row in allocations]
        days = sum(
            amount * row.collection_days
            for amount, row in zip(amounts, allocations, strict=True)
        )
        return (days / sum(amounts)).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def assertBehaviour(self, accounts):
        """Figures, label and rating are those told anew (CON-07, CON-08)."""
        accounts.invalidate_recordset()
        for account in accounts:
            figures, row = self.count_anew(account), account.behaviour_ids
            assert bool(row) == bool(figures), (figures, row)
            if not figures:
                continue
            assert row._figures() == figures, (row._figures(), figures)
            assert row.behaviour == behaviour(figures), figures
            assert row.points == rating_points(figures), (row.points, figures)
            assert row.rating == rating(figures), figures
            assert account.behaviour == row.behaviour
            assert account.credit_rating == (account.rating_override or row.rating)


class RatingCommon(RatingChecks, PlansCommon):
    """Consumers who pay well and badly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_backdate_days = 10_000

    @classmethod
    def bill_months(cls, account, count, amount=100, first=0):
        """A bill a month, the last of them `first` months ago; due in 14 days."""
        bills = cls.env["account.move"]
        for number in range(first + count, first, -1):
            day = cls.today - relativedelta(months=number)
            bills |= cls.make_bill(
                amount,
                account=account,
                date=str(day),
                due_date=str(day + relativedelta(days=14)),
            )
        return bills.sorted("invoice_date")

    def pay_bill(self, bill, days, amount=None, **values):
        """Pay a bill so many days after its date."""
        return self.record_one(
            amount or bill.amount_residual,
            account=bill.utility_account_id.number,
            documents=bill.ids,
            date=str(bill.invoice_date + relativedelta(days=days)),
            **values,
        )[1]

    def refresh(self, accounts):
        accounts.sudo()._refresh_behaviour()
        self.assertBehaviour(accounts)

    def run_daily(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "utility_collections.ir_cron_behaviour"
            ).method_direct_trigger()
        self.env.invalidate_all()
