from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UtilityCommon

LIST_FIELDS = (
    "number",
    "consumer_name",
    "service_address",
    "phone",
    "category",
    "service_ids",
    "connection_state",
    "overdue_balance",
    "current_balance",
    "currency_id",
    "state",
)


@tagged("post_install", "-at_install")
class TestUtilityAccount(UtilityCommon):
    def test_defaults(self):
        """CON-01: a contact is enough; the rest has a default or a num format."""
        partner = self.env["res.partner"].create(
            {"name": "Ann Lee", "street": "1 Elm St", "city": "Springfield"}
        )
        account = self.env["utility.account"].create({"partner_id": partner.id})
        self.assertRegex(account.number, r"^WU-\d{5}$")
        self.assertIn("1 Elm St", account.service_address)
        self.assertEqual(account.connection_state, "connected")
        self.assertEqual(account.state, "active")
        self.assertEqual(account.category, "residential")
        self.assertEqual(account.date_opened, self.company._utility_today())
        self.assertEqual(account.display_name, f"Ann Lee ({account.number})")

    def test_one_contact_several_accounts(self):
        """CON-01: one contact can hold several accounts, each with its address."""
        first = self.make_account(service_address="1 Elm St")
        second = self.make_account(
            partner_id=first.partner_id.id, service_address="2 Oak St"
        )
        self.assertNotEqual(first.number, second.number)
        self.assertFalse(first.duplicate_account_ids)

    def test_possible_duplicates(self):
        """CON-01: the same consumer at the same address twice is pointed out."""
        first = self.make_account(service_address="1 Elm St")
        second = self.make_account(
            partner_id=first.partner_id.id, service_address="1 ELM ST"
        )
        self.assertEqual(first.duplicate_account_ids, second)
        second.action_close()
        first.invalidate_recordset()
        self.assertFalse(first.duplicate_account_ids)

    def test_contact_is_made_from_the_name(self):
        """CFG-04: a name is enough where no contact exists; blanks erase nothing."""
        account = self.make_account(
            "Grace Hopper", phone="+1 555 0100", email="grace@example.com"
        )
        self.assertEqual(account.partner_id.name, "Grace Hopper")
        self.assertEqual(account.partner_id.phone, "+1 555 0100")
        self.make_account(partner_id=account.partner_id.id, phone=False, email="")
        self.assertEqual(account.phone, "+1 555 0100")
        self.assertEqual(account.email, "grace@example.com")

    def test_number_is_unique_in_its_company(self):
        """CON-01: account numbers are unique, upper and lower case alike."""
        self.make_account(number="AB-1")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.make_account(number="ab-1")

    def test_number_of_another_system(self):
        """CFG-02: a number that came by import is skipped by the num format."""
        taken = self.env["ir.sequence"].search(
            [("code", "=", "utility.account"), ("company_id", "=", self.company.id)]
        )
        self.make_account(number=taken.utility_preview)
        account = self.make_account()
        self.assertEqual(account.number[:3], "WU-")
        self.assertNotEqual(account.number, taken.utility_preview)

    def test_blank_number(self):
        """CON-01: an account keeps a readable number."""
        account = self.make_account()
        with self.assertRaises(ValidationError):
            account.number = "  "

    def test_party_of_documents_stays(self):
        """CON-01: an account with documents isn't handed to another contact."""
        account = self.make_account()
        account.partner_id = self.env["res.partner"].create({"name": "Before"})
        self.make_bill(account)
        with self.assertRaisesRegex(UserError, "open a new account"):
            account.partner_id = self.env["res.partner"].create({"name": "After"})

    def test_unlink_with_documents(self):
        """CON-01: an account with documents is closed, not deleted."""
        account = self.make_account()
        self.make_bill(account)
        with self.assertRaisesRegex(UserError, "close it instead"):
            account.unlink()
        self.make_account().unlink()

    def test_close_and_reopen(self):
        """CON-01, REC-14: closing keeps what is open; reopening undoes it."""
        account = self.make_account()
        self.make_bill(account, 20)
        account.action_close()
        self.assertEqual(account.state, "closed")
        self.assertEqual(account.date_closed, self.company._utility_today())
        self.assertEqual(account.payoff_balance, 20)
        self.make_bill(account, 5)
        account.action_reopen()
        self.assertEqual((account.state, account.date_closed), ("active", False))

    def test_find_by_numbers(self):
        """CON-02: numbers are found in one query, case-insensitively."""
        first, second = self.make_account(), self.make_account()
        numbers = [first.number.lower(), second.number, "nowhere"]
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["utility.account"]._find_by_numbers(numbers, self.company)
        self.assertEqual(found, {first.number.lower(): first, second.number: second})

    def test_lock_accounts(self):
        """REC-13: locking counts the version up, in id order, for all at once."""
        accounts = self.make_account() | self.make_account()
        before = accounts.mapped("lock_version")
        accounts._lock_accounts()
        self.assertEqual(
            accounts.mapped("lock_version"), [version + 1 for version in before]
        )
        self.env["utility.account"]._lock_accounts()

    def test_form(self):
        """CON-03: after a contact is chosen its details show at once."""
        partner = self.env["res.partner"].create(
            {"name": "Ann Lee", "phone": "555", "street": "1 Elm St"}
        )
        with Form(
            self.env["utility.account"].with_user(self.customer_executive)
        ) as form:
            form.partner_id = partner
            self.assertEqual(form.phone, "555")
            self.assertIn("1 Elm St", form.service_address)
            account = form.save()
        self.assertTrue(account.number)

    def test_open_items(self):
        """CON-06: the page shows what is open, oldest due first."""
        account = self.make_account()
        late = self.make_bill(account, 10, date="2025-02-01", due_date="2025-02-15")
        later = self.make_charge(account, 5, date="2025-03-01")
        paid = self.make_bill(account, 20, date="2025-01-01")
        (self.receivable_line(paid) | self.make_credit(account, 20)).reconcile()
        self.assertEqual(account.open_document_ids.ids, [late.id, later.id])
        self.assertEqual(account.open_bill_count, 2)
        self.assertEqual(account.document_count, 3)
        action = account.action_open_documents()
        self.assertEqual(self.env["account.move"].search_count(action["domain"]), 3)

    def test_actions(self):
        """CON-06: the buttons of the page open the right things."""
        account = self.make_account(service_address="1 Elm St & Oak")
        self.assertIn("1+Elm+St+%26+Oak", account.action_open_map()["url"])
        action = account.with_context(utility_kind="service").action_new_document()
        self.assertEqual(
            action["context"],
            {"default_account_id": account.id, "default_kind": "service"},
        )
        self.assertIn(account.id, account.action_open_duplicates()["domain"][0][2])

    def test_list_cost_does_not_grow(self):
        """CON-04: a list of 50 accounts takes the queries of a list of one."""
        accounts = self.env["utility.account"].create(
            [{"consumer_name": f"Consumer {index}"} for index in range(50)]
        )
        self.env["account.move"].record_bills(
            [{"account": account.id, "amount": 10} for account in accounts]
        )
        counts = []
        Account = self.env["utility.account"].with_user(self.customer_executive)
        specification = {name: {} for name in LIST_FIELDS}
        for ids in (accounts[:1].ids, accounts[:1].ids, accounts.ids):
            Account.web_search_read([("id", "in", ids)], specification)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Account.web_search_read([("id", "in", ids)], specification)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[-1], counts[-2])

    def test_page_cost_does_not_grow_with_history(self):
        """CON-06: the page's figures don't take more queries with more history."""
        short, long = self.make_account(), self.make_account()
        self.make_bill(short, 10)
        self.env["account.move"].record_bills(
            [{"account": long.id, "amount": 10} for _index in range(20)]
        )
        counts = []
        for account in (short, short, long):
            names = ["open_document_ids", "document_count", *LIST_FIELDS]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            account.with_user(self.customer_executive).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[-1], counts[-2])
