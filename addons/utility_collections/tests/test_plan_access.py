"""T23: who may do what with payment plans, as a table, and by every way in."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.utility_payments.tests.rights_common import ROLES, RightsCommon

from .common import PlansCommon

# c(reate) r(ead) w(rite) d(elete) of each role, in the order above. Writing or deleting
# a plan is that of a draft; a collector has those of assigned consumers.
_MATRIX = {
    "utility.payment.plan": ("crwd", "crwd", "crwd", "crwd", "crw", "", "r"),
    "utility.payment.plan.installment": (
        "crwd",
        "crwd",
        "crwd",
        "crwd",
        "crwd",
        "",
        "r",
    ),
    "utility.payment.plan.cover": ("r", "r", "r", "r", "r", "", ""),
    "utility.payment.plan.event": ("r", "r", "r", "r", "r", "", ""),
    "utility.payment.plan.template": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.payment.plan.report": ("r", "r", "r", "r", "", "", ""),
}
# Screens and dialogs: one's own only; what their buttons do is checked there.
_DIALOGS = {
    "utility.payment.plan.automatic": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.payment.plan.cancel": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.payment.plan.reactivate": ("", "", "crwd", "crwd", "", "", ""),
    "utility.plan.setup": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.plan.setup.row": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.plan.sign": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
}
_AUTHORS = {"clerk", "recovery", "manager", "admin", "collector"}


@tagged("post_install", "-at_install")
class TestPlanAccess(RightsCommon, PlansCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The consumer, who reads plans online
        cls.account.partner_id = cls.users["portal"].partner_id
        cls.bill = cls.make_bill(202.50)
        cls.plan = cls.make_plan(cls.bill).with_env(cls.env)
        cls.other_bill = cls.make_bill(90)
        cls.draft = cls.make_plan(
            cls.other_bill,
            activate=False,
            frequency="custom",
            installment_ids=[
                Command.create({"due_date": cls.days(3), "amount": 40}),
                Command.create({"due_date": cls.days(9), "amount": 50}),
            ],
        ).with_env(cls.env)
        cls.draft.sudo().offered_on = cls.today
        cls.template = cls.env["utility.payment.plan.template"].create(
            {"name": "Rules", "company_id": cls.company.id}
        )

    # -------------------------------------------------------------------------
    # MATRIX
    # -------------------------------------------------------------------------

    def test_matrix_is_complete(self):
        """T23: every model of plans has a line in one of the tables."""
        models = {
            name
            for name in self.find_models("utility_collections")
            if name.startswith(("utility.payment.plan", "utility.plan."))
        }
        self.assertEqual(models, {*_MATRIX, *_DIALOGS})
        for name in models:
            with self.subTest(model=name):
                self.assertEqual(self.env[name].is_transient(), name in _DIALOGS)
                self.assertGlobalRule(
                    name, "create_uid" if name in _DIALOGS else "company_ids"
                )

    def test_matrix(self):
        """T23, ROL-01: each role has the rights of the table, no other."""
        self.assertRights(_MATRIX | _DIALOGS)

    def test_matrix_by_the_orm(self):
        """T23: what the table allows works, and what it doesn't is refused."""
        samples = {
            # record, values of a new one, a change
            "utility.payment.plan": (
                self.draft,
                {
                    "utility_account_id": self.account.id,
                    "covered_move_ids": self.other_bill.ids,
                    "first_due_date": self.today,
                },
                {"contact_mode": "phone"},
            ),
            "utility.payment.plan.installment": (
                self.draft.installment_ids[0],
                {"plan_id": self.draft.id, "amount": 1, "due_date": self.days(30)},
                {"amount": 2},
            ),
            "utility.payment.plan.cover": (
                self.plan.cover_ids,
                {
                    "plan_id": self.draft.id,
                    "line_id": self.other_bill.line_ids[0].id,
                },
                {"paid_amount": 67.5},
            ),
            "utility.payment.plan.event": (
                self.plan.event_ids[0],
                {"plan_id": self.plan.id, "kind": "paid"},
                {"note": "Changed"},
            ),
            "utility.payment.plan.template": (
                self.template,
                {"name": "New", "company_id": self.company.id},
                {"name": "Changed"},
            ),
            "utility.payment.plan.report": (
                self.env["utility.payment.plan.report"].search(
                    [("plan_id", "=", self.plan.id)], limit=1
                ),
                {"plan_id": self.plan.id},
                {"plan_id": self.draft.id},
            ),
        }
        self.assertEqual(set(samples), set(_MATRIX))
        self.assertRightsByTheOrm(_MATRIX, samples)

    def test_buttons(self):
        """T23: every button of a draft over RPC, by every role."""
        for name, record in (
            ("action_refresh", self.draft),
            ("action_activate", self.draft),
            ("action_cancel", self.draft),
            ("action_cancel", self.plan),
        ):
            allowed = {
                role
                for role in ROLES
                if self.attempt(
                    lambda role=role, record=record, name=name: getattr(
                        record.with_user(self.users[role]), name
                    )()
                )
            }
            with self.subTest(method=name, state=record.state):
                self.assertEqual(allowed, _AUTHORS)

    def test_import(self):
        """T23: a file makes drafts for who may make them, and nothing else."""
        columns = [
            "utility_account_id/.id",
            "covered_move_ids/.id",
            "first_due_date",
            "state",
        ]
        row = [
            str(self.account.id),
            str(self.other_bill.id),
            str(self.today),
            "active",
        ]
        for role, allowed in zip(ROLES, _MATRIX["utility.payment.plan"], strict=True):
            Plan = self.env["utility.payment.plan"].with_user(self.users[role])

            def load(Plan=Plan):
                done = Plan.load(columns, [row])
                if not done["ids"]:
                    raise UserError(done["messages"][0]["message"])
                self.assertEqual(Plan.browse(done["ids"]).state, "draft")

            with self.subTest(role=role):
                self.assertEqual(self.attempt(load), "c" in allowed)

    def test_import_changes_nothing_that_is_agreed(self):
        """PLN-02: state, amounts and what was paid don't change by a file."""
        for record, column, value in (
            (self.draft, "state", "active"),
            (self.plan, "installment_count", "9"),
            (self.plan, "amount_paid", "202.5"),
            (self.plan.installment_ids[0], "amount", "1"),
            (self.plan.installment_ids[0], "state", "paid"),
            (self.plan.cover_ids, "paid_amount", "202.5"),
        ):
            before = record.read([column])
            for role in ROLES:
                Model = record.browse().with_user(self.users[role])

                def load(Model=Model, record=record, column=column, value=value):
                    done = Model.load([".id", column], [[str(record.id), value]])
                    if not done["ids"]:
                        raise UserError(done["messages"][0]["message"])

                with self.subTest(record=record, role=role, column=column):
                    self.assertFalse(self.attempt(load))
                    self.assertEqual(record.read([column]), before)

    # -------------------------------------------------------------------------
    # WHOSE RECORDS
    # -------------------------------------------------------------------------

    def records(self):
        return (
            self.plan,
            self.draft,
            self.plan.installment_ids[0],
            self.plan.cover_ids,
            self.plan.event_ids[0],
        )

    def test_companies_are_apart(self):
        """ROL-04: another company's plans and templates don't exist for a user."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "plan_rights_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for record in (*self.records(), self.template):
            theirs = record.with_user(stranger)
            with self.subTest(record=record):
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                self.assertFalse(self.attempt(lambda r=theirs: r.read(["id"])))
        draft = self.draft.with_user(stranger)
        for name in ("action_activate", "action_cancel", "action_refresh"):
            self.assertFalse(self.attempt(getattr(draft, name)))
        # A company that is only named in the context isn't entered.
        draft = draft.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(self.attempt(draft.action_activate))

    def test_collector_sees_assigned_consumers_only(self):
        """ROL-01: plans of the accounts that the collector has, and no others."""
        for record in self.records():
            mine = record.with_user(self.collector)
            self.assertTrue(mine.search([("id", "=", record.id)]))
        self.account.collector_id = False
        for record in self.records():
            mine = record.with_user(self.collector)
            with self.subTest(record=record):
                self.assertFalse(mine.search([]))
                self.assertFalse(self.attempt(lambda r=mine: r.read(["id"])))
        self.assertFalse(
            self.attempt(self.draft.with_user(self.collector).action_activate)
        )
        with self.assertRefused(AccessError):
            self.make_plan(self.other_bill, activate=False, user=self.collector)

    def test_collector_at_the_door(self):
        """PLN-01: a collector makes, changes and signs the plan of a consumer."""
        plan = self.make_plan(self.other_bill, activate=False, user=self.collector)
        plan.installment_count = 2
        self.assertEqual(self.amounts(plan), [45.0, 45.0])
        plan.action_activate()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.sudo().requester_role, "customer_executive")

    def test_plans_of_the_counter_have_somebody_to_look_after(self):
        """PLN-05: the company's Recovery Executive, else who made it."""
        self.assertEqual(self.draft.user_id, self.recovery)
        plan = self.make_plan(self.other_bill, activate=False, user=self.clerk)
        self.assertEqual(plan.user_id, self.clerk)
        self.company.utility_plan_user_id = self.manager
        plan = self.make_plan(self.other_bill, activate=False, user=self.clerk)
        self.assertEqual(plan.user_id, self.manager)

    # -------------------------------------------------------------------------
    # RATINGS
    # -------------------------------------------------------------------------

    def test_ratings(self):
        """PLN-01, ROL-01: Billing Managers rate accounts, nobody else."""
        allowed = {
            role
            for role in ROLES
            if self.attempt(
                lambda role=role: self.account.with_user(self.users[role]).write(
                    {"credit_rating": "B", "rating_reason": "Guaranteed by the bank"}
                )
            )
        }
        self.assertEqual(allowed, {"manager", "admin"})
        Account = self.env["utility.account"].with_user(self.clerk)
        vals = {"consumer_name": "New Consumer", "company_id": self.company.id}
        with self.assertRefused(AccessError, "by a Billing Manager"):
            Account.create(vals | {"credit_rating": "A"})
        self.assertFalse(Account.create(vals).credit_rating)
        account = self.account.with_user(self.manager)
        with self.assertRefused(UserError, "together with its reason"):
            account.credit_rating = "A"
        account.write({"credit_rating": "A", "rating_reason": "Pays in advance"})
        self.assertEqual(self.account.credit_rating, "A")
