from contextlib import suppress
from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PlansCommon

_TERMS = (
    "contact_mode",
    "covered_move_ids",
    "down_payment",
    "first_due_date",
    "frequency",
    "installment_count",
    "installment_ids",
    "previous_id",
    "template_id",
    "user_id",
    "utility_account_id",
)
_ids = st.one_of(st.integers(-5, 5), st.integers(-(10**20), 10**20))
_garbage = st.one_of(
    st.none(),
    st.booleans(),
    _ids,
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=10),
    st.binary(max_size=5),
    st.decimals(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.lists(st.one_of(st.text(max_size=5), _ids, st.none()), max_size=3),
    st.lists(st.tuples(st.integers(-1, 7), _ids, st.lists(_ids, max_size=2))),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            _ids,
            st.fixed_dictionaries({"amount": st.floats(), "due_date": st.text()}),
        ),
        max_size=2,
    ),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(
        ["1e999999", "NaN", "-0", "custom", "monthly", "\0", "2024-02-30", "0001-01-01"]
    ),
)
_rubbish = st.dictionaries(
    st.sampled_from(_TERMS), _garbage, min_size=1, max_size=len(_TERMS)
)
_profile = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@tagged("post_install", "-at_install")
class TestPlanGarbage(PlansCommon):
    """PLN-01: whatever another program sends is a plan, or a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)
        cls.vals = {
            "utility_account_id": cls.account.id,
            "covered_move_ids": cls.bill.ids,
            "installment_count": 3,
            "frequency": "monthly",
            "first_due_date": str(cls.today),
        }

    def attempt(self, function):
        """Do it; a refusal has a sentence for users. Return what was done."""
        try:
            with self.cr.savepoint():
                result = function()
                self.env.flush_all()
                return result
        except (UserError, AccessError) as error:
            self.assertTrue(str(error).strip())
            self.env.invalidate_all()
            return None

    def assertRefusedTerm(self, text, **values):
        with self.assertRefused(ValidationError, text), self.cr.savepoint():
            self.Plan.create(self.vals | values)

    # -------------------------------------------------------------------------
    # ANYTHING
    # -------------------------------------------------------------------------

    @_profile
    @given(rubbish=_rubbish)
    def test_create(self, rubbish):
        """PLN-01: a plan of rubbish is sound, or isn't made."""
        plan = self.attempt(lambda: self.Plan.create(self.vals | rubbish))
        if plan:
            self.assertEqual(plan.state, "draft")
            self.assertEqual(plan.covered_move_ids, self.bill)
            self.assertPlanSound(plan)
            self.attempt(plan.action_activate)
            self.assertPlanSound(plan)
            if plan.state == "active":
                plan.action_cancel()

    @_profile
    @given(rubbish=_rubbish)
    def test_write(self, rubbish):
        """PLN-01: a change of rubbish is sound, or leaves the draft as it was."""
        plan = self.Plan.create(self.vals)
        before = plan.read()[0]
        if not self.attempt(lambda: plan.write(rubbish)):
            self.assertEqual(plan.read()[0], before)
        self.assertEqual(plan.state, "draft")
        self.assertPlanSound(plan)

    @_profile
    @given(rubbish=st.one_of(_garbage, st.lists(_garbage, max_size=2)))
    def test_no_values_at_all(self, rubbish):
        """PLN-01: what isn't even a dictionary."""
        before = self.Plan.search_count([])
        with suppress(TypeError):
            self.attempt(lambda: self.Plan.create(rubbish))
        self.assertEqual(self.Plan.search_count([]), before)

    @_profile
    @given(
        rubbish=st.dictionaries(
            st.sampled_from(
                ["plan_id", "amount", "due_date", "sequence", "state", "paid_amount"]
            ),
            _garbage,
        )
    )
    def test_installments(self, rubbish):
        """PLN-01: rows of rubbish never reach a plan that is in force."""
        plan = self.Plan.create(self.vals | {"frequency": "monthly"})
        plan.frequency = "custom"
        Row = self.env["utility.payment.plan.installment"].with_user(self.recovery)
        vals = {"plan_id": plan.id, "amount": 1.0, "due_date": str(self.days(400))}
        row = self.attempt(lambda: Row.create(vals | rubbish))
        if row:
            self.assertEqual((row.state, row.paid_amount), ("due", 0.0))
            self.assertEqual(row.plan_id, plan)
        self.attempt(lambda: plan.installment_ids[0].write(rubbish))
        self.assertEqual(set(plan.installment_ids.mapped("state")), {"due"})
        self.attempt(plan.action_activate)
        if plan.state == "active":
            self.assertPlanSound(plan)
            plan.action_cancel()

    # -------------------------------------------------------------------------
    # ONE BY ONE
    # -------------------------------------------------------------------------

    def test_amounts(self):
        """PLN-01: not a number, endless, too large, too fine."""
        for value in (
            "abc",
            "NaN",
            float("nan"),
            float("inf"),
            "1e999999",
            10**30,
            10.005,
            "10.001",
            True,
            [1],
        ):
            with self.subTest(value=value):
                self.assertRefusedTerm("is no amount of money", down_payment=value)
        plan = self.Plan.create(self.vals | {"down_payment": "52.50"})
        self.assertEqual(self.amounts(plan), [52.5, 50, 50, 50])

    def test_counts(self):
        """PLN-01: whole numbers from 1 to 120."""
        for value in (0, -1, 121, 10**20, 2.5, "3", True, None, [3]):
            with self.subTest(value=value):
                self.assertRefusedTerm("has 1 to 120", installment_count=value)

    def test_dates(self):
        """PLN-01: a day that exists."""
        for value in ("2024-02-30", "tomorrow", 5, ["2030-01-01"], True):
            with self.subTest(value=value):
                self.assertRefusedTerm("is no date", first_due_date=value)

    def test_choices(self):
        """PLN-01: one of those that there are; a way of contact may be left out."""
        for value in ("yearly", "", None, 7, ["monthly"], True):
            with self.subTest(value=value):
                self.assertRefusedTerm("choose one of Weekly", frequency=value)
        self.assertRefusedTerm("choose one of At the counter", contact_mode="pigeon")
        self.assertFalse(self.Plan.create(self.vals | {"contact_mode": 0}).contact_mode)

    def test_accounts(self):
        """PLN-01: True isn't the account with the id 1."""
        for value in (None, False, True, 0, -1, 10**20, str(self.account.id), [1]):
            with self.subTest(value=value):
                self.assertRefusedTerm(
                    "needs a consumer account", utility_account_id=value
                )

    def test_documents(self):
        """PLN-01: ids, or commands that link them; nothing is made or changed."""
        for value in (
            [Command.create({"move_type": "out_invoice"})],
            [Command.update(self.bill.id, {"ref": "Mine"})],
            [Command.delete(self.bill.id)],
            [[6]],
            ["INV-1"],
            "INV-1",
            [None],
            [[9, 9, 9]],
        ):
            with self.subTest(value=value):
                self.assertRefusedTerm("by their ids", covered_move_ids=value)
        for value in ([2**31 - 1], [self.bill.id, 2**31 - 1]):
            with self.subTest(value=value):
                self.assertRefusedTerm("don't exist", covered_move_ids=value)
        self.assertTrue(self.bill.exists())
        for value in (
            self.bill.id,
            self.bill.ids,
            [Command.set(self.bill.ids)],
            [Command.link(self.bill.id)],
            [[6, 0, self.bill.ids]],
        ):
            with self.subTest(value=value):
                plan = self.Plan.create(self.vals | {"covered_move_ids": value})
                self.assertEqual(plan.covered_move_ids, self.bill)

    def test_documents_are_changed(self):
        """PLN-01: the schedule follows what a draft covers."""
        other = self.make_bill(97.5)
        plan = self.Plan.create(self.vals)
        plan.covered_move_ids = [Command.link(other.id)]
        self.assertEqual(self.amounts(plan), [100.0] * 3)
        plan.covered_move_ids = [Command.unlink(self.bill.id)]
        self.assertEqual(self.amounts(plan), [32.5] * 3)
        with self.assertRefused(ValidationError, "needs debt"):
            plan.covered_move_ids = [Command.clear()]

    def test_rows(self):
        """PLN-01: installments come as dates and amounts, of this plan."""
        foreign = self.Plan.create(self.vals).installment_ids[0]
        vals = {"due_date": str(self.today), "amount": 202.5}
        for value in (
            [Command.link(foreign.id)],
            [Command.update(foreign.id, {"amount": 1})],
            [Command.delete(foreign.id)],
            [Command.set(foreign.ids)],
            [1],
            "rows",
            [[0, 0, "row"]],
        ):
            with self.subTest(value=value):
                self.assertRefusedTerm(
                    "Write the installments", frequency="custom", installment_ids=value
                )
        for change, text in (
            ({"due_date": "2024-02-30"}, "is no date"),
            ({"due_date": False}, "is no date"),
            ({"amount": "x"}, "is no amount"),
            ({"amount": 0}, "above zero"),
            ({"amount": -202.5}, "above zero"),
        ):
            with self.subTest(change=change):
                self.assertRefusedTerm(
                    text,
                    frequency="custom",
                    installment_ids=[Command.create(vals | change)],
                )
        plan = self.Plan.create(
            self.vals
            | {
                "frequency": "custom",
                "installment_ids": [
                    Command.create(
                        vals | {"state": "paid", "paid_amount": 202.5, "sequence": 7}
                    )
                ],
            }
        )
        row = plan.installment_ids
        self.assertEqual((row.state, row.paid_amount, row.sequence), ("due", 0, 1))

    def test_records_of_others(self):
        """PLN-01, ROL-04: another company's records, and some that aren't there."""
        other = self.setup_other_company(name="Other Water")["company"]
        template = self.env["utility.payment.plan.template"].search(
            [("company_id", "=", other.id)], limit=1
        )
        self.assertTrue(template)
        stranger = new_test_user(
            self.env,
            "plan_stranger",
            groups="utility_consumers.group_recovery_executive",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        account = self.make_account("Far Away", company_id=other.id)
        for name, value in (
            ("template_id", template.id),
            ("template_id", 2**31 - 1),
            ("template_id", "Standard"),
            ("previous_id", 2**31 - 1),
            ("previous_id", True),
            ("user_id", stranger.id),
            ("user_id", 2**31 - 1),
            ("user_id", self.env.ref("base.public_user").id),
        ):
            with self.subTest(name=name, value=value):
                label = self.Plan._fields[name].string
                self.assertRefusedTerm(label, **{name: value})
        with self.assertRefused(AccessError):
            self.Plan.create(self.vals | {"utility_account_id": account.id})
        with self.assertRefused(AccessError):
            self.Plan.with_user(stranger).create(self.vals)
        plan = self.Plan.create(self.vals).with_user(stranger)
        for method in ("action_activate", "action_refresh", "action_cancel"):
            with self.subTest(method=method), self.assertRefused(AccessError):
                getattr(plan, method)()

    def test_read_only_fields(self):
        """PLN-01: a new plan leaves them out, and no write takes them."""
        sent = {
            "state": "completed",
            "number": "PP-1",
            "version": 9,
            "amount_paid": 202.5,
            "requester_role": "billing_manager",
            "signed_by": "John Doe",
            "grace_days": 365,
            "cover_ids": [Command.create({"line_id": self.bill.line_ids[0].id})],
            "event_ids": [Command.create({"kind": "signed"})],
        }
        Plan = self.Plan.with_user(self.clerk)
        plan = Plan.create(self.vals | sent | {"unheard_of": 1})
        self.assertEqual((plan.state, plan.version), ("draft", 1))
        self.assertNotEqual(plan.number, "PP-1")
        self.assertEqual(plan.requester_role, "customer_executive")
        self.assertFalse(plan.signed_by or plan.cover_ids)
        self.assertEqual(plan.event_ids.mapped("kind"), ["created"])
        self.assertEqual(plan.grace_days, 5)
        for name, value in sent.items():
            with (
                self.subTest(name=name),
                self.assertRefused(UserError, "isn't written"),
            ):
                plan.write({name: value})
        with self.assertRefused(UserError, "isn't written"):
            plan.write({"unheard_of": 1})
        quiet = Plan.with_context(default_state="active", default_grace_days=99)
        plan = quiet.create(self.vals)
        self.assertEqual((plan.state, plan.grace_days), ("draft", 5))

    def test_account_and_version_stay(self):
        """PLN-02: a plan isn't handed over, nor hung on another."""
        plan = self.Plan.create(self.vals)
        other = self.make_account("Jane Roe")
        plan.write({"utility_account_id": self.account.id, "previous_id": False})
        for name, value in (
            ("utility_account_id", other.id),
            ("utility_account_id", False),
            ("previous_id", plan.id),
        ):
            with self.subTest(name=name), self.assertRefused(UserError, "stays with"):
                plan.write({name: value})

    def test_several_in_one_call(self):
        """PLN-01: one that is wrong stops them all; numbers are each their own."""
        before = self.Plan.search_count([])
        with self.assertRefused(ValidationError, "has 1 to 120"), self.cr.savepoint():
            self.Plan.create([self.vals, self.vals | {"installment_count": 0}])
        self.assertEqual(self.Plan.search_count([]), before)
        plans = self.Plan.create([self.vals] * 3)
        self.assertEqual(len(set(plans.mapped("number"))), 3)
        plans.write({"installment_count": 2})
        self.assertEqual([self.amounts(plan) for plan in plans], [[101.25] * 2] * 3)
        plans[0].action_activate()
        with self.assertRefused(UserError, "no draft"), self.cr.savepoint():
            plans.action_activate()
        with self.assertRefused(UserError, "is agreed"):
            plans.write({"installment_count": 4})
        self.assertEqual(self.amounts(plans[1]), [101.25] * 2)

    def test_a_copy_and_a_name(self):
        """PLN-01: ways of Odoo's own to make records make no plan without debt."""
        plan = self.Plan.create(self.vals)
        with self.assertRefused(ValidationError, "needs debt"):
            plan.copy()
        with self.assertRefused(ValidationError, "needs a consumer account"):
            self.Plan.name_create("PP-1")

    def test_agreed_terms(self):
        """PLN-02: nothing that was agreed changes or goes, whoever asks."""
        plan = self.make_plan(self.bill)
        for name, value in (
            ("down_payment", 1),
            ("installment_count", 9),
            ("covered_move_ids", []),
            ("template_id", False),
        ):
            with self.subTest(name=name), self.assertRefused(UserError, "is agreed"):
                plan.with_user(self.manager).write({name: value})
        row = plan.installment_ids[0]
        for function in (
            plan.unlink,
            row.unlink,
            lambda: row.write({"amount": 1}),
            lambda: row.copy({"due_date": self.days(90)}),
        ):
            with self.assertRefused(UserError, "agreed"), self.cr.savepoint():
                function()
        plan.user_id = self.manager
        self.assertEqual(plan.user_id, self.manager)
