import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_plan_agreement import AgreementCommon, drawing


@tagged("post_install", "-at_install")
class TestPlanPortal(AgreementCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.john = new_test_user(
            cls.env,
            login="john",
            groups="base.group_portal",
            partner_id=cls.account.partner_id.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.john.partner_id.name = "John Doe"
        cls.stranger = new_test_user(
            cls.env, login="stranger", groups="base.group_portal"
        )
        cls.plan = cls.make_plan(cls.bill)

    def page(self, path, login="john"):
        self.authenticate(login, login)
        return self.url_open(path)

    def draft(self, amount=90.0, offer=True, **values):
        plan = self.make_plan(self.make_bill(amount), activate=False, **values)
        if offer:
            plan.action_offer()
        return plan

    def post_signature(self, plan, name="John Doe", image=None, path=None, **query):
        """Sign as the page does: the form posts to the address that the page gave."""
        query = {
            "access_token": plan.sudo()._portal_ensure_token(),
            "terms": plan.sudo()._terms_digest(),
        } | query
        path = path or f"/my/payment-plans/{plan.id}/sign"
        reply = self.url_open(
            f"{path}?" + "&".join(f"{key}={value}" for key, value in query.items()),
            data=json.dumps(
                {
                    "params": {
                        "name": name,
                        "signature": drawing() if image is None else image,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(reply.status_code, 200)
        return reply.json()["result"]

    # -------------------------------------------------------------------------
    # SEEING
    # -------------------------------------------------------------------------

    def test_own_plans(self):
        """ONL-01: the consumer sees the plans of the own accounts, and their pages."""
        reply = self.page("/my/payment-plans")
        self.assertIn(self.plan.number, reply.text)
        reply = self.page(f"/my/payment-plans/{self.plan.id}")
        for text in (self.plan.number, "202.50", "67.50", "1 of 3", self.bill.name):
            with self.subTest(text=text):
                self.assertIn(text, reply.text)
        self.assertIn("Your Payment Plans", self.page("/my").text)

    def test_paid_is_shown(self):
        """ONL-01, PLN-03: the page follows what was paid."""
        self.record_one(67.5, type="installment", documents=[f"{self.plan.number}/1"])
        text = self.page(f"/my/payment-plans/{self.plan.id}").text
        self.assertIn("135.00", text)
        self.assertIn("Paid", text)

    def test_download(self):
        """ONL-01: the agreement is downloaded as PDF."""
        reply = self.page(f"/my/payment-plans/{self.plan.id}?report_type=pdf")
        self.assertEqual(reply.status_code, 200)
        self.assertEqual(reply.headers["Content-Type"], "application/pdf")

    def test_others_see_nothing(self):
        """T25, ONL-01: no plan of others, by list, id, token or RPC."""
        self.assertNotIn(
            self.plan.number, self.page("/my/payment-plans", "stranger").text
        )
        token = self.plan.sudo()._portal_ensure_token()
        wrong = (
            "",
            "?access_token=",
            "?access_token=None",
            f"?access_token={token[:-1]}x",
            "?access_token=%C3%A9",
            "?access_token=a&access_token=b",
            "?report_type=pdf",
        )
        for login in ("stranger", None):
            self.authenticate(login, login)
            for query in wrong:
                with self.subTest(login=login, query=query):
                    reply = self.url_open(f"/my/payment-plans/{self.plan.id}{query}")
                    self.assertEqual(reply.status_code, 200)
                    self.assertNotIn(self.plan.number, reply.text)
                    self.assertNotIn("/my/payment-plans/", reply.url)
        plans = self.env["utility.payment.plan"].with_user(self.stranger)
        self.assertFalse(plans.search([("id", "=", self.plan.id)]))
        self.assertFalse(
            self.env["utility.payment.plan.installment"]
            .with_user(self.stranger)
            .search([("plan_id", "=", self.plan.id)])
        )

    def test_guessed_addresses(self):
        """T25: ids that don't exist, or are none, never fail the server."""
        self.authenticate("john", "john")
        for path, status in (
            ("999999999", 200),
            ("99999999999999999999", 404),
            ("-1", 200),
            ("0", 200),
            ("abc", 404),
            ("page/0", 200),
            ("page/99999", 200),
            ("page/99999999999999", 404),
        ):
            with self.subTest(path=path):
                reply = self.url_open(f"/my/payment-plans/{path}")
                self.assertEqual(reply.status_code, status)

    def test_token(self):
        """ONL-01: the link of the mail opens the plan without a login."""
        self.authenticate(None, None)
        reply = self.url_open(self.plan.sudo().get_portal_url())
        self.assertIn(self.plan.number, reply.text)

    def test_drafts_that_are_not_offered(self):
        """ONL-01: what staff only try out isn't shown."""
        plan = self.draft(offer=False)
        self.assertNotIn(plan.number, self.page("/my/payment-plans").text)
        self.assertNotIn(plan.number, self.page(f"/my/payment-plans/{plan.id}").text)
        plan.action_offer()
        self.assertIn(plan.number, self.page("/my/payment-plans").text)

    def test_consumers_only_read(self):
        """ONL-01: a consumer changes no plan, and activates or cancels none."""
        plan = self.draft()
        mine = plan.with_user(self.john)
        self.assertEqual(mine.read(["number"])[0]["number"], plan.number)
        for act in (
            lambda: mine.write({"installment_count": 12}),
            lambda: mine.action_activate(),
            lambda: mine.action_cancel(),
            lambda: mine.action_sign(),
            lambda: mine.action_offer(),
            lambda: mine.action_send_agreement(),
            lambda: mine.installment_ids.write({"amount": 1}),
            lambda: mine.unlink(),
        ):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(UserError):
            mine.copy()
        with self.assertRaises(UserError):
            mine.write({"user_id": self.john.id})

    # -------------------------------------------------------------------------
    # SIGNING
    # -------------------------------------------------------------------------

    def test_sign_activates(self):
        """PLN-01: signed online, within the author's limits, the plan is in force."""
        plan = self.draft(template_id=self.signing.id)
        reply = self.page(f"/my/payment-plans/{plan.id}")
        self.assertIn("Agree and sign", reply.text)
        result = self.post_signature(plan)
        self.assertTrue(result["force_refresh"], result)
        plan.invalidate_recordset()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.activated_by, self.recovery)
        self.assertEqual(plan.signed_by, "John Doe")
        event = plan.event_ids.filtered(lambda row: row.kind == "signed")
        self.assertIn("online", event.note)
        reply = self.url_open(result["redirect_url"])
        self.assertIn("your plan is in force", reply.text)
        self.assertNotIn("Agree and sign", reply.text)

    def test_by_link(self):
        """PLN-01: the consumer signs by the link of the mail, without a login."""
        plan = self.draft()
        self.authenticate(None, None)
        self.assertTrue(self.post_signature(plan)["force_refresh"])
        plan.invalidate_recordset()
        self.assertEqual(plan.state, "active")

    def test_above_the_author_s_limit(self):
        """ROL-01, PLN-01: what the counter may not agree on waits for who may."""
        plan = self.draft(900.0, user=self.clerk)
        plan.user_id = self.recovery
        self.page("/my")
        self.assertTrue(self.post_signature(plan)["force_refresh"])
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.signed_by), ("draft", "John Doe"))
        activity = plan.sudo().activity_ids
        self.assertEqual(activity.user_id, self.recovery)
        self.assertIn("500", activity.note)
        plan.with_user(self.recovery).action_activate()
        self.assertEqual(plan.state, "active")

    def test_template_that_waits(self):
        """PLN-01: by setting, somebody of ours activates what was signed."""
        self.signing.activate_on_signing = False
        plan = self.draft(template_id=self.signing.id)
        self.page("/my")
        self.post_signature(plan)
        plan.invalidate_recordset()
        self.assertEqual(plan.state, "draft")
        self.assertTrue(plan.signature)
        self.assertEqual(plan.sudo().activity_ids.user_id, self.recovery)

    def test_debt_paid_meanwhile(self):
        """PLN-01: the consumer signs what is shown; a changed plan is shown anew."""
        plan = self.draft()
        seen = plan.sudo()._terms_digest()
        self.record_one(30.0, type="bill", documents=[plan.covered_move_ids.name])
        self.page("/my")
        result = self.post_signature(plan, terms=seen)
        self.assertIn("message=changed", result["redirect_url"])
        plan.invalidate_recordset()
        self.assertFalse(plan.signature)
        self.assertEqual(plan.amount_covered, 60.0)
        self.assertIn("look at it again", self.url_open(result["redirect_url"]).text)
        self.assertTrue(self.post_signature(plan)["force_refresh"])
        plan.invalidate_recordset()
        self.assertEqual(plan.state, "active")

    def test_refused(self):
        """T25, PLN-01: strangers, garbage and second signatures change nothing."""
        plan = self.draft()
        self.page("/my", "stranger")
        self.assertIn("error", self.post_signature(plan, access_token="x"))
        self.page("/my")
        for name, image in (
            ("", None),
            (None, None),
            (7, None),
            ("John", ""),
            ("John", "%%%"),
            ("John", drawing(ink=None)),
            ("John", 5),
            ("John", ["a"]),
        ):
            with self.subTest(name=name, image=image):
                self.assertIn("error", self.post_signature(plan, name, image or ""))
        plan.invalidate_recordset()
        self.assertFalse(plan.signature)
        self.post_signature(plan)
        self.assertIn("error", self.post_signature(plan, name="Eve"))
        plan.invalidate_recordset()
        self.assertEqual(plan.signed_by, "John Doe")

    def test_not_offered_is_not_signed(self):
        """PLN-01: only what was offered can be signed, also with a token."""
        plan = self.draft(offer=False)
        self.page("/my")
        self.assertIn("nothing to sign", self.post_signature(plan)["error"])

    def test_paid_bill(self):
        """PLN-01: when the debt is gone, the consumer is told."""
        plan = self.draft()
        self.record_one(90.0, type="bill", documents=[plan.covered_move_ids.name])
        self.page("/my")
        self.assertIn("contact us", self.post_signature(plan)["error"])
        plan.invalidate_recordset()
        self.assertFalse(plan.signature)
