import base64
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_open

from .common import PlansCommon


class SetupCommon(PlansCommon):
    """Opens the set-up screen the way the web client does."""

    def open_setup(self, user=None, account=None, **defaults):
        Setup = self.env["utility.plan.setup"].with_user(user or self.recovery)
        defaults = {"utility_account_id": (account or self.account).id} | defaults
        context = {f"default_{name}": value for name, value in defaults.items()}
        return Form(Setup.with_context(**context))

    def open_modify(self, plan, user=None):
        action = plan.with_user(user or self.recovery).action_modify()
        context = action["context"]
        self.assertEqual(action["res_model"], "utility.plan.setup")
        return Form(
            self.env["utility.plan.setup"]
            .with_user(user or self.recovery)
            .with_context(**context)
        )

    def press(self, form, button):
        """Save the screen and press a button; return the plan that it opens."""
        wizard = form.save()
        action = getattr(wizard, button)()
        self.assertEqual(action["res_model"], "utility.payment.plan")
        return self.env["utility.payment.plan"].browse(action["res_id"])

    def schedule(self, form):
        return [(row["due_date"], row["amount"]) for row in form.row_ids._records]

    def count_plans(self):
        return self.env["utility.payment.plan"].search_count([])


@tagged("post_install", "-at_install")
class TestPlanSetup(SetupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50)

    def test_source_plan(self):
        """PLN-01: 202.50 in three months is 3 x 67.50, as the screen said."""
        form = self.open_setup()
        self.assertEqual(form.amount_covered, 202.5)
        form.installment_count = 3
        form.first_due_date = self.days(10)
        month = relativedelta(months=1)
        expected = [(self.days(10) + month * i, 67.5) for i in range(3)]
        self.assertEqual(self.schedule(form), expected)
        self.assertEqual(form.total, 202.5)
        self.assertEqual(form.last_date, expected[-1][0])
        self.assertFalse(form.message)
        plan = self.press(form, "action_activate")
        self.assertEqual(plan.state, "active")
        rows = plan.installment_ids.sorted("sequence")
        self.assertEqual([(row.due_date, row.amount) for row in rows], expected)
        self.assertEqual(plan.covered_move_ids, self.bill)
        self.assertPlanSound(plan)

    def test_overdue_is_preselected(self):
        """PLN-01: all that is overdue is ticked, the rest is offered."""
        charge = self.make_bill(25.0, kind="service")
        later = self.make_bill(80.0, due_date=str(self.days(10)))
        form = self.open_setup()
        self.assertEqual(form.covered_move_ids.ids, (self.bill + charge).ids)
        self.assertEqual(form.amount_covered, 227.5)
        form.covered_move_ids.add(later)
        self.assertEqual(form.amount_covered, 307.5)
        self.assertEqual(form.total, 307.5)
        form.covered_move_ids.remove(self.bill.id)
        self.assertEqual(form.total, 105.0)

    def test_covered_debt_is_blocked(self):
        """PLN-01: what another plan covers isn't ticked, and says which plan."""
        plan = self.make_plan(self.bill)
        other = self.make_bill(50.0)
        form = self.open_setup()
        self.assertEqual(form.covered_move_ids.ids, other.ids)
        blocked = {debt["id"]: debt["blocked"] for debt in form.debts}
        self.assertIn(plan.number, blocked[self.bill.id])
        self.assertFalse(blocked[other.id])
        form.covered_move_ids.add(self.bill)
        self.assertIn("already covered", form.message)

    def test_no_debt(self):
        """PLN-01: without debt the screen says so, and makes nothing."""
        account = self.make_account("No Debt")
        form = self.open_setup(account=account)
        self.assertIn("needs debt", form.message)
        with self.assertRefused(ValidationError, "needs debt"):
            form.save().action_activate()

    def test_effect_on_balances(self):
        """PLN-04, CON-04: overdue and current after the plan, as they then are."""
        self.make_bill(80.0, due_date=str(self.days(10)))
        self.make_bill(40.0)
        self.record_one(15.0, type="bill", documents=[self.bill.name])
        form = self.open_setup()
        form.covered_move_ids.remove(
            self.account.open_document_ids.filtered(
                lambda move: move.amount_residual == 40.0
            ).id
        )
        shown = {figure["label"]: figure for figure in form.effect}
        before = self.account._get_balances()[self.account.id]
        self.press(form, "action_activate")
        after = self.account._get_balances()[self.account.id]
        money = self.company.currency_id.format
        for label, name in (
            ("Overdue", "overdue"),
            ("Current balance", "current"),
            ("Deferred by plans", "deferred"),
        ):
            self.assertEqual(shown[label]["before"], money(before[name]))
            self.assertEqual(shown[label]["after"], money(after[name]))
        self.assertEqual(after["overdue"], 40.0)

    def test_nothing_is_stored_before_a_button(self):
        """PLN-01: typing makes no plan, and draws no number."""
        before = self.count_plans()
        form = self.open_setup()
        for count in (2, 5, 9):
            form.installment_count = count
            self.assertEqual(len(form.row_ids), count)
        form.down_payment = 50.0
        form.frequency = "weekly"
        form.save()
        self.assertEqual(self.count_plans(), before)

    def test_wrong_terms(self):
        """PLN-01: each wrong term is said while it is typed, and nothing is saved."""
        before = self.count_plans()
        for values in (
            {"installment_count": 0},
            {"installment_count": 100000000},
            {"installment_count": 30000},
            {"down_payment": 202.5},
            {"down_payment": -1.0},
            {"first_due_date": self.days(-1)},
            {"first_due_date": False},
        ):
            with self.subTest(**values):
                form = self.open_setup()
                for name, value in values.items():
                    setattr(form, name, value)
                self.assertTrue(form.message)
                wizard = form.save()
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    wizard.action_activate()
        self.assertEqual(self.count_plans(), before)

    def test_date_follows_frequency(self):
        """PLN-01: a date that nobody chose follows, one that was chosen stays."""
        form = self.open_setup()
        self.assertEqual(form.first_due_date, self.today + relativedelta(months=1))
        form.frequency = "weekly"
        self.assertEqual(form.first_due_date, self.days(7))
        form.first_due_date = self.days(3)
        form.frequency = "monthly"
        self.assertEqual(form.first_due_date, self.days(3))

    def test_down_payment(self):
        """PLN-01: the down payment is due today, the rest is divided."""
        form = self.open_setup()
        form.down_payment = 52.50
        plan = self.press(form, "action_activate")
        self.assertEqual(self.amounts(plan), [52.5, 50.0, 50.0, 50.0])
        first = plan.installment_ids.sorted("sequence")[0]
        self.assertEqual((first.sequence, first.due_date), (0, self.today))

    def test_template(self):
        """PLN-01: a template gives its terms, and its rules go into the plan."""
        template = self.env["utility.payment.plan.template"].create(
            {
                "name": "Long",
                "company_id": self.company.id,
                "frequency": "fortnightly",
                "installment_count": 5,
                "minimum_down_payment": 20.0,
                "minimum_installment": 30.0,
                "grace_days": 9,
            }
        )
        form = self.open_setup()
        form.template_id = template
        self.assertEqual(form.frequency, "fortnightly")
        self.assertEqual(form.installment_count, 5)
        self.assertEqual(form.down_payment, 40.5)
        form.installment_count = 6
        self.assertTrue(form.message)
        form.installment_count = 5
        self.assertFalse(form.message)
        plan = self.press(form, "action_activate")
        self.assertEqual(plan.grace_days, 9)
        self.assertEqual(self.amounts(plan), [40.5] + [32.4] * 5)

    def test_down_payment_of_a_template(self):
        """PLN-01: the least down payment that it asks for is the one that it gives."""
        template = self.env["utility.payment.plan.template"].create(
            {
                "name": "A third",
                "company_id": self.company.id,
                "minimum_down_payment": 33.0,
            }
        )
        account = self.make_account("Jane Roe")
        self.make_bill(100.01, account=account)
        form = self.open_setup(account=account)
        form.template_id = template
        self.assertEqual(form.down_payment, 33.01)
        self.assertFalse(form.message)
        plan = self.press(form, "action_activate")
        self.assertEqual(plan.state, "active")

    def test_custom_schedule(self):
        """PLN-01: a schedule of one's own starts from the regular one."""
        form = self.open_setup()
        form.frequency = "custom"
        self.assertEqual(len(form.row_ids), 3)
        with form.row_ids.edit(0) as row:
            row.due_date = self.days(5)
            row.amount = 100.0
        with form.row_ids.edit(1) as row:
            row.due_date = self.days(40)
            row.amount = 102.5
        form.row_ids.remove(2)
        self.assertEqual(form.total, 202.5)
        self.assertFalse(form.message)
        plan = self.press(form, "action_activate")
        rows = plan.installment_ids.sorted("sequence")
        self.assertEqual(
            [(row.sequence, row.due_date, row.amount) for row in rows],
            [(1, self.days(5), 100.0), (2, self.days(40), 102.5)],
        )
        self.assertPlanSound(plan)

    def test_custom_schedule_with_down_payment(self):
        """PLN-01: a schedule of one's own lies beside the down payment."""
        form = self.open_setup()
        form.down_payment = 52.5
        self.assertEqual(len(form.row_ids), 4)
        form.frequency = "custom"
        self.assertEqual([a for _d, a in self.schedule(form)], [50.0] * 3)
        self.assertEqual(form.total, 202.5)
        form.row_ids.remove(2)
        self.assertIn("50.00 are missing", form.message)
        with form.row_ids.edit(1) as row:
            row.amount = 100.0
        self.assertFalse(form.message)
        plan = self.press(form, "action_save_draft")
        self.assertEqual(self.amounts(plan), [52.5, 50.0, 100.0])
        with Form(form.record) as form:
            with form.row_ids.edit(0) as row:
                row.amount = 60.0
            with form.row_ids.edit(1) as row:
                row.amount = 90.0
        plan = self.press(form, "action_activate")
        self.assertEqual(self.amounts(plan), [52.5, 60.0, 90.0])
        self.assertPlanSound(plan)

    def test_same_button_twice(self):
        """PLN-01: a screen makes one plan, however often its button is pressed."""
        wizard = self.open_setup().save()
        before = self.count_plans()
        first = wizard.action_activate()
        self.assertEqual(wizard.action_activate()["res_id"], first["res_id"])
        self.assertEqual(self.count_plans(), before + 1)
        with self.assertRefused(UserError, "made of this screen already"):
            wizard.action_save_draft()

    def test_draft_then_activate(self):
        """PLN-01: a draft of this screen takes over later terms."""
        form = self.open_setup()
        plan = self.press(form, "action_save_draft")
        self.assertEqual(plan.state, "draft")
        wizard = form.record
        with Form(wizard) as form:
            form.installment_count = 4
        again = wizard.action_activate()
        self.assertEqual(again["res_id"], plan.id)
        self.assertEqual(plan.state, "active")
        self.assertEqual(len(plan.installment_ids), 4)

    def test_agreement_and_signature(self):
        """PLN-01: printing and signing make one draft, which keeps its signature."""
        form = self.open_setup()
        wizard = form.save()
        self.assertTrue(wizard.action_print_agreement())
        plan = wizard.plan_id
        self.assertEqual(plan.state, "draft")
        action = wizard.action_sign()
        self.assertEqual(action["context"]["default_plan_id"], plan.id)
        sign = self.env[action["res_model"]].with_user(self.recovery)
        picture = base64.b64encode(file_open("base/static/img/bill.png", "rb").read())
        sign = sign.with_context(**action["context"]).create(
            {"signed_by": "John Doe", "signature": picture}
        )
        sign.action_sign()
        self.assertEqual(plan.signed_by, "John Doe")
        wizard.action_activate()
        self.assertEqual((plan.state, plan.signed_by), ("active", "John Doe"))

    def test_debt_changed_meanwhile(self):
        """PLN-01: the plan on the screen is the plan that is made, or none."""
        wizard = self.open_setup().save()
        before = self.count_plans()
        self.record_one(100.0, type="bill", documents=[self.bill.name])
        with self.assertRefused(UserError, "102.50"), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.count_plans(), before)
        self.record_one(102.5, type="bill", documents=[self.bill.name])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.count_plans(), before)

    def test_activation_is_atomic(self):
        """PLN-01: a refusal at the last step leaves no draft behind."""
        wizard = self.open_setup().save()
        before = self.count_plans()
        refuse = patch.object(
            self.registry["utility.payment.plan"],
            "_check_signature",
            side_effect=UserError("no"),
        )
        with refuse, self.assertRefused(UserError, "no"), self.env.cr.savepoint():
            wizard.action_activate()
        self.assertEqual(self.count_plans(), before)
        self.assertFalse(wizard.plan_id)

    def test_rights(self):
        """PLN-01, ROL-01: own screens only; collectors where they collect."""
        wizard = self.open_setup().save()
        with self.assertRaises(AccessError):
            wizard.with_user(self.clerk).action_activate()
        with self.assertRaises(AccessError):
            self.open_setup(user=self.collector)
        self.account.collector_id = self.collector
        form = self.open_setup(user=self.collector)
        self.assertEqual(form.contact_mode, "field")
        plan = self.press(form, "action_activate")
        self.assertEqual(plan.activated_by, self.collector)

    def test_from_the_consumer(self):
        """PLN-01: the consumer's page opens the screen on its account."""
        action = self.account.with_user(self.clerk).action_set_up_plan()
        self.assertEqual(action["res_model"], "utility.plan.setup")
        self.assertEqual(
            action["context"]["default_utility_account_id"], self.account.id
        )

    def test_usage_event(self):
        """USE-01: an agreed plan is counted with its terms, and with no name."""
        self.company.utility_usage = True
        form = self.open_setup()
        form.contact_mode = "phone"
        form.installment_count = 6
        wizard = form.save()
        wizard.opened_at -= timedelta(seconds=90)
        wizard.action_activate()
        event = self.env["utility.usage.event"].search(
            [("event", "=", "plan_created"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(event), 1)
        self.assertEqual(event.contact_mode, "phone")
        self.assertGreaterEqual(event.duration, 90.0)
        self.assertEqual(
            event.properties,
            {
                "installments": 6,
                "months": 6,
                "down_payment_percent": 0,
                "frequency": "monthly",
                "new_version": False,
            },
        )


@tagged("post_install", "-at_install")
class TestPlanSetupLimits(SetupCommon):
    """Above the limit of a role, somebody else is asked (ROL-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(600.0)

    def test_asked_executive(self):
        """PLN-01, ROL-01: the limit is said at once; a draft goes to an executive."""
        form = self.open_setup(user=self.clerk)
        self.assertIn("500", form.limit_message)
        self.assertFalse(form.message)
        wizard = form.save()
        with self.assertRefused(UserError, "500"), self.env.cr.savepoint():
            wizard.action_activate()
        self.company.utility_plan_user_id = self.recovery
        plan = self.press(form, "action_ask_executive")
        self.assertEqual((plan.state, plan.user_id), ("draft", self.recovery))
        activity = plan.activity_ids
        self.assertEqual(activity.user_id, self.recovery)
        self.assertIn(plan.number, activity.summary)
        plan.with_user(self.recovery).action_activate()
        self.assertEqual(plan.state, "active")

    def test_limits_are_said_before(self):
        """PLN-01: the counter knows its limits before anything is typed."""
        form = self.open_setup(self.clerk)
        self.assertIn("500.00 and 6 installments", form.limit_note)
        self.assertFalse(self.open_setup(self.recovery).limit_note)

    def test_length(self):
        """PLN-01, ROL-01: also the length is limited, and free for the recovery."""
        bill = self.make_bill(70.0, account=self.make_account("Small"))
        form = self.open_setup(user=self.clerk, account=bill.utility_account_id)
        form.installment_count = 6
        self.assertFalse(form.limit_message)
        form.installment_count = 7
        self.assertTrue(form.limit_message)
        form = self.open_setup(account=bill.utility_account_id)
        form.installment_count = 7
        self.assertFalse(form.limit_message)

    def test_any_executive(self):
        """ROL-01: without one in the settings, whoever has the role is asked."""
        self.company.utility_plan_user_id = False
        plan = self.press(self.open_setup(user=self.clerk), "action_ask_executive")
        self.assertTrue(
            plan.user_id.has_group("utility_consumers.group_recovery_executive")
        )
        self.assertEqual(plan.activity_ids.user_id, plan.user_id)
