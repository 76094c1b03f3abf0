from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .request_common import RequestsCommon


@tagged("post_install", "-at_install")
class TestRequestForm(RequestsCommon):
    """COL-05: requests as people open and work on them."""

    def test_new_from_account(self):
        """COL-05: the dialog of an account asks little and opens a full request."""
        action = self.account.with_user(self.clerk).action_new_request("personal_call")
        form = Form(
            self.Request.with_user(self.clerk).with_context(**action["context"]),
            view="utility_collections.utility_service_request_view_new",
        )
        self.assertEqual(form.utility_account_id, self.account)
        self.assertEqual(form.user_id, self.recovery)
        self.assertEqual(form.date_deadline, self.today + timedelta(days=2))
        form.note = "Ask for her new job"
        request = form.save()
        year = self.today.year
        self.assertRegex(request.name, rf"^SR-{year}-\d{{5}}$")
        self.assertEqual(request.state, "new")
        self.assertEqual(request.category_id.name, "Collections")
        self.assertEqual(len(request.step_ids), 3)
        self.assertEqual(self.get_events(), [("request_opened", "Personal call")])
        activity = self.get_activities(request)
        self.assertEqual(activity.user_id, self.recovery)
        self.assertEqual(activity.date_deadline, request.date_deadline)

    def test_owner(self):
        """COL-05: the account's executive, else the company's, else who asks."""
        self.account.recovery_user_id = self.manager
        self.assertEqual(self.make_request().user_id, self.manager)
        self.account.recovery_user_id = False
        self.assertEqual(self.make_request().user_id, self.recovery)
        self.company.utility_plan_user_id = False
        self.assertEqual(self.make_request().user_id, self.clerk)
        self.assertEqual(self.make_request("visit").user_id, self.clerk)
        self.account.collector_id = self.collector
        self.assertEqual(self.make_request("visit").user_id, self.collector)

    def test_without_owner(self):
        """COL-05: a request without an owner is refused, in one sentence."""
        with self.assertRefused(UserError, "needs an owner"):
            self.make_request(user_id=False)
        request = self.make_request()
        with self.assertRefused(UserError, "needs an owner"):
            request.write({"user_id": False})
        with self.assertRefused(ValidationError, "sees accounts of their own only"):
            self.make_request(user_id=self.collector.id)
        self.collector.active = False
        with self.assertRefused(ValidationError, "is archived"):
            self.make_request(user_id=self.collector.id)

    def test_states(self):
        """COL-05: new, in progress, waiting, done with an outcome; and no way back."""
        request = self.make_request()
        request.action_start()
        self.assertEqual(request.state, "in_progress")
        with self.assertRefused(UserError, "already"):
            request.action_start()
        request.action_wait()
        self.assertEqual(request.state, "waiting")
        request.action_start()
        with self.assertRefused(UserError, "outcome"):
            request.action_done()
        with self.assertRefused(UserError, "none of the choices"):
            request.action_done("excellent")
        self.assertTrue(request.action_done("promised", " On Friday ", "phone"))
        self.assertEqual(
            (request.state, request.outcome, request.end_note, request.contact_mode),
            ("done", "promised", "On Friday", "phone"),
        )
        self.assertEqual(request.done_by, self.clerk)
        self.assertFalse(self.get_activities(request))
        self.assertEqual(
            self.get_events()[-1],
            ("request_done", "Personal call: Payment promised: On Friday"),
        )
        for method in ("action_start", "action_wait", "action_cancel"):
            with self.assertRefused(UserError, "is done"):
                getattr(request, method)()
        with self.assertRefused(UserError, "is done"):
            request.action_done("reached")
        with self.assertRefused(UserError, "is done"):
            request.note = "More"

    def test_cancel(self):
        """COL-05: a request that nobody needs is cancelled, with the reason."""
        request = self.make_request()
        self.assertTrue(request.action_cancel("Paid meanwhile"))
        self.assertEqual(
            (request.state, request.end_note), ("cancelled", "Paid meanwhile")
        )
        self.assertEqual(
            self.get_events()[-1],
            ("request_cancelled", "Personal call: Paid meanwhile"),
        )
        self.assertFalse(self.get_activities(request))

    def test_steps(self):
        """COL-05: who ticked a step, and when; the type's changes don't change it."""
        request = self.make_request()
        step = request.step_ids[0]
        self.assertTrue(step.action_toggle())
        self.assertEqual(step.done_by, self.clerk)
        self.assertTrue(step.done_at)
        self.assertEqual(request.state, "in_progress")
        self.assertEqual((request.step_done_count, request.step_count), (1, 3))
        step.action_toggle()
        self.assertFalse(step.done_at)
        request.type_id.sudo().procedure_ids[0].unlink()
        self.assertEqual(len(request.step_ids), 3)
        with self.assertRaises(AccessError):
            step.write({"done_by": self.manager.id})
        sending = self.make_request("email_bill").step_ids
        with self.assertRefused(UserError, "use its button"):
            sending.action_toggle()

    def test_finish_with_follow_up(self):
        """COL-05: the dialog closes a request and opens what comes next."""
        request = self.make_request()
        request.action_start()
        action = request.action_next_step()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.clerk)
            .with_context(**action["context"])
        )
        form.outcome = "not_reached"
        form.note = "Nobody answers"
        form.follow_up_type_id = self.Type._find("visit")
        self.assertEqual(form.follow_up_date, self.today + timedelta(days=7))
        form.save().action_done()
        self.assertEqual(request.state, "done")
        follow_up = request.next_ids
        self.assertEqual(
            (follow_up.type_id.code, follow_up.state, follow_up.note),
            ("visit", "new", "Nobody answers"),
        )
        other = self.make_account("Jane Roe")
        with self.assertRefused(UserError, "another account"):
            self.make_request(account=other, previous_id=request.id)

    def test_next_step(self):
        """COL-02, COL-05: what the debt summary offers for each request."""
        call = self.make_request()
        self.assertEqual(
            call._get_next_step(), {"label": "Start", "method": "action_start"}
        )
        call.action_next_step()
        self.assertEqual(call._get_next_step()["method"], "action_open_done")
        call.action_wait()
        self.assertEqual(call.next_step, "Go on")
        for code, method in (
            ("email_bill", "action_send_bills"),
            ("verify_contact", "action_verify_contact"),
            ("visit", "action_start"),
        ):
            with self.subTest(code=code):
                request = self.make_request(code)
                self.assertEqual(request._get_next_step()["method"], method)
        call.action_cancel()
        self.assertFalse(call._get_next_step())
        with self.assertRefused(UserError, "is cancelled"):
            call.action_next_step()

    def test_verify_contact(self):
        """COL-05: details are confirmed or corrected; histories say what changed."""
        request = self.make_request("verify_contact")
        action = request.action_next_step()
        Dialog = self.env[action["res_model"]].with_user(self.clerk)
        Dialog = Dialog.with_context(**action["context"])
        wrong = Dialog.create({"email": "john at example"})
        with self.assertRefused(UserError, "is no e-mail address"):
            wrong.action_confirm()
        form = Form(Dialog)
        self.assertEqual(form.phone, "+1 555 010 0100")
        form.email = "john.doe@example.com"
        form.save().action_confirm()
        self.assertEqual(self.account.email, "john.doe@example.com")
        self.assertTrue(request.step_ids.done_at)
        for record in (self.account, request):
            self.assertIn(
                "E-mail: john@example.com → john.doe@example.com",
                record.sudo().message_ids[0].body,
            )

    def test_owner_and_day_move_the_activity(self):
        """COL-05: the owner's list follows the request."""
        request = self.make_request()
        request.write({"user_id": self.manager.id, "date_deadline": self.days(9)})
        activity = self.get_activities(request)
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.manager, self.days(9))
        )

    def test_usage(self):
        """USE-01: what is asked for is counted, and what is resolved by its kind."""
        self.company.utility_usage = True
        self.make_request("email_bill").action_done("done", "", "counter")
        self.make_request().action_cancel("Paid")
        events = self.env["utility.usage.event"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual(
            [
                (
                    event.event,
                    event.inquiry_category,
                    event.contact_mode,
                    event.properties["request_type"],
                )
                for event in events
            ],
            [
                ("collection_action", False, False, "email_bill"),
                ("inquiry_resolved", "bill", "counter", "email_bill"),
                ("collection_action", False, False, "personal_call"),
            ],
        )
        self.assertEqual(set(events.mapped("role")), {"customer_executive"})

    def test_category_of_settings(self):
        """COL-05, CFG-01: the category of collections is a setting."""
        category = self.env["utility.service.request.category"].create({"name": "Debt"})
        settings = self.env["res.config.settings"].with_company(self.company)
        settings.create({"utility_request_category_id": category.id}).execute()
        self.assertEqual(self.make_request().category_id, category)

    def test_search_runs(self):
        """COL-05: every filter and group of the search view works."""
        self.make_request()
        self.assertSearchRuns(
            "utility.service.request",
            self.env.ref("utility_collections.utility_service_request_view_search"),
            self.clerk,
        )
        late = self.make_request(date_deadline=self.days(-1))
        Request = self.Request.with_user(self.clerk)
        mine = [("utility_account_id", "=", self.account.id)]
        self.assertEqual(Request.search([("is_overdue", "=", True), *mine]), late)
        self.assertNotIn(late, Request.search([("is_overdue", "=", False), *mine]))
