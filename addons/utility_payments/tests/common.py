from contextlib import contextmanager

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class PaymentsCommon(AccountTestInvoicingCommon):
    """A company with a chart of accounts, a user of each role, and factories."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company._utility_setup()
        cls.clerk = cls._make_user("clerk", "group_customer_executive")
        cls.recovery = cls._make_user("recovery", "group_recovery_executive")
        cls.manager = cls._make_user("manager", "group_billing_manager")
        cls.other_manager = cls._make_user("other_manager", "group_billing_manager")
        cls.collector = cls._make_user("collector", "group_field_collector")
        cls.Payment = cls.env["account.payment"].with_user(cls.clerk)
        cls.account = cls.make_account("John Doe")

    @classmethod
    def _make_user(cls, login, group):
        return new_test_user(
            cls.env,
            login=f"utility_{login}",
            groups=group if "." in group else f"utility_consumers.{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_admin(cls):
        return cls._make_user("admin", "base.group_system")

    @classmethod
    def make_account(cls, name, **values):
        partner = cls.env["res.partner"].create({"name": name})
        return cls.env["utility.account"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, **values}
        )

    @classmethod
    def make_bill(cls, amount=145.50, account=None, kind="bill", **values):
        request = {
            "account": (account or cls.account).id,
            "kind": kind,
            "amount": amount,
            "date": "2024-01-01",
            "due_date": "2024-01-15",
            **values,
        }
        if kind == "service":
            request.setdefault("service_name", "Reconnection Fee")
        Move = cls.env["account.move"].with_user(cls.manager)
        outcome = Move.record_bills([request])[0]
        assert outcome["status"] == "posted", outcome
        return cls.env["account.move"].browse(outcome["move_id"])

    @classmethod
    def make_debt(cls, amount, account=None, **values):
        """Debt that no document tells of, as it is taken over from an older system."""
        account = account or cls.account
        other = cls.company_data["default_account_assets"]
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2024-01-01",
                "journal_id": cls.company_data["default_journal_misc"].id,
                "utility_account_id": account.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account._get_receivable_account().id,
                            "partner_id": account.commercial_partner_id.id,
                            "debit": amount,
                        }
                    ),
                    Command.create({"account_id": other.id, "credit": amount}),
                ],
                **values,
            }
        )
        entry.action_post()
        return entry

    def load(self, user, model, kind, records):
        """Open a view as the web client does; return the records that it reads."""
        Model = self.env[model].with_user(user)
        views = Model.get_views([(False, kind), (False, "search")], {"toolbar": True})
        arch = etree.fromstring(views["views"][kind]["arch"])
        fields = {}
        for node in arch.xpath("//field[not(ancestor::field)]"):
            inner = node.xpath(".//field")
            fields[node.get("name")] = (
                {"fields": {child.get("name"): {} for child in inner}} if inner else {}
            )
        return arch, Model.browse(records.ids).web_read(fields)

    @classmethod
    def request(cls, amount=145.50, **values):
        return {
            "account": cls.account.number,
            "amount": amount,
            "mode": "cash",
        } | values

    def record(self, *requests, user=None):
        """Record requests as the clerk; return the outcomes."""
        Payment = self.env["account.payment"].with_user(user or self.clerk)
        outcomes = Payment.record_collections(list(requests))
        self.env.flush_all()
        self.env.invalidate_all()
        return outcomes

    def record_one(self, amount=145.50, user=None, **values):
        """Record one request that must succeed; return outcome and payment."""
        outcome = self.record(self.request(amount, **values), user=user)[0]
        self.assertEqual(outcome["status"], "posted", outcome["error"])
        return outcome, self.env["account.payment"].browse(outcome["payment_id"])

    def assertRejected(self, code, request, user=None, text=""):
        """The request is rejected with this code and leaves nothing behind."""
        Payment = self.env["account.payment"]
        Move = self.env["account.move"]
        before = Payment.search_count([]), Move.search_count([])
        outcome = self.record(request, user=user)[0]
        self.assertEqual(outcome["status"], "rejected", outcome)
        self.assertEqual(outcome["error"]["code"], code, outcome["error"])
        self.assertTrue(outcome["error"]["message"].rstrip().endswith((".", ")")))
        self.assertIn(text, outcome["error"]["message"])
        self.assertFalse(outcome["payment_id"])
        self.assertEqual((Payment.search_count([]), Move.search_count([])), before)
        return outcome

    @contextmanager
    def assertRefused(self, error=UserError, text=""):
        """What is done inside is refused, with this in its sentence, and undone."""
        with self.assertRaises(error) as caught:
            yield caught
        self.assertIn(text, str(caught.exception))

    def assertLedgerSound(self):
        findings = self.company._utility_check_ledger()
        self.assertEqual([f for f in findings if f["level"] == "error"], [])

    def assertSearchRuns(self, model, search_view, user):
        """Every field, filter and group-by of a search view runs, as this user.

        :param str model: the model that is searched
        :param search_view: record of ir.ui.view
        :param user: whose rights and time zone count
        """
        Model = self.env[model].with_user(user)
        view = Model.get_views([(search_view.id, "search")])["views"]["search"]
        arch = etree.fromstring(view["arch"])
        for node in arch.xpath("//field"):
            Model.search([(node.get("name"), "ilike", "x")], limit=1)
        for node in arch.xpath("//filter"):
            if node.get("domain"):
                Model.search(safe_eval(node.get("domain"), {"uid": user.id}), limit=1)
            if node.get("date"):
                self.assertIn(node.get("date"), Model._fields)
            group = safe_eval(node.get("context") or "{}").get("group_by")
            if group:
                Model.formatted_read_group([], [group], ["__count"])
