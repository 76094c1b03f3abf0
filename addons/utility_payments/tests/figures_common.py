from odoo.tools import float_compare

# How a case of collections ends once its debt is settled
CURED = ("cleared", "minimum_paid", "plan")


class FigureChecks:
    """Proves figures by the records that they lead to, not by how they were summed."""

    # How the records behind a figure add up to it, unless it is their number
    FIGURE_SUMS = {
        "total_collected": lambda rows: sum(
            rows.mapped("amount_company_currency_signed")
        ),
        "received_today": lambda rows: sum(
            rows.mapped("amount_company_currency_signed")
        ),
        "returns": lambda rows: sum(rows.mapped("amount_company_currency_signed")),
        "refunds": lambda rows: -sum(rows.mapped("amount_company_currency_signed")),
        "outstanding": lambda rows: sum(rows.mapped("amount_residual")),
        "overdue": lambda rows: sum(rows.mapped("overdue_balance")),
        "credit_balance": lambda rows: sum(rows.mapped("credit_balance")),
        # Of payment plans, where they are installed
        "plan_compliance": lambda rows: (
            100 * sum(rows.mapped("kept_count")) / len(rows) if rows else False
        ),
        "plan_default_rate": lambda rows: (
            100 * rows.mapped("state").count("broken") / len(rows) if rows else False
        ),
        "installments_due": lambda rows: sum(rows.mapped("remaining_amount")),
        "deferred": lambda rows: sum(rows.mapped("amount_residual")),
        # Of collections, where they are installed
        "in_collections": lambda rows: sum(rows.mapped("amount")),
        "cure_rate": lambda rows: (
            100
            * len(rows.filtered(lambda case: case.close_reason in CURED))
            / len(rows)
            if rows
            else False
        ),
        "promises_due": lambda rows: (
            sum(rows.mapped("amount")) - sum(rows.mapped("paid_amount"))
        ),
        "promises_kept": lambda rows: (
            100 * rows.mapped("state").count("kept") / len(rows) if rows else False
        ),
        "disputed": lambda rows: sum(rows.mapped("amount")),
    }

    def read_figures(self, date_from, date_to, user=None, **scope):
        Payment = self.env["account.payment"].with_user(user or self.manager)
        Payment = Payment.with_context(
            allowed_company_ids=scope.pop("allowed", self.company.ids)
        )
        return Payment.collection_figures(date_from, date_to, scope or None)

    def assertFiguresExact(self, date_from, date_to, user=None, **scope):
        """Each figure equals what is counted in the records that it opens (KPI-05)."""
        figures = self.read_figures(date_from, date_to, user=user, **scope)
        env = self.env(
            user=user or self.manager,
            context={"allowed_company_ids": scope.get("allowed", self.company.ids)},
        )
        found = {
            key: env[figure["model"]].search(figure["domain"])
            for key, figure in figures.items()
        }
        for key, figure in figures.items():
            with self.subTest(figure=key, first=date_from, last=date_to, scope=scope):
                rows = found[key]
                self.assertEqual(len(rows), figure["count"])
                self.assertCents(figure["value"], self.recount(key, rows, found))
        return figures

    def recount(self, key, rows, found):
        """The value of a figure from its records; `found` has those of the others."""
        if key in self.FIGURE_SUMS:
            return self.FIGURE_SUMS[key](rows)
        collected = sum(
            found["total_collected"].mapped("amount_company_currency_signed")
        )
        if key == "collection_rate":
            due = sum(rows.mapped("amount_total_signed"))
            return 100 * collected / due if due else False
        if key == "average_collection_time":
            days = [
                (
                    row.payment_id.date - (row.move_id.invoice_date or row.move_id.date)
                ).days
                for row in rows
            ]
            return sum(days) / len(days) if days else False
        if key == "net_collected":
            return (
                collected
                - sum(found["returns"].mapped("amount_company_currency_signed"))
                + sum(found["refunds"].mapped("amount_company_currency_signed"))
            )
        if key in ("failed_share", "returned_share"):
            whole = len(found["total_collected"])
            if key == "failed_share":
                whole += len(rows)
            return 100 * len(rows) / whole if whole else False
        if not rows and key in self.env["utility.figure"]._rates():
            # A rate of nothing, of an add-on above
            return False
        return len(rows)

    def assertCents(self, value, expected):
        if value is False or expected is False:
            self.assertIs(value, expected)
            return
        self.assertEqual(
            float_compare(value, expected, precision_digits=6), 0, (value, expected)
        )
