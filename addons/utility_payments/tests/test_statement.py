import random
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .documents_common import DocumentsCommon

REPORT = "utility_payments.report_statement"


class StatementCommon(DocumentsCommon):
    report = REPORT

    def ask(
        self, accounts=None, date_from="2024-01-01", date_to="2024-12-31", **values
    ):
        """A request for statements, as the clerk unless told otherwise."""
        user = values.pop("user", self.clerk)
        return (
            self.env["utility.statement"]
            .with_user(user)
            .with_context(force_report_rendering=True)
            .create(
                {
                    "account_ids": [Command.set((accounts or self.account).ids)],
                    "period": "custom",
                    "date_from": date_from,
                    "date_to": date_to,
                    **values,
                }
            )
        )

    def pdf(self, request):
        return super().pdf(request, request.env.user)

    def statement(self, date_from, date_to, account=None):
        account = account or self.account
        return account.sudo()._get_statements(
            date.fromisoformat(str(date_from)), date.fromisoformat(str(date_to))
        )[account.id]

    def pay(self, amount, day, **values):
        return self.record_one(
            amount, date=str(day), user=self.manager, note="Back-dated", **values
        )[1]


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    def test_period(self):
        """DOC-05: opening, each document and payment, running and closing balance."""
        old = self.make_bill(100, date="2023-12-01", due_date="2023-12-15")
        bill = self.make_bill(
            145.50,
            date="2024-01-02",
            period_start="2024-01-01",
            period_end="2024-01-31",
        )
        charge = self.make_bill(25, kind="service", date="2024-01-10")
        payment = self.pay(120, "2024-01-20")
        self.make_bill(7, date="2024-02-01", due_date="2024-02-15")
        result = self.statement("2024-01-01", "2024-01-31")
        self.assertEqual(result["opening"], 100)
        self.assertEqual(
            [(line["document"], line["balance"]) for line in result["lines"]],
            [
                (bill.name, Decimal("245.50")),
                (charge.name, Decimal("270.50")),
                (payment.receipt_number, Decimal("150.50")),
            ],
        )
        self.assertEqual(
            [line["group"] for line in result["lines"]], ["bill", "service", "payment"]
        )
        self.assertEqual(result["closing"], Decimal("150.50"))
        self.assertEqual(result["totals"]["payment"], -120)
        # The oldest bill was paid first; 20 of the payment went to the second
        self.assertNotIn(old.name, [i["document"] for i in result["open_items"]])
        self.assertEqual(result["owed"], Decimal("150.50"))
        self.assertEqual(self.account.payoff_balance, 157.50)

    def test_open_items_are_those_of_the_last_day(self):
        """DOC-05: what was paid later is still open on an earlier statement."""
        bill = self.make_bill(100, date="2024-01-02", due_date="2024-01-15")
        self.pay(60, "2024-02-10")
        early = self.statement("2024-01-01", "2024-01-31")
        self.assertEqual(early["open_items"][0]["document"], bill.name)
        self.assertEqual(early["open_items"][0]["residual"], 100)
        self.assertEqual(early["open_items"][0]["days"], 16)
        self.assertEqual(early["ageing"]["to_30"], 100)
        late = self.statement("2024-02-01", "2024-03-31")
        self.assertEqual(late["opening"], 100)
        self.assertEqual(late["open_items"][0]["residual"], 40)
        self.assertEqual(late["ageing"]["to_90"], 40)

    def test_credit(self):
        """DOC-05: what was paid too much is credit, and closes below zero."""
        self.pay(30, "2024-01-05")
        result = self.statement("2024-01-01", "2024-01-31")
        self.assertEqual(result["closing"], -30)
        self.assertEqual(result["credit"], 30)
        self.assertEqual(result["owed"], 0)
        self.assertIn("We owe you this amount", self.pdf(self.ask())[0])

    def test_entry_without_effect_is_no_line(self):
        """DOC-05: an entry that leaves the debt as it was isn't on the statement."""
        self.pay(30, "2024-01-05")
        receivable = self.account.commercial_partner_id.with_company(
            self.company
        ).property_account_receivable_id
        self.env["account.move"].sudo()._book_corrections(
            [
                {
                    "account": self.account,
                    "date": date(2024, 1, 6),
                    "ref": "Frees money",
                    "lines": [
                        {"account_id": receivable.id, "balance": 10, "name": "a"},
                        {"account_id": receivable.id, "balance": -10, "name": "b"},
                    ],
                }
            ]
        )
        result = self.statement("2024-01-01", "2024-01-31")
        self.assertEqual(len(result["lines"]), 1)
        self.assertEqual(result["closing"], -30)

    def test_accounts_of_one_consumer_stay_apart(self):
        """DOC-05: the statement is of the account, not of the contact."""
        other = self.env["utility.account"].create(
            {"partner_id": self.account.partner_id.id, "company_id": self.company.id}
        )
        self.make_bill(10, date="2024-01-02")
        self.make_bill(99, account=other, date="2024-01-02")
        self.assertEqual(self.statement("2024-01-01", "2024-01-31")["closing"], 10)
        self.assertEqual(
            self.statement("2024-01-01", "2024-01-31", other)["closing"], 99
        )

    def test_closing_is_the_payoff(self):
        """DOC-05: after anything that happens, on each day: closing = payoff = open
        items less credits = opening of the next day; and lines bridge the two ends.
        """
        seed = random.Random(20250420)
        first = date(2024, 1, 1)
        accounts = self.account | self.make_account("Jane Roe")
        days = sorted(first + timedelta(seed.randrange(80)) for _n in range(26))
        for day in days:
            account = seed.choice(accounts)
            with freeze_time(f"{day} 12:00:00"):
                if seed.random() < 0.5:
                    self.make_bill(
                        seed.randrange(100, 20000) / 100,
                        account=account,
                        kind=seed.choice(["bill", "service"]),
                        date=str(day),
                        due_date=str(day + timedelta(seed.randrange(40))),
                    )
                else:
                    self.record_one(
                        seed.randrange(100, 9000) / 100, account=account.number
                    )
                self.env.invalidate_all()
                for each in accounts:
                    result = self.statement(first, day, each)
                    self.assertAlmostEqual(
                        float(result["closing"]), each.payoff_balance, 2
                    )
                    self.assertAlmostEqual(
                        float(result["credit"]), each.credit_balance, 2
                    )
        for each in accounts:
            for _n in range(12):
                start, middle, end = sorted(
                    first + timedelta(seed.randrange(90)) for _n in range(3)
                )
                whole = self.statement(start, end, each)
                left = self.statement(start, middle, each)
                right = self.statement(middle + timedelta(1), end, each)
                self.assertEqual(left["closing"], right["opening"])
                self.assertEqual(right["closing"], whole["closing"])
                for result in (whole, left, right):
                    self.assertEqual(
                        result["closing"],
                        result["opening"] + sum(result["totals"].values()),
                    )
                    self.assertEqual(
                        result["closing"], result["owed"] - result["credit"]
                    )
        together = accounts.sudo()._get_statements(first, days[-1])
        for each in accounts:
            self.assertEqual(together[each.id], self.statement(first, days[-1], each))

    def test_queries(self):
        """DOC-05: many accounts are read with as many queries as one."""
        accounts = self.account
        for index in range(6):
            account = self.make_account(f"Consumer {index}")
            self.make_bill(10 + index, account=account, date="2024-01-02")
            accounts |= account
        self.make_bill(10, date="2024-01-02")

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.sudo()._get_statements(date(2024, 1, 1), date(2024, 1, 31))
            return self.env.cr.sql_log_count - before

        count(accounts[:1])
        self.assertLessEqual(count(accounts), count(accounts[:1]) + 1)


