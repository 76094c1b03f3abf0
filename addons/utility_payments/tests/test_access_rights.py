from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PaymentsCommon

# Who may do what: c(reate) r(ead) w(rite) d(elete).
_MATRIX = {
    #                               customer  recovery  manager  collector  nobody
    "utility.payment.channel": ("r", "r", "crwd", "r", ""),
    "utility.payment.mode": ("r", "r", "crwd", "r", ""),
    "utility.payment.allocation": ("r", "r", "r", "r", ""),
    "utility.payment.event": ("r", "r", "r", "r", ""),
    "utility.payment.key": ("", "", "", "", ""),
    "utility.payment.report": ("r", "r", "r", "", ""),
    "utility.allocation.report": ("", "r", "r", "", ""),
    "utility.collection.report": ("", "r", "r", "", ""),
    "utility.receivable.report": ("", "r", "r", "", ""),
    "utility.payment.adjustment": ("crw", "crw", "crw", "r", ""),
    "utility.payment.adjustment.document": ("crwd", "crwd", "crwd", "r", ""),
    "utility.usage.event": ("", "", "r", "", ""),
    "utility.usage.subject": ("", "", "r", "", ""),
    "account.payment": ("r", "r", "r", "r", ""),
    "account.partial.reconcile": ("", "", "", "", ""),
    "account.bank.statement.line": ("", "", "", "", ""),
}
_OPERATIONS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestAccessRights(PaymentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = new_test_user(
            cls.env,
            "utility_nobody",
            groups="base.group_user",
            company_id=cls.company.id,
        )
        cls.bill = cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request(100)])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.adjustment = (
            cls.env["utility.payment.adjustment"]
            .with_user(cls.clerk)
            .create(
                {
                    "payment_id": cls.payment.id,
                    "kind": "reallocate",
                    "reason": "Another bill",
                    "document_ids": [Command.create({"move_id": cls.bill.id})],
                }
            )
        )

    def test_matrix(self):
        """ROL-01, ROL-02: each role has the rights of the matrix, no other."""
        roles = (self.clerk, self.recovery, self.manager, self.collector, self.nobody)
        for model, rights in _MATRIX.items():
            for user, allowed in zip(roles, rights, strict=True):
                Model = self.env[model].with_user(user)
                for letter, operation in _OPERATIONS.items():
                    with self.subTest(model=model, user=user.login, right=operation):
                        self.assertEqual(Model.has_access(operation), letter in allowed)

    def test_no_role_has_accounting_rights(self):
        """design.md, Rights: no role implies a group of Odoo's accounting."""
        for user in (self.clerk, self.recovery, self.manager, self.collector):
            for group in ("readonly", "basic", "invoice", "user", "manager"):
                xmlid = f"account.group_account_{group}"
                if self.env.ref(xmlid, raise_if_not_found=False):
                    self.assertFalse(user.has_group(xmlid), f"{user.login} {xmlid}")

    def test_staff_see_consumers_payments_only(self):
        """ROL-01: payments that aren't a consumer's stay with the accountants."""
        native = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner_a.id,
                "amount": 10,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        Payment = self.env["account.payment"].with_user(self.manager)
        found = Payment.search([])
        self.assertIn(self.payment, found)
        self.assertNotIn(native, found)
        with self.assertRaises(AccessError):
            native.with_user(self.manager).read(["amount"])

    def test_collector_sees_assigned_consumers_payments(self):
        """ROL-01: payments, allocations and events of assigned accounts only."""
        records = (
            self.payment,
            self.payment.allocation_ids,
            self.payment.event_ids,
            self.adjustment,
            self.adjustment.document_ids,
        )
        for record in records:
            self.assertFalse(record.with_user(self.collector).search([]))
        self.account.sudo().collector_id = self.collector
        for record in records:
            self.assertEqual(record.with_user(self.collector).search([]), record)

    def test_companies_are_apart(self):
        """ROL-04: another company's rows of each model don't exist for a user."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "utility_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        own_channel = self.env["utility.payment.channel"].create(
            {"name": "Own", "code": "own", "company_id": self.company.id}
        )
        modes = self.env["utility.payment.mode"].search(
            [("company_id", "=", self.company.id)]
        )
        for record in (
            self.payment,
            self.payment.allocation_ids,
            self.payment.event_ids,
            self.adjustment,
            self.adjustment.document_ids,
            own_channel,
            modes,
        ):
            found = record.with_user(stranger).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)
        shared = self.env.ref("utility_payments.channel_walk_in").with_user(stranger)
        self.assertEqual(shared.code, "walk_in")

    def test_collection_methods_are_private(self):
        """design.md: the stages can't be reached through RPC, the door can."""
        names = {
            name
            for name in dir(type(self.env["account.payment"]))
            if "collect" in name and not name.startswith("_")
        }
        reading = {"collection_charts", "collection_figures"}
        self.assertEqual(names - reading, {"record_collections"})
