from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import UtilityCommon

OPERATIONS = ("read", "write", "create", "unlink")
# Rights per model in the order collector, customer, recovery, billing manager;
# r read, w write, c create, d delete
MATRIX = {
    "utility.account": ("r", "rwc", "rwc", "rwcd"),
    "utility.area": ("r", "r", "r", "rwcd"),
    "utility.service": ("r", "r", "r", "rwcd"),
    "utility.account.tag": ("r", "r", "r", "rwcd"),
    "utility.bill.entry": ("", "", "", "rwcd"),
    "utility.bill.entry.line": ("", "", "", "rwcd"),
    "account.move": ("r", "r", "r", "r"),
    "account.move.line": ("r", "r", "r", "r"),
    "account.journal": ("r", "r", "r", "r"),
    "account.partial.reconcile": ("", "", "", ""),
    # Odoo lets every employee read the chart, not what is booked
    "account.account": ("r", "r", "r", "r"),
    "account.bank.statement.line": ("", "", "", ""),
    "ir.sequence": ("r", "r", "r", "rw"),
}


@tagged("post_install", "-at_install")
class TestAccessRights(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = (
            cls.field_collector,
            cls.customer_executive,
            cls.recovery_executive,
            cls.billing_manager,
        )
        cls.account = cls.make_account()
        cls.bill = cls.make_bill(cls.account)

    def test_matrix(self):
        """ROL-01: each role has the rights that are written down, no others."""
        letters = dict(zip(OPERATIONS, "rwcd", strict=True))
        for model, expected in MATRIX.items():
            for user, rights in zip(self.roles, expected, strict=True):
                found = "".join(
                    letters[operation]
                    for operation in OPERATIONS
                    if self.env[model].with_user(user).has_access(operation)
                )
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(found, rights)

    def test_roles_imply_each_other(self):
        """ROL-01: each role includes the one below; Admin includes them all."""
        for user, group, expected in (
            (self.recovery_executive, "customer_executive", True),
            (self.billing_manager, "recovery_executive", True),
            (self.settings_admin, "billing_manager", True),
            (self.customer_executive, "recovery_executive", False),
            (self.field_collector, "customer_executive", False),
        ):
            self.assertEqual(
                user.has_group(f"utility_consumers.group_{group}"), expected
            )

    def test_no_role_has_accounting_rights(self):
        """ROL-02: no role opens the company's books."""
        for user in self.roles:
            for group in ("invoice", "readonly", "user", "manager", "basic"):
                self.assertFalse(user.has_group(f"account.group_account_{group}"))

    def test_staff_see_documents_of_consumers_only(self):
        """ROL-01: staff read bills of consumers, no other entry of the company."""
        other = self.init_invoice(
            "out_invoice",
            partner=self.account.partner_id,
            amounts=[10],
            post=True,
            company=self.company,
        )
        Move = self.env["account.move"].with_user(self.customer_executive)
        self.assertEqual(
            Move.search([("id", "in", (self.bill | other).ids)]), self.bill
        )
        with self.assertRaises(AccessError):
            other.with_user(self.billing_manager).read(["name"])
        lines = (self.bill | other).line_ids
        found = lines.with_user(self.billing_manager).search([("id", "in", lines.ids)])
        self.assertEqual(found.move_id, self.bill)

    def test_collector_sees_the_assigned_only(self):
        """ROL-01: a Field Collector sees accounts assigned to them, nothing else."""
        Account = self.env["utility.account"].with_user(self.field_collector)
        account, bill = (
            record.with_user(self.field_collector)
            for record in (self.account, self.bill)
        )
        self.assertFalse(Account.search([("id", "=", account.id)]))
        for record in (account, bill, bill.line_ids):
            with self.assertRaises(AccessError):
                record.read(["display_name"])
        self.account.collector_id = self.field_collector
        self.assertEqual(Account.search([("id", "=", account.id)]), account)
        self.assertEqual(account.current_balance, 145.5)
        self.assertEqual(account.open_document_ids, bill)
        self.assertTrue(bill.read(["name"]))
        with self.assertRaises(AccessError):
            account.write({"number": "X"})

    def test_screens_open_for_each_role(self):
        """ROL-01: the screens of the product need no accounting rights."""
        self.account.collector_id = self.field_collector
        views = {
            "utility.account": ("list", "kanban", "form", "activity"),
            "account.move": ("list", "kanban", "form"),
        }
        for user in self.roles:
            for model, types in views.items():
                Model = self.env[model].with_user(user)
                for view_type in types:
                    prefix = model.replace(".", "_")
                    view = self.env.ref(f"utility_consumers.{prefix}_view_{view_type}")
                    arch = etree.fromstring(Model.get_view(view.id, view_type)["arch"])
                    record = self.account if model == "utility.account" else self.bill
                    with self.subTest(user=user.login, view=view.name):
                        # As the client: what is on the screen of this user.
                        record.with_user(user).read(
                            set(arch.xpath("//field[not(ancestor::field)]/@name"))
                        )

    def test_customer_executive_sees_no_books(self):
        """ROL-01: a user without any role sees nothing of ours."""
        nobody = self.make_user("nobody", groups=["base.group_user"])
        for record in (self.account, self.bill):
            with self.assertRaises(AccessError):
                record.with_user(nobody).read(["display_name"])
