import ast

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .reports_common import FavouriteChecks, ReportsCommon

_REPORTS = ("payment", "allocation", "collection", "receivable")


def total(name):
    """A function that sums a field of records, as money is rounded."""
    return lambda rows: round(sum(row[name] for row in rows), 2)


def share(part, whole):
    """A function that counts a part of records, in percent of others."""

    def percent(rows):
        among = [row for row in rows if whole(row)]
        return 100 * len([row for row in among if part(row)]) / len(among or "?")

    return percent


@tagged("post_install", "-at_install")
class TestReports(ReportsCommon):
    def test_payments(self):
        """KPI-01, KPI-06, KPI-07: by whatever payments are grouped, sums are exact."""
        keys = {
            "date:month": lambda pay: self.month(pay.date),
            "date:day": lambda pay: pay.date,
            "channel_id": lambda pay: pay.channel_id,
            "mode_id": lambda pay: pay.mode_id,
            "utility_type": lambda pay: pay.utility_type,
            "category": lambda pay: pay.utility_account_id.category,
            "area_id": lambda pay: pay.utility_account_id.area_id,
            "received_by": lambda pay: pay.received_by,
            "utility_account_id": lambda pay: pay.utility_account_id,
            "utility_state": lambda pay: pay.utility_state,
            "settlement_state": lambda pay: pay.settlement_state,
            "verification_state": lambda pay: pay.verification_state,
            "payment_type": lambda pay: pay.payment_type,
            "company_id": lambda pay: pay.company_id,
            "received_hour": lambda pay: (
                pay.received_at and self.local(pay.received_at).strftime("%H:00")
            ),
            "received_weekday": lambda pay: (
                pay.received_at and str(self.local(pay.received_at).isoweekday())
            ),
        }
        for companies in (self.company, self.both):
            Report = self.report("payment", companies=companies)
            payments = self.payments(companies)
            self.assertEqual(
                set(payments.mapped("utility_state")),
                {"posted", "returned", "cancelled", "failed"},
            )
            for groupby, key in keys.items():
                self.assertGroups(
                    Report,
                    groupby,
                    ["amount:sum", "__count"],
                    payments,
                    key,
                    [total("amount_company_currency_signed"), len],
                )
        collected = self.collected()
        self.assertGroups(
            self.report("payment"),
            "date:month",
            ["amount:sum", "__count"],
            collected,
            keys["date:month"],
            [total("amount_company_currency_signed"), len],
            domain=[
                ("payment_type", "=", "inbound"),
                ("utility_state", "in", ["posted", "returned"]),
            ],
        )

    def test_shares_of_payments(self):
        """KPI-06, KPI-07: failed and returned share, and days to settle, by method."""
        settled = self.collected()[:2].sudo()
        settled[0].write({"settlement_state": "settled", "processing_days": 3})
        settled[1].write({"settlement_state": "settled", "processing_days": 1.5})
        self.env.flush_all()

        def counts(pay):
            return pay in self.collected()

        def failed(pay):
            return pay.utility_state == "failed"

        def mean_days(rows):
            days = [row.processing_days for row in rows if row in settled]
            return sum(days) / len(days) if days else False

        for groupby, key in (
            ("mode_id", lambda pay: pay.mode_id),
            ("company_id", lambda pay: pay.company_id),
        ):
            self.assertGroups(
                self.report("payment"),
                groupby,
                ["failed_share:avg", "returned_share:avg", "settlement_days:avg"],
                self.payments(),
                key,
                [
                    share(failed, lambda pay: counts(pay) or failed(pay)),
                    share(lambda pay: pay.utility_state == "returned", counts),
                    mean_days,
                ],
            )

    def test_allocations(self):
        """KPI-04, KPI-07: what was paid of documents, and after how many months."""
        months = ["Before", "Same month", "1 month later", "2 months later"]
        codes = dict(self.env["utility.allocation.report"]._selection_months())
        labels = {label: code for code, label in codes.items()}

        def until(row):
            billed, paid = row.move_id.invoice_date, row.payment_id.date
            count = (paid.year - billed.year) * 12 + paid.month - billed.month
            return labels[months[max(count + 1, 0)]]

        def mean_days(rows):
            days = [
                (row.payment_id.date - row.move_id.invoice_date).days
                for row in rows
                if row.amount_applied - row.reversed_amount > 0
                and row.payment_id in self.collected()
            ]
            return sum(days) / len(days) if days else False

        rows = self.env["utility.payment.allocation"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertTrue(any(row.reversed_amount for row in rows))
        for groupby, key in {
            "billed_on:month": lambda row: self.month(row.move_id.invoice_date),
            "paid_on:month": lambda row: self.month(row.payment_id.date),
            "months_until_paid": until,
            "utility_kind": lambda row: row.move_id.utility_kind,
            "category": lambda row: row.payment_id.utility_account_id.category,
            "area_id": lambda row: row.payment_id.utility_account_id.area_id,
            "channel_id": lambda row: row.payment_id.channel_id,
            "mode_id": lambda row: row.payment_id.mode_id,
        }.items():
            self.assertGroups(
                self.report("allocation"),
                groupby,
                [
                    "amount_applied:sum",
                    "reversed_amount:sum",
                    "amount_standing:sum",
                    "days_to_pay:avg",
                ],
                rows,
                key,
                [
                    total("amount_applied"),
                    total("reversed_amount"),
                    lambda found: round(
                        sum(row.amount_applied - row.reversed_amount for row in found),
                        2,
                    ),
                    mean_days,
                ],
            )

    def test_cohort_tells_apart(self):
        """KPI-07: paid before it was billed, in its month, much later."""
        cases = {"00": "2023-12-31", "01": "2024-01-31", "13": "2025-01-01"}
        later = {"99": "2025-02-28"}
        account = self.make_account("Cora Hort")
        for code, day in (cases | later).items():
            bill = self.make_bill(10, account=account)
            _outcome, payment = self.record_one(
                10, account=account.number, documents=[bill.name], date=day
            )
            [row] = self.report("allocation").search([("move_id", "=", bill.id)])
            self.assertEqual(row.months_until_paid, code)
            self.assertEqual(row.payment_id.id, payment.id)
            self.assertEqual(row.on_time_share, 100 if code == "00" else 0)

    def test_cohort_of_other_debt(self):
        """KPI-07: an entry counts by its date; without a due day nobody is late."""
        account = self.make_account("Otto Thar")
        debt = self.make_debt(10, account=account, date="2024-01-20")
        self.record_one(10, account=account.number, date="2024-02-03")
        [row] = self.report("allocation").search([("move_id", "=", debt.id)])
        self.assertEqual(row.billed_on, debt.date)
        self.assertEqual(row.months_until_paid, "02")
        self.assertEqual(row.days_to_pay, 14)
        self.assertFalse(row.due_on)
        [(judged,)] = self.report("allocation")._read_group(
            [("move_id", "=", debt.id)], [], ["on_time_share:count"]
        )
        self.assertEqual(judged, 0)

    def test_collections(self):
        """KPI-03, KPI-07: a rate is that of the sums, by whatever is grouped."""
        keys = {
            "date:month": (
                lambda pay: self.month(pay.date),
                lambda move: self.month(move.invoice_date_due),
            ),
            "category": (
                lambda pay: pay.utility_account_id.category,
                lambda move: move.utility_account_id.category,
            ),
            "utility_type": (
                lambda pay: pay.utility_type,
                lambda move: move.utility_kind,
            ),
        }
        payments, moves = self.collected(), self.due()
        Report = self.report("collection")
        aggregates = ["amount:sum", "due_amount:sum", "collection_rate:avg"]
        for groupby, (of_payment, of_move) in keys.items():
            groups = Report._read_group([], [groupby], aggregates)
            found = {group: numbers for group, *numbers in groups}
            for group in {*map(of_payment, payments), *map(of_move, moves)}:
                amount = sum(
                    pay.amount_company_currency_signed
                    for pay in payments
                    if of_payment(pay) == group
                )
                due = sum(
                    move.amount_total_signed for move in moves if of_move(move) == group
                )
                with self.subTest(groupby=groupby, group=group):
                    rate = 100 * amount / due if due else False
                    self.assertNumbers(found[group], [amount, due, rate], group)

    def test_collections_tie_with_the_figures(self):
        """KPI-01, KPI-03, KPI-04, KPI-07: report and tile say the same."""
        aggregates = [
            "amount:sum",
            "payments:sum",
            "collection_rate:avg",
            "collection_time:avg",
            "returned_amount:sum",
            "refunded_amount:sum",
            "net_amount:sum",
            "documents:sum",
        ]
        Payment = self.env["account.payment"].with_user(self.chief)
        today = self.company._utility_today()
        for first, last in (
            ("2024-01-01", "2024-01-31"),
            ("2024-02-01", "2024-02-29"),
            ("2024-03-01", "2024-03-31"),
            ("2024-01-01", "2024-12-31"),
            ("2023-01-01", str(today)),
            # Due, but nothing collected; and neither
            ("2100-01-01", "2100-01-01"),
            ("2030-01-01", "2030-01-01"),
        ):
            for companies in (self.company, self.other, self.both):
                if len(companies.currency_id) > 1:
                    continue
                figures = Payment.with_context(
                    allowed_company_ids=companies.ids
                ).collection_figures(first, last)
                [numbers] = self.report("collection", companies=companies)._read_group(
                    [("date", ">=", first), ("date", "<=", last)], [], aggregates
                )
                with self.subTest(first=first, last=last, companies=companies.ids):
                    self.assertNumbers(
                        numbers,
                        [
                            figures["total_collected"]["value"],
                            figures["total_collected"]["count"],
                            figures["collection_rate"]["value"],
                            figures["average_collection_time"]["value"],
                            figures["returns"]["value"],
                            figures["refunds"]["value"],
                            figures["net_collected"]["value"],
                            figures["collection_rate"]["count"],
                        ],
                        first,
                    )

    def test_no_rate_of_nothing(self):
        """KPI-03: what wasn't due has no rate, in a group and in a row."""
        Report = self.report("collection")
        domain = [("date", "=", "2024-01-11")]
        self.assertEqual(
            Report._read_group(domain, [], ["due_amount:sum", "collection_rate:avg"]),
            [(0, False)],
        )
        self.assertFalse(Report.search(domain).collection_rate)
        [group] = Report.formatted_read_group(
            domain, ["date:month"], ["collection_rate:avg", "collection_time:avg"]
        )
        self.assertFalse(group["collection_rate:avg"])
        self.assertEqual(group["collection_time:avg"], 10)

    def test_no_rate_over_currencies(self):
        """KPI-01: amounts of two currencies are never set in relation."""
        # Odoo allows no other currency once there are entries
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s",
            [self.env.ref("base.JPY").id, self.other.id],
        )
        self.env.invalidate_all()
        Report = self.report("collection", companies=self.both)
        [(rate,)] = Report._read_group([], [], ["collection_rate:avg"])
        self.assertFalse(rate)
        for _company, rate in Report._read_group(
            [("due_amount", ">", 0)], ["company_id"], ["collection_rate:avg"]
        ):
            self.assertIsNot(rate, False)

    def test_rows_of_a_row(self):
        """KPI-05, KPI-07: a day of the report opens exactly what it counts."""
        Report = self.report("collection")
        rows = Report.search([])
        self.assertTrue(rows)
        for row in rows:
            payments = self._opened(row.action_view_payments())
            counted = payments.filtered(
                lambda pay, row=row: pay in self.collected() and pay.date == row.date
            )
            self.assertEqual(len(counted), row.payments)
            self.assertAlmostEqual(
                sum(counted.mapped("amount_company_currency_signed")), row.amount
            )
            moves = self._opened(row.action_view_documents())
            self.assertEqual(len(moves), row.documents)
            self.assertAlmostEqual(
                sum(moves.mapped("amount_total_signed")), row.due_amount
            )
        due_only = rows.filtered(lambda row: row.documents and not row.payments)[0]
        self.assertEqual(due_only.action_view_details()["res_model"], "account.move")
        paid = rows.filtered("payments")[0]
        self.assertEqual(paid.action_view_details()["res_model"], "account.payment")

    def _opened(self, action):
        Model = self.env[action["res_model"]].with_user(self.chief)
        return Model.search(action["domain"])

    def test_folded_row(self):
        """KPI-07: a row that was folded meanwhile says so, instead of an error."""
        Report = self.report("collection")
        gone = Report.browse(max(Report.search([]).ids) + 1000)
        with self.assertRefused(text="reload the list"):
            gone.action_view_details()

    def test_receivables(self):
        """CON-04, KPI-07: open items by age, credit beside them."""
        today = self.company._utility_today()
        lines = self.env["account.move.line"].search(
            [
                ("utility_account_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertTrue(any(line.amount_residual < 0 for line in lines))

        def bucket(line):
            late = (today - line.date_maturity).days
            if line.amount_residual < 0:
                return "credit"
            for code, days in (
                ("91_over", 90),
                ("61_90", 60),
                ("31_60", 30),
                ("01_30", 0),
            ):
                if late > days:
                    return code
            return "00_not_due"

        for groupby, key in {
            "bucket": bucket,
            "category": lambda line: line.utility_account_id.category,
            "area_id": lambda line: line.utility_account_id.area_id,
            "utility_account_id": lambda line: line.utility_account_id,
            "kind": lambda line: (
                "credit"
                if line.amount_residual < 0
                else line.move_id.utility_kind or "other"
            ),
            "due_on:month": lambda line: self.month(line.date_maturity),
        }.items():
            self.assertGroups(
                self.report("receivable"),
                groupby,
                ["open_amount:sum", "original_amount:sum", "__count"],
                lines,
                key,
                [total("amount_residual"), total("balance"), len],
            )

    def test_receivables_tie_with_the_figures(self):
        """CON-04, KPI-07: the debts are what is outstanding, the credits the credit."""
        day = str(self.company._utility_today())
        figures = (
            self.env["account.payment"]
            .with_user(self.chief)
            .with_context(allowed_company_ids=self.company.ids)
            .collection_figures(day, day)
        )
        Report = self.report("receivable")
        [(debts, count)] = Report._read_group(
            [("kind", "!=", "credit")], [], ["open_amount:sum", "__count"]
        )
        self.assertAlmostEqual(debts, figures["outstanding"]["value"])
        self.assertEqual(count, figures["outstanding"]["count"])
        [(credit,)] = Report._read_group(
            [("bucket", "=", "credit")], [], ["open_amount:sum"]
        )
        self.assertAlmostEqual(-credit, figures["credit_balance"]["value"])

    def test_age_at_the_edges(self):
        """KPI-07: due today isn't late; 30 and 31 days are in two buckets."""
        account = self.make_account("Edgar Edge")
        today = self.company._utility_today()
        edges = {
            -1: "00_not_due",
            0: "00_not_due",
            1: "01_30",
            30: "01_30",
            31: "31_60",
            60: "31_60",
            61: "61_90",
            90: "61_90",
            91: "91_over",
        }
        for days, bucket in edges.items():
            due = today.fromordinal(today.toordinal() - days)
            bill = self.make_bill(10, account=account, due_date=str(due))
            [row] = self.report("receivable").search([("document", "=", bill.name)])
            with self.subTest(days=days):
                self.assertEqual(row.bucket, bucket)
                self.assertEqual(row.days_overdue, max(days, 0))
                self.assertEqual(row.overdue_amount, 10 if days > 0 else 0)

    def test_rows_lead_to_their_records(self):
        """KPI-05, KPI-07: each row of a list opens what is behind it."""
        for model in ("payment", "allocation"):
            for row in self.report(model).search([]):
                action = row.action_view_details()
                self.assertEqual(action["res_model"], "account.payment")
                self.assertEqual(action["res_id"], row.payment_id.id)
        [row] = self.report("allocation").search(
            [("move_id", "=", self.first.id), ("mode_id.code", "=", "cash")], limit=1
        )
        self.assertEqual(row.action_view_document()["res_id"], self.first.id)
        for row in self.report("receivable").search([]):
            action = row.action_view_details()
            self.assertTrue(action["res_id"])
            self.assertIn(
                action["res_model"],
                ("account.payment", "account.move", "utility.credit.note"),
            )


@tagged("post_install", "-at_install")
class TestReportRights(ReportsCommon):
    def test_companies(self):
        """ROL-04: a report shows the companies that are switched on, no other."""
        for model in _REPORTS:
            for companies in (self.company, self.other, self.both):
                found = self.report(model, companies=companies).search([])
                with self.subTest(model=model, companies=companies.ids):
                    self.assertEqual(found.company_id, companies)
            with self.assertRaises(AccessError):
                self.report(model, self.manager, self.other).search([]).read(["id"])

    def test_roles(self):
        """ROL-01: managers all; recovery what debt work needs; the counter its own."""
        nobody = new_test_user(self.env, "utility_nobody", groups="base.group_user")
        allowed = {
            "payment": (self.clerk, self.recovery, self.manager),
            "allocation": (self.recovery, self.manager),
            "collection": (self.recovery, self.manager),
            "receivable": (self.recovery, self.manager),
        }
        for model, users in allowed.items():
            Report = self.env[f"utility.{model}.report"]
            action = self.env.ref(f"utility_payments.utility_{model}_report_action")
            menu = self.env.ref(f"utility_payments.utility_{model}_report_menu")
            self.assertEqual(menu.action, action)
            for user in (
                self.clerk,
                self.recovery,
                self.manager,
                self.collector,
                nobody,
            ):
                with self.subTest(model=model, user=user.login):
                    may = user in users
                    self.assertEqual(Report.with_user(user).has_access("read"), may)
                    visible = self.env["ir.ui.menu"].with_user(user)
                    self.assertEqual(menu.id in visible._visible_menu_ids(), may)
                    for right in ("create", "write", "unlink"):
                        self.assertFalse(Report.with_user(user).has_access(right))

    def test_takings_of_others(self):
        """ROL-01: at the counter, people see what they took themselves."""
        Report = self.env["utility.payment.report"]
        self.assertEqual(
            Report.with_user(self.recovery).search([]).received_by, self.recovery
        )
        self.assertEqual(
            Report.with_user(self.clerk).search([]).received_by, self.clerk
        )
        cashiers = Report.with_user(self.manager).search([]).received_by
        self.assertLessEqual(self.clerk | self.recovery, cashiers)

    def test_every_view(self):
        """KPI-07: every view opens with every role that has the report."""
        for model in _REPORTS:
            action = self.env.ref(f"utility_payments.utility_{model}_report_action")
            self.assertTrue(action.path)
            self.assertTrue(action.help)
            users = [self.manager, self.recovery]
            users += [self.clerk] if model == "payment" else []
            for user in users:
                Report = self.report(model, user)
                views = Report.get_views([*action.views, (False, "search")])["views"]
                self.assertEqual(set(views), {"pivot", "graph", "list", "search"})
                for kind in ("pivot", "graph"):
                    self._read_as(Report, etree.fromstring(views[kind]["arch"]))
                listed = etree.fromstring(views["list"]["arch"])
                names = {node.get("name"): {} for node in listed.xpath("//field")}
                self.assertTrue(Report.web_search_read([], names)["records"])
                self.assertTrue(hasattr(Report, listed.get("action")))
                self.assertSearchRuns(Report._name, action.search_view_id, user)

    def _read_as(self, Report, arch):
        """Read what a pivot or graph view reads at first."""
        groups = [
            node.get("name")
            + (f":{node.get('interval')}" if "interval" in node.attrib else "")
            for node in arch.xpath("//field[not(@type='measure')][not(@invisible)]")
        ]
        measures = [
            f"{node.get('name')}:{Report._fields[node.get('name')].aggregator}"
            for node in arch.xpath("//field[@type='measure']")
        ]
        self.assertTrue(groups)
        self.assertTrue(measures)
        grouping_sets = [groups[:count] for count in range(len(groups) + 1)]
        self.assertTrue(
            Report.formatted_read_grouping_sets(
                [], grouping_sets, [*measures, "__count"]
            )[-1]
        )


@tagged("post_install", "-at_install")
class TestFavourites(FavouriteChecks, ReportsCommon):
    def test_run(self):
        """KPI-07: every favourite that is shipped opens, for everybody."""
        models = [f"utility.{model}.report" for model in _REPORTS]
        self.assertFavouritesRun(models, self.manager, 7)

    def test_what_they_show(self):
        """KPI-07: the favourite of a report counts what was just recorded."""
        today = str(self.company._utility_today())
        self.make_bill(20, due_date=today, date=today)
        self.record_one(12.34)
        favourite = self.env.ref("utility_payments.ir_filters_collections_cashier_day")
        Report = self.report("payment")
        [(amount, count)] = Report._read_group(
            ast.literal_eval(favourite.domain), [], ["amount:sum", "__count"]
        )
        self.assertEqual((amount, count), (12.34, 1))
        favourite = self.env.ref("utility_payments.ir_filters_rate_time_category")
        groups = self.report("collection")._read_group(
            ast.literal_eval(favourite.domain),
            ["category"],
            ["amount:sum", "due_amount:sum", "collection_rate:avg"],
        )
        self.assertEqual(groups[-1], ("residential", 12.34, 20, 61.7))


@tagged("post_install", "-at_install")
class TestReportsTour(ReportsCommon, HttpCase):
    def test_open(self):
        """KPI-07: from the menu to a report, its favourite, and the records in it."""
        today = str(self.company._utility_today())
        self.make_bill(21, due_date=today, date=today)
        self.record_one(21)
        self.start_tour("/odoo", "utility_reports", login="utility_manager")
