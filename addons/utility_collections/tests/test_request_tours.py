from odoo.tests import HttpCase, tagged

from .request_common import RequestsCommon


class RequestToursCommon(RequestsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(202.50, number="INV-TOUR-1")

    def get_requests(self):
        self.env.invalidate_all()
        return self.Request.search([("utility_account_id", "=", self.account.id)])


@tagged("post_install", "-at_install")
class TestRequestTours(RequestToursCommon):
    def test_desk(self):
        """COL-05: a call with its outcome, and a bill that is sent from the board."""
        self.start_tour(
            f"/odoo/utility.account/{self.account.id}",
            "utility_request_desk",
            login="utility_recovery",
        )
        requests = self.get_requests().grouped("type_code")
        call, copy = requests["personal_call"], requests["email_bill"]
        self.assertEqual((call.outcome, call.end_note), ("promised", "On Friday"))
        self.assertEqual(call.step_ids[0].done_by, self.recovery)
        self.assertEqual((copy.state, copy.move_ids), ("in_progress", self.bill))
        mail = self.env["mail.mail"].search(
            [("model", "=", copy._name), ("res_id", "=", copy.id)]
        )
        self.assertEqual(mail.attachment_ids.mimetype, "application/pdf")


@tagged("post_install", "-at_install")
class TestRequestToursPhone(RequestToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """COL-05: a collector starts and finishes a visit of an own account."""
        self.account.collector_id = self.collector
        visit = self.make_request("visit")
        self.start_tour(
            "/odoo/service-requests", "utility_request_phone", login="utility_collector"
        )
        self.env.invalidate_all()
        self.assertEqual((visit.outcome, visit.done_by), ("promised", self.collector))