@tagged("post_install", "-at_install")
class TestStatementRequest(StatementCommon):
    def test_presets(self):
        """DOC-05: this month and this year end today; last month is whole."""
        self.company.partner_id.tz = "America/Chicago"
        context = {"default_account_ids": self.account.ids}
        Request = self.env["utility.statement"].with_user(self.clerk)
        # It is still February in Chicago.
        with freeze_time("2024-03-01 03:00:00"):
            form = Form(Request.with_context(**context))
            self.assertEqual(str(form.date_from), "2024-02-01")
            self.assertEqual(str(form.date_to), "2024-02-29")
            form.period = "last_month"
            self.assertEqual(str(form.date_from), "2024-01-01")
            self.assertEqual(str(form.date_to), "2024-01-31")
            form.period = "this_year"
            self.assertEqual(str(form.date_from), "2024-01-01")
            self.assertEqual(str(form.date_to), "2024-02-29")
            form.period = "custom"
            form.date_from = "2023-05-05"
            request = form.save()
        self.assertEqual(str(request.date_from), "2023-05-05")
        self.assertEqual(str(request.date_to), "2024-02-29")

    def test_bad_periods(self):
        """DOC-05: one clear sentence for an end before the begin, or after today."""
        with self.assertRefused(ValidationError, "choose a later last day"):
            self.ask(date_from="2024-02-01", date_to="2024-01-31")
        with self.assertRefused(ValidationError, "after today"):
            self.ask(date_to="2999-01-01")
        with self.assertRefused(ValidationError, "first and a last day"):
            self.ask(date_from=False)
        self.ask(date_from="2024-01-31", date_to="2024-01-31")

    def test_paper(self):
        """DOC-05: the PDF shows the account, the lines, what is open and its age."""
        self.account.service_address = "123 Main Street, Cityville"
        bill = self.make_bill(date="2024-01-02")
        payment = self.pay(100, "2024-01-20")
        pages = self.pdf(self.ask(date_to="2024-02-29"))
        self.assertEqual(len(pages), 1)
        for text in (
            self.company.name,
            self.account.number,
            "John Doe",
            "123 Main Street, Cityville",
            "01/01/2024 - 02/29/2024",
            "Opening balance",
            bill.name,
            payment.receipt_number,
            "145.50",
            "45.50",
            "Closing balance",
            "31 to 60 days",
        ):
            with self.subTest(text=text):
                self.assertIn(text, pages[0])

    def test_many_accounts_in_one_file(self):
        """DOC-05: accounts chosen in the list are one PDF, each on a page of its own,
        in its consumer's language.
        """
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments"], ["fr_FR"], overwrite=True
        )
        other = self.make_account("Jeanne Roux")
        other.partner_id.lang = "fr_FR"
        self.make_bill(10, date="2024-01-02")
        self.make_bill(99, account=other, date="2024-01-02")
        pages = self.pdf(self.ask(self.account | other))
        self.assertEqual(len(pages), 2)
        self.assertIn("John Doe", pages[0])
        self.assertIn("Opening balance", pages[0])
        self.assertIn("Jeanne Roux", pages[1])
        self.assertIn("Solde d'ouverture", pages[1].replace("’", "'"))
        self.assertIn("02/01/2024", pages[1])

    def test_long_statement(self):
        """DOC-05: a year of lines runs over pages; none is lost."""
        bills = [
            self.make_bill(
                10 + n,
                date=str(date(2024, 1, 1) + timedelta(4 * n)),
                due_date="2024-12-01",
            )
            for n in range(70)
        ]
        pages = self.pdf(self.ask())
        self.assertGreaterEqual(len(pages), 2)
        text = " ".join(pages)
        for bill in bills:
            self.assertIn(bill.name, text)

    def test_rights(self):
        """DOC-05, ROL-01: collectors see their consumers' statements; others none."""
        self.make_bill(date="2024-01-02")
        other = self.make_account("Jane Roe")
        self.account.collector_id = self.collector
        self.assertIn("John Doe", self.pdf(self.ask(user=self.collector))[0])
        for accounts in (other, self.account | other):
            with self.assertRaises(AccessError):
                self.ask(accounts, user=self.collector)
        # An account that was handed to a colleague meanwhile
        request = self.ask(user=self.collector)
        self.account.collector_id = False
        for action in ("print", "download", "view", "send"):
            with self.assertRaises(AccessError):
                getattr(request, f"action_{action}")()
        with self.assertRaises(AccessError):
            self.pdf(request)
        portal = new_test_user(self.env, "utility_portal", groups="base.group_portal")
        plain = new_test_user(self.env, "utility_plain", groups="base.group_user")
        request = self.ask()
        for user in (portal, plain, self.env.ref("base.public_user"), self.collector):
            with self.assertRaises(AccessError):
                request.with_user(user).action_print()
            with self.assertRaises(AccessError):
                self.pdf(request.with_user(user))
        for user in (portal, plain):
            with self.assertRaises(AccessError):
                self.ask(user=user)

    def test_actions(self):
        """DOC-06: print, download and preview from the consumer's page or the list."""
        action = self.account.with_user(self.clerk).action_statement()
        self.assertEqual(action["target"], "new")
        self.assertEqual(action["context"]["default_account_ids"], self.account.ids)
        request = self.ask()
        self.assertIn(f"{REPORT}/{request.id}", request.action_print()["url"])
        self.assertEqual(request.action_download()["report_type"], "qweb-pdf")
        self.assertEqual(request.action_view()["report_type"], "qweb-html")
        html = request.env["ir.actions.report"]._render_qweb_html(REPORT, request.ids)
        self.assertIn("Preview", html[0].decode())

    def test_mail(self):
        """DOC-06: each consumer gets the own statement, in the own language; who has
        no address is named.
        """
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments"], ["es_ES"], overwrite=True
        )
        self.account.write({"email": "john@example.com"})
        self.account.partner_id.lang = "es_ES"
        other = self.make_account("Jane Roe")
        self.make_bill(10, date="2024-01-02")
        self.make_bill(99, account=other, date="2024-01-02")
        action = self.ask(self.account | other).action_send()
        self.assertIn("john@example.com", action["params"]["message"])
        self.assertIn("Jane Roe", action["params"]["message"])
        mail = self.env["mail.mail"].search(
            [("model", "=", "utility.account"), ("res_id", "=", self.account.id)]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "john@example.com")
        self.assertIn("01/01/2024", mail.body_html)
        self.assertIn("31/12/2024", mail.body_html)
        self.assertIn("va adjunto", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertTrue(mail.attachment_ids.name.endswith(".pdf"))
        reader = PdfReader(BytesIO(mail.attachment_ids.raw))
        text = " ".join(
            word for page in reader.pages for word in page.extract_text().split()
        )
        self.assertIn("Saldo inicial", text)
        self.assertNotIn("Jane", text)
        with self.assertRefused(UserError, "Jane Roe"):
            self.ask(other).action_send()
