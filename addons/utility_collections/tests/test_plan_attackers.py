"""T25: what a program may send that nobody's button would (PLN-01, ROL-01, ROL-04)."""

import struct
import xmlrpc.client
import zlib
from base64 import b64encode

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import PlansCommon

PLAN = "utility.payment.plan"
# What a program may put into a context, hoping that it is taken for a value.
DEFAULTS = {
    "default_paid_amount": 50.0,
    "default_state": "paid",
    "default_paid_on": "2020-01-01",
    "default_in_force": False,
    "default_user_id": 1,
    "default_note": "forged",
    "default_happened_at": "2020-01-01 00:00:00",
}


def _chunk(kind, data):
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


class AttackersCommon(PlansCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._make_login("portal", "base.group_portal")
        cls.account.partner_id = cls.portal.partner_id
        cls.bill = cls.make_bill(202.50)

    @classmethod
    def _make_login(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"plan_attacker_{login}",
            password=f"plan_attacker_{login}",
            groups=group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


@tagged("post_install", "-at_install")
class TestPlanLimits(AttackersCommon):
    """ROL-01: ways around what the counter may agree on alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.make_bill(480)
        cls.small = cls.make_bill(30)

    def test_debt_split_into_plans(self):
        """PLN-01, ROL-01: a debt that is split into plans is one debt."""
        first = self.make_plan(self.large, user=self.clerk)
        second = self.make_plan(self.small, user=self.clerk, activate=False)
        with self.assertRefused(UserError, "in all: other plans"):
            second.action_activate()
        self.assertEqual(second.state, "draft")
        # What is paid is free again.
        self.record_one(160.0, type="bill", documents=[self.large.name])
        second.action_activate()
        self.assertEqual((first.state, second.state), ("active", "active"))

    def test_debt_split_into_plans_of_one_call(self):
        """PLN-01, ROL-01: also where they are activated together."""
        plans = self.make_plan(self.large, user=self.clerk, activate=False)
        plans |= self.make_plan(self.small, user=self.clerk, activate=False)
        with self.assertRefused(UserError, "hold"), self.env.cr.savepoint():
            plans.action_activate()
        plans.invalidate_recordset()
        self.assertEqual(set(plans.mapped("state")), {"draft"})
        plans.with_user(self.recovery).action_activate()
        self.assertEqual(set(plans.mapped("state")), {"active"})

    def test_other_plans_are_said_before(self):
        """PLN-01: the set-up says so while terms are typed."""
        self.make_plan(self.large, user=self.clerk)
        form = Form(
            self.env["utility.plan.setup"]
            .with_user(self.clerk)
            .with_context(default_utility_account_id=self.account.id)
        )
        form.covered_move_ids.clear()
        form.covered_move_ids.add(self.small)
        self.assertIn("480.00", form.limit_message)

    def test_modified_plan_counts_once(self):
        """PLN-02: the version that is replaced isn't counted beside the new one."""
        plan = self.make_plan(self.large, user=self.clerk)
        new = self.make_plan(
            self.large, user=self.clerk, previous_id=plan.id, installment_count=4
        )
        self.assertEqual((plan.state, new.state), ("cancelled", "active"))

    def test_ending_is_within_limits(self):
        """ROL-01: who couldn't agree on what is left of a plan doesn't end it."""
        plan = self.make_plan(self.bill + self.large, user=self.recovery)
        theirs = plan.with_user(self.clerk)
        with self.assertRefused(UserError, "ask a Recovery Executive to end"):
            theirs.action_cancel("Wanted so")
        # Not by a new version of a part of it either.
        part = self.make_plan(
            self.small, user=self.clerk, previous_id=plan.id, activate=False
        )
        with self.assertRefused(UserError, "ask a Recovery Executive to end"):
            part.action_activate()
        self.assertEqual(plan.state, "active")
        self.record_one(202.5, type="bill", documents=[self.bill.name])
        self.assertTrue(theirs.action_cancel("Wanted so"))
        long = self.make_plan(self.small, user=self.recovery, installment_count=7)
        with self.assertRefused(UserError, "7 installments"):
            long.with_user(self.clerk).action_cancel()
        # A draft was never agreed on.
        draft = self.make_plan(self.make_bill(900), activate=False)
        self.assertTrue(draft.with_user(self.clerk).action_cancel())

    def test_limits_of_who_wrote_the_terms(self):
        """PLN-01: signed online, a plan needs the rights of its last author."""
        plan = self.make_plan(self.bill + self.large, activate=False)
        plan.with_user(self.clerk).contact_mode = "phone"
        self.assertEqual(plan.sudo().terms_user_id, self.recovery)
        plan.with_user(self.clerk).installment_count = 2
        self.assertEqual(plan.sudo().terms_user_id, self.clerk)
        public = self.env.ref("base.public_user")
        signed = plan.with_user(public).sudo()
        self.assertFalse(signed._activate_when_signed())
        self.assertEqual(plan.state, "draft")
        # An executive who looks at it takes nothing over; who writes terms does.
        plan.contact_mode = "counter"
        self.assertFalse(signed._activate_when_signed())
        plan.installment_count = 3
        self.assertTrue(signed._activate_when_signed())

    def test_rows_of_the_author(self):
        """PLN-01: installments of one's own are terms, whichever way they come."""
        plan = self.make_plan(
            self.large,
            activate=False,
            frequency="custom",
            installment_ids=[
                Command.create({"due_date": self.days(3), "amount": 240}),
                Command.create({"due_date": self.days(9), "amount": 240}),
            ],
        )
        plan.installment_ids[0].with_user(self.clerk).due_date = self.days(2)
        self.assertEqual(plan.sudo().terms_user_id, self.clerk)

    def test_archived_template(self):
        """PLN-01: a template that was taken away is chosen by no program either."""
        template = self.env["utility.payment.plan.template"].create(
            {"name": "Old", "company_id": self.company.id}
        )
        before = self.make_plan(self.small, template_id=template.id)
        template.active = False
        draft = self.make_plan(
            self.bill, user=self.clerk, template_id=template.id, activate=False
        )
        with self.assertRefused(UserError, "Old is archived"):
            draft.action_activate()
        # Plans of it go on, also in a new version.
        new = self.make_plan(self.small, previous_id=before.id, template_id=template.id)
        self.assertEqual(new.state, "active")


@tagged("post_install", "-at_install")
class TestPlanPrograms(AttackersCommon):
    """PLN-01: another program, with whatever it sends."""

    def test_contract(self):
        """REC-07: every role makes, activates and cancels; answers are no None."""
        self.account.collector_id = self.collector
        for user in (self.clerk, self.recovery, self.manager, self.collector):

            def call(method, *args, user=user):
                Plan = self.env[PLAN].with_user(user)
                result = call_kw(Plan, method, args, {})
                xmlrpc.client.dumps((result,), allow_none=False)
                return result

            with self.subTest(user=user.login):
                vals = {
                    "utility_account_id": self.account.id,
                    "covered_move_ids": self.bill.ids,
                    "down_payment": 52.5,
                    "installment_count": 3,
                    "frequency": "monthly",
                    "first_due_date": str(self.today),
                }
                plan_id = call("create", dict(vals))
                plan = self.env[PLAN].browse(plan_id)
                self.assertEqual(self.amounts(plan), [52.5, 50.0, 50.0, 50.0])
                self.assertIs(call("write", [plan_id], {"contact_mode": "phone"}), True)
                self.assertIs(call("action_refresh", [plan_id]), True)
                self.assertIs(call("action_offer", [plan_id]), True)
                for name in ("action_sign", "action_open_cancel"):
                    self.assertTrue(call(name, [plan_id]))
                self.assertIs(call("action_activate", [plan_id]), True)
                self.assertEqual(plan.state, "active")
                for name in ("action_pay", "action_pay_off", "action_modify"):
                    self.assertTrue(call(name, [plan_id]))
                self.assertIs(call("action_cancel", [plan_id]), True)
                self.assertEqual(plan.state, "cancelled")

    def test_defaults_of_the_context(self):
        """PLN-02: values in the context say nothing about a plan."""
        plan = (
            self.make_plan(self.bill, user=self.clerk, activate=False)
        ).with_context(**DEFAULTS)
        plan.write({"frequency": "custom"})
        last = plan.installment_ids.sorted("sequence")[-1]
        plan.write(
            {
                "installment_ids": [
                    Command.update(last.id, {"amount": 17.5}),
                    Command.create({"due_date": self.days(200), "amount": 50}),
                ]
            }
        )
        row = self.env["utility.payment.plan.installment"].with_env(plan.env)
        row = row.create({"plan_id": plan.id, "due_date": self.days(9), "amount": 1})
        row.unlink()
        plan.action_refresh()
        plan.action_activate()
        self.assertEqual(self.states(plan), ["due"] * 4)
        self.assertEqual(plan.amount_paid, 0.0)
        self.assertPlanSound(plan)
        self.assertTrue(plan.sudo().cover_ids.in_force)
        self.assertEqual(plan.sudo().event_ids.user_id, self.clerk)
        self.assertNotIn("forged", plan.sudo().event_ids.mapped("note"))

    def test_words_that_no_column_takes(self):
        """PLN-02: reasons and names are words, whatever is sent for them."""
        for sent, kept in (
            ("Moved\0away", "Moved away"),
            ("Moved \ud800", "Moved"),
            (" \n ", False),
            ({"a": 1}, False),
            (7, False),
        ):
            with self.subTest(sent=sent):
                plan = self.make_plan(self.bill, user=self.clerk)
                self.assertTrue(plan.action_cancel(sent))
                self.env.flush_all()
                self.assertEqual(plan.end_reason, kept)
        self.assertEqual(self.Plan._read_signer("John\0\ud800 Doe"), "John Doe")

    def test_pictures_that_would_fill_the_memory(self):
        """T25: a small file that says it is a huge picture is refused."""
        header = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
        png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
        png += _chunk(b"IDAT", zlib.compress(b"\0" * 100)) + _chunk(b"IEND", b"")
        with self.assertRefused(UserError, "draw it anew"):
            self.Plan._read_signature(b64encode(png))

    def test_set_up_without_a_time(self):
        """USE-01: a screen that doesn't know since when it is open works."""
        setup = (
            self.env["utility.plan.setup"]
            .with_user(self.clerk)
            .create(
                {
                    "utility_account_id": self.account.id,
                    "covered_move_ids": [Command.set(self.bill.ids)],
                    "opened_at": False,
                }
            )
        )
        setup.action_activate()
        self.assertEqual(setup.plan_id.state, "active")


@tagged("post_install", "-at_install")
class TestPlanStrangers(AttackersCommon):
    """ROL-04, ROL-01: forms of one's own that name what isn't for one's eyes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other Water")["company"]
        cls.stranger = cls._make_login(
            "stranger", "utility_consumers.group_billing_manager", cls.other
        )
        # The collector has an account, but not this one.
        cls.own_account = cls.env["utility.account"].create(
            {
                "consumer_name": "Neighbour",
                "company_id": cls.company.id,
                "collector_id": cls.collector.id,
            }
        )
        cls.plan = cls.make_plan(cls.bill, activate=False)
        cls.template = cls.env["utility.payment.plan.template"].create(
            {"name": "Hidden Rules", "company_id": cls.other.id, "minimum_debt": 77}
        )

    def assertHidden(self, function):
        """Nothing that the plan, its consumer or its documents tell comes back."""
        savepoint = self.env.cr.savepoint()
        try:
            told = str(function())
        except AccessError:
            return
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        for secret in ("202.5", "John Doe", "Hidden", self.bill.name, "draft", "67.5"):
            self.assertNotIn(secret, told)

    def test_dialogs_of_a_plan(self):
        """ROL-04: neither saved nor while typed, a dialog tells of another's plan."""
        for model in (
            "utility.payment.plan.cancel",
            "utility.payment.plan.automatic",
            "utility.payment.plan.reactivate",
            "utility.plan.sign",
        ):
            names = sorted(
                name
                for name, field in self.env[model]._fields.items()
                if name not in MAGIC_COLUMNS and not field.relational
            )
            for user in (self.stranger, self.collector):
                Form = self.env[model].with_user(user)
                if not Form.has_access("create"):
                    continue
                vals = {"plan_id": self.plan.id}
                if "reason" in names:
                    vals["reason"] = "Because"
                for name in names:
                    with self.subTest(model=model, user=user.login, field=name):
                        self.assertHidden(
                            lambda F=Form, v=vals, n=name: F.create(dict(v)).read([n])
                        )
                        self.assertHidden(
                            lambda F=Form, v=vals, n=name: F.onchange(
                                dict(v), ["plan_id"], {"plan_id": {}, n: {}}
                            )
                        )

    def test_set_up_screen(self):
        """ROL-04: the preview of a plan tells of nothing that the user can't see."""
        Setup = self.env["utility.plan.setup"].with_user(self.collector)
        names = sorted(
            name
            for name, field in Setup._fields.items()
            if name not in MAGIC_COLUMNS and not field.relational
        )
        for foreign in (
            {"utility_account_id": self.account.id},
            {"previous_id": self.plan.id},
            {"plan_id": self.plan.id},
            {"template_id": self.template.id},
            {"covered_move_ids": [Command.link(self.bill.id)]},
        ):
            vals = {"utility_account_id": self.own_account.id} | foreign
            for name in names:
                with self.subTest(foreign=list(foreign), field=name):
                    self.assertHidden(
                        lambda v=vals, n=name: Setup.create(dict(v)).read([n])
                    )
                    self.assertHidden(
                        lambda v=vals, n=name: Setup.onchange(
                            dict(v), list(v), {m: {} for m in (*v, n)}
                        )["value"].get(n)
                    )

    def test_buttons_of_others_forms(self):
        """T23: a dialog belongs to who opened it."""
        mine = self.env["utility.payment.plan.automatic"].with_user(self.clerk)
        mine = mine.create({"plan_id": self.plan.id})
        theirs = mine.with_user(self.recovery)
        self.assertFalse(theirs.search([("id", "=", mine.id)]))
        with self.assertRefused(AccessError):
            theirs.write({"has_agreed": True})


@tagged("post_install", "-at_install")
class TestPlanConsumers(AttackersCommon, HttpCase):
    """ONL-01: what the consumer's own login does beside the pages."""

    def test_writing(self):
        """T25: an agreed plan takes no message, task or file of a consumer."""
        plan = self.make_plan(self.bill)
        mine = plan.with_user(self.portal)
        model_id = self.env["ir.model"]._get_id(PLAN)
        before = plan.message_ids
        for name, call in {
            "post": lambda: mine.message_post(body="x"),
            "forge": lambda: mine.message_post(
                body="x", author_id=self.manager.partner_id.id
            ),
            "invite": lambda: mine.message_subscribe(self.manager.partner_id.ids),
            "schedule": lambda: mine.activity_schedule(user_id=self.manager.id),
            "messages": lambda: mine.write({"message_ids": [Command.clear()]}),
            "activities": lambda: mine.write(
                {"activity_ids": [Command.create({"user_id": self.portal.id})]}
            ),
            "activity": lambda: (
                self.env["mail.activity"]
                .with_user(self.portal)
                .create({"res_model_id": model_id, "res_id": plan.id})
            ),
            "message": lambda: (
                self.env["mail.message"]
                .with_user(self.portal)
                .create({"model": PLAN, "res_id": plan.id, "body": "x"})
            ),
            "file": lambda: (
                self.env["ir.attachment"]
                .with_user(self.portal)
                .create(
                    {"res_model": PLAN, "res_id": plan.id, "name": "x", "raw": b"x"}
                )
            ),
        }.items():
            with self.subTest(what=name), self.assertRefused(AccessError):
                call()
        self.assertEqual(plan.message_ids, before)

    def test_buttons(self):
        """T25: no button of staff does anything for a consumer."""
        plan = self.make_plan(self.bill, activate=False)
        plan.action_offer()
        mine = plan.with_user(self.portal)
        for name in (
            "action_activate",
            "action_cancel",
            "action_refresh",
            "action_offer",
            "action_sign",
            "action_modify",
            "action_print_agreement",
            "action_download_agreement",
            "action_send_agreement",
            "action_stop_automatic",
        ):
            with self.subTest(name=name), self.assertRefused(AccessError):
                getattr(mine, name)()
        with self.assertRefused(AccessError):
            mine.action_reactivate("Please")
        with self.assertRefused(AccessError):
            mine.action_start_automatic(1)

    def test_reasons_of_staff(self):
        """ONL-01: why staff ended a plan is for the record, not for the consumer."""
        plan = self.make_plan(self.bill)
        plan.action_cancel("Lied about the income")
        mine = plan.with_user(self.portal)
        self.assertTrue(mine.read(["number"]))
        with self.assertRefused(AccessError):
            mine.read(["end_reason"])

    def test_automatic_payment_of_what_was_not_offered(self):
        """ONL-01: a draft is shown once it was offered, on no page before."""
        plan = self.make_plan(self.bill, activate=False)
        self.authenticate(self.portal.login, self.portal.login)
        page = f"/my/payment-plans/{plan.id}/automatic"
        self.assertEqual(self.url_open(page).status_code, 404)
        plan.action_offer()
        self.assertEqual(self.url_open(page).status_code, 200)
        for number in (2**31, 10**30):
            page = f"/my/payment-plans/{number}/automatic"
            self.assertEqual(self.url_open(page).status_code, 404)
