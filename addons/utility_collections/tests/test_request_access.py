from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.rights_common import RightsCommon

from .request_common import RequestsCommon

# c(reate) r(ead) w(rite) d(elete) of clerk, recovery, manager, admin, collector,
# accountant and portal
_MATRIX = {
    "utility.service.request": ("crw", "crw", "crw", "crw", "rw", "", ""),
    "utility.service.request.category": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.procedure": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.schedule": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.step": ("r", "r", "r", "r", "r", "", ""),
    "utility.service.request.type": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.done": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.verify.contact": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
}
_GARBAGE = (False, None, "", 0, -1, 2**40, "x", 1.5, [], {}, [1], "'; --", True)


@tagged("post_install", "-at_install")
class TestRequestAccess(RightsCommon, RequestsCommon):
    """ROL-01, COL-05: who may do what with service requests."""

    def test_matrix(self):
        """ROL-01: each role has the rights of the table, no other."""
        self.assertRights(_MATRIX)

    def test_collector(self):
        """COL-05: collectors work on requests of their accounts, and see no others."""
        mine = self.make_request("visit").with_user(self.collector)
        self.assertEqual(mine.user_id, self.collector)
        other_account = self.make_account("Jane Roe")
        other = self.make_request(account=other_account).with_user(self.collector)
        Request = self.Request.with_user(self.collector)
        self.assertIn(mine, Request.search([]))
        self.assertNotIn(other, Request.search([]))
        for method in (
            "action_start",
            "action_wait",
            "action_next_step",
            "action_open_done",
            "action_cancel",
            "action_send_bills",
            "action_print_bills",
            "action_print_letter",
            "action_verify_contact",
            "action_follow_up",
            "action_view_consumer",
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(other, method)()
        with self.assertRaises(AccessError):
            other.action_done("reached")
        with self.assertRaises(AccessError):
            other.sudo().step_ids[0].with_user(self.collector).action_toggle()
        dialog = self.env["utility.verify.contact"].with_user(self.collector)
        with self.assertRaises(AccessError):
            dialog.create({"request_id": other.id, "phone": "1"}).action_confirm()
        mine.note = "The dog is friendly"
        with self.assertRefused(UserError, "ask the counter"):
            mine.user_id = self.clerk
        with self.assertRaises(AccessError):
            self.make_request(user=self.collector)
        self.assertTrue(mine.action_start())
        self.assertTrue(mine.action_done("reached", "Paid", "field"))

    def test_fields_of_the_machine(self):
        """COL-05: state, number and outcome follow from doors, not from writing."""
        request = self.make_request(
            state="done", outcome="reached", name="SR-1", origin="ladder", done_by=2
        )
        self.assertEqual(
            (request.state, request.outcome, request.origin, request.done_by.id),
            ("new", False, "manual", False),
        )
        self.assertNotEqual(request.name, "SR-1")
        forged = self.Request.with_user(self.clerk).with_context(
            default_state="done", default_name="SR-2", default_origin="ladder"
        )
        request = forged.create(
            {
                "utility_account_id": self.account.id,
                "type_id": request.type_id.id,
            }
        )
        self.assertEqual((request.state, request.origin), ("new", "manual"))
        for name, value in (
            ("state", "done"),
            ("outcome", "reached"),
            ("name", "SR-3"),
            ("utility_account_id", self.make_account("Jane Roe").id),
            ("origin", "schedule"),
            ("company_id", 1),
            ("no_such_field", 1),
        ):
            with self.subTest(name=name), self.assertRefused(UserError):
                request.write({name: value})

    def test_other_company(self):
        """COL-05: requests of another company are never seen nor opened."""
        company = self.setup_other_company()["company"]
        company._utility_setup()
        account = self.env["utility.account"].create(
            {"consumer_name": "Far Away", "company_id": company.id}
        )
        theirs = self.Request.create(
            {
                "utility_account_id": account.id,
                "type_id": self.Type._find("personal_call").id,
                "user_id": self.env["res.users"]
                .create(
                    {
                        "name": "Far",
                        "login": "far",
                        "company_id": company.id,
                        "company_ids": [Command.set(company.ids)],
                        "group_ids": [
                            Command.link(
                                self.env.ref(
                                    "utility_consumers.group_recovery_executive"
                                ).id
                            )
                        ],
                    }
                )
                .id,
            }
        )
        self.assertEqual(theirs.company_id, company)
        for user in (self.clerk, self.manager, self.collector):
            Request = self.Request.with_user(user)
            self.assertNotIn(theirs, Request.search([]))
            with self.assertRaises(AccessError):
                theirs.with_user(user).action_start()
        with self.assertRaises(AccessError):
            self.make_request(account=account)

    def test_garbage(self):
        """COL-05: whatever is sent is refused in a sentence, and changes nothing."""
        Request = self.Request.with_user(self.clerk)
        request_type = self.Type._find("personal_call")
        before = self.Request.search_count([])
        for value in _GARBAGE:
            for vals in (
                {"utility_account_id": value, "type_id": request_type.id},
                {"utility_account_id": self.account.id, "type_id": value},
                {
                    "utility_account_id": self.account.id,
                    "type_id": request_type.id,
                    "user_id": value,
                },
            ):
                # True and 1 are the same to Odoo's own fields
                if value is True or (value == [1] and "user_id" in vals):
                    continue
                with self.subTest(vals=vals):
                    self.assertFalse(self.attempt(lambda v=vals: Request.create(v)))
        self.assertEqual(self.Request.search_count([]), before)
        request = self.make_request()
        ask = self.account.with_user(self.clerk).action_new_request
        for value in _GARBAGE:
            with self.subTest(outcome=value):
                self.assertFalse(self.attempt(lambda v=value: request.action_done(v)))
            if value:
                with self.subTest(contact=value):
                    self.assertFalse(
                        self.attempt(
                            lambda v=value: request.action_done("reached", "", v)
                        )
                    )
                with self.subTest(code=value):
                    self.assertFalse(self.attempt(lambda v=value: ask(v)))
        self.assertEqual(request.state, "new")
