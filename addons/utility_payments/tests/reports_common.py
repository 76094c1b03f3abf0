import ast
import json
from collections import defaultdict

import pytz

from odoo import Command, fields
from odoo.tests import new_test_user

from .adjustment_common import AdjustmentsCommon


class ReportsCommon(AdjustmentsCommon):
    """Months of mixed events in two companies, and how reports are recounted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_backdate_days = 10_000
        cls.area = cls.env["utility.area"].create(
            {"name": "North", "code": "N", "company_id": cls.company.id}
        )
        cls.jane = cls.make_account("Jane Roe", category="commercial")
        cls.jane.area_id = cls.area
        cls.other = cls.setup_other_company()["company"]
        cls.other._utility_setup()
        cls.other.utility_backdate_days = 10_000
        cls.dora = cls.make_account("Dora Dean", company_id=cls.other.id)
        cls.both = cls.company | cls.other
        cls.chief = new_test_user(
            cls.env,
            login="utility_chief",
            groups="utility_consumers.group_billing_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.both.ids)],
            tz="Asia/Kolkata",
        )
        cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.37)])

    def setUp(self):
        super().setUp()
        self.first = self.make_bill(100)
        self.make_bill(40, kind="service", date="2024-02-01", due_date="2024-02-20")
        self.large = self.make_bill(
            300, account=self.jane, date="2024-02-05", due_date="2024-03-01"
        )
        self.small = self.make_bill(
            80, account=self.jane, date="2024-03-10", due_date="2024-04-01"
        )
        self.make_bill(55.55, account=self.jane, due_date="2100-01-01")
        jane = self.jane.number
        self.record_one(60, date="2024-01-11")
        # Over-paid: what is left is credit
        self.record_one(
            130, user=self.recovery, date="2024-02-10", tendered=130, excess="credit"
        )
        _outcome, returned = self.record_one(
            50, account=jane, date="2024-02-20", mode="cheque", reference="C-1"
        )
        self.adjust(returned, reversal_kind="returned")
        _outcome, wrong = self.record_one(33, account=jane, date="2024-02-21")
        self.adjust(wrong, reversal_kind="wrong_entry")
        _outcome, moved = self.record_one(70, account=jane, date="2024-03-15")
        self.adjust(moved, "reallocate", documents=[self.small])
        self.record_one(20, account=jane, date="2024-03-20", currency="EUR")
        self._fail_attempt()
        self._in_other_company()
        # What was paid before is now counted as industrial
        self.jane.category = "industrial"
        self.env.flush_all()
        self.env.invalidate_all()

    def _fail_attempt(self):
        """As a gateway leaves it: a payment without an entry."""
        card = self.modes["credit_card"]
        self.env["account.payment"].sudo().create(
            {
                "utility_account_id": self.account.id,
                "partner_id": self.account.partner_id.id,
                "utility_state": "failed",
                "utility_type": "bill",
                "mode_id": card.id,
                "journal_id": card.journal_id.id,
                "amount": 99,
                "date": "2024-03-21",
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )

    def _in_other_company(self):
        Move = self.env["account.move"].with_user(self.chief).with_company(self.other)
        bill = Move.record_bills(
            [
                {
                    "account": self.dora.id,
                    "kind": "bill",
                    "amount": 45,
                    "date": "2024-03-01",
                    "due_date": "2024-03-21",
                }
            ]
        )[0]
        self.assertEqual(bill["status"], "posted", bill)
        Payment = self.env["account.payment"].with_user(self.chief)
        outcome = Payment.with_company(self.other).record_collections(
            [
                {
                    "account": self.dora.id,
                    "amount": 7,
                    "mode": "cash",
                    "date": "2024-03-03",
                }
            ]
        )[0]
        self.assertEqual(outcome["status"], "posted", outcome)

    # -------------------------------------------------------------------------
    # RECOUNT
    # -------------------------------------------------------------------------

    def report(self, model, user=None, companies=None):
        """A report as somebody sees it with these companies switched on."""
        user = user or self.chief
        companies = companies or self.company
        return (
            self.env[f"utility.{model}.report"]
            .with_user(user)
            .with_context(allowed_company_ids=companies.ids, tz=user.tz)
        )

    def payments(self, companies=None):
        """All payments of consumers, whatever became of them."""
        return (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "!=", False),
                    ("company_id", "in", (companies or self.company).ids),
                ]
            )
        )

    def collected(self, companies=None):
        """KPI-01, told anew."""
        return self.payments(companies).filtered(
            lambda pay: (
                pay.payment_type == "inbound"
                and pay.utility_state in ("posted", "returned")
            )
        )

    def due(self, companies=None):
        """KPI-03, told anew."""
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("utility_kind", "!=", False),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("company_id", "in", (companies or self.company).ids),
                ]
            )
        )

    def local(self, moment):
        """A moment in the time zone of the chief."""
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.chief.tz))

    @staticmethod
    def month(day):
        return fields.Date.start_of(day, "month")

    def assertGroups(self, Report, groupby, aggregates, rows, key, values, domain=()):
        """A grouped report equals what is counted row by row, to the cent.

        :param Report: as in `report`
        :param rows: records to count anew
        :param key: function of such a record: what it is grouped by
        :param values: functions of a list of records, one for each aggregate
        """
        expected = defaultdict(list)
        for row in rows:
            expected[key(row)].append(row)
        found = {
            group: numbers
            for group, *numbers in Report._read_group(domain, [groupby], aggregates)
        }
        with self.subTest(report=Report._name, groupby=groupby):
            self.assertEqual(
                {group or False for group in found},
                {group or False for group in expected},
            )
            for group, group_rows in expected.items():
                self.assertNumbers(
                    found.get(group, found.get(False)),
                    [function(group_rows) for function in values],
                    group,
                )

    def assertNumbers(self, found, expected, what):
        for value, wanted in zip(found, expected, strict=True):
            if wanted is False:
                self.assertFalse(value, what)
            else:
                self.assertAlmostEqual(float(value or 0), wanted, places=6, msg=what)


class FavouriteChecks:
    """Proves that the favourites of an add-on open."""

    def assertFavouritesRun(self, models, user, count):
        """Domain, groups, measures and order of each are those of its model."""
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.filters"),
                # An add-on above may add its own to reports of one below.
                ("module", "=", type(self).__module__.split(".")[2]),
                (
                    "res_id",
                    "in",
                    self.env["ir.filters"].search([("model_id", "in", models)]).ids,
                ),
            ]
        )
        self.assertEqual(len(data), count)
        self.assertTrue(all(row.noupdate for row in data))
        for favourite in self.env["ir.filters"].browse(data.mapped("res_id")):
            with self.subTest(favourite=favourite.name):
                self.assertFalse(favourite.user_ids)
                self._run_favourite(favourite, user)

    def _run_favourite(self, favourite, user):
        Model = self.env[favourite.model_id].with_user(user)
        action = self.env["ir.actions.act_window"].browse(favourite.action_id.id)
        self.assertEqual(action.res_model, favourite.model_id)
        shown = self.env["ir.filters"].with_user(user)
        shown = shown.get_filters(favourite.model_id, action.id)
        self.assertIn(favourite.id, [row["id"] for row in shown])
        domain = ast.literal_eval(favourite.domain)
        context = ast.literal_eval(favourite.context)
        order = ", ".join(json.loads(favourite.sort))
        Model.search(domain, order=order or None, limit=80).mapped("display_name")
        views = Model.get_views([*action.views, (False, "search")])
        fields = views["models"][favourite.model_id]["fields"]
        measures = [
            name if name == "__count" else f"{name}:{fields[name]['aggregator']}"
            for name in {*context["pivot_measures"], context["graph_measure"]}
        ]
        for name in context["pivot_measures"]:
            # The client offers as measures what is stored and has an aggregator
            self.assertTrue(name == "__count" or fields[name]["store"], name)
        rows, columns = context["pivot_row_groupby"], context["pivot_column_groupby"]
        sets = [rows + columns, rows, columns, []]
        Model.formatted_read_grouping_sets(domain, sets, measures)
        for groupby in (context["group_by"], context["graph_groupbys"]):
            for group in groupby:
                self.assertTrue(fields[group.split(":")[0]]["groupable"], group)
            Model.formatted_read_group(domain, groupby, measures)
        Model.web_read_group(domain, context["group_by"][:1], measures)
