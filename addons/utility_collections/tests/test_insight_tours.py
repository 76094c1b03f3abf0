from odoo.tests import HttpCase, tagged

from .insight_common import InsightCommon


class InsightToursCommon(InsightCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third.sudo().state = "closed"
        cls.make_late(100.0, 20)
        cls.make_bill(200.0, due_date=str(cls.days(20)))
        cls.process.step_ids.flush_recordset()
        case = cls.open_case(
            cls.account,
            step_id=cls.process.step_ids[0].id,
            stepped_on=cls.today,
            next_step_id=cls.process.step_ids[1].id,
            next_step_on=cls.days(3),
        )
        cls.env["utility.collection.event"]._log("opened", case)
        recovery = cls.env(user=cls.recovery)
        recovery["utility.payment.promise"].create(
            {
                "utility_account_id": cls.account.id,
                "amount": 25.0,
                "date": cls.days(5),
            }
        )
        recovery["utility.service.request"].create(
            {
                "utility_account_id": cls.account.id,
                "type_id": cls.env["utility.service.request.type"]
                ._find("personal_call")
                .id,
                "user_id": cls.recovery.id,
            }
        )

    def run_tour(self, name, login="utility_recovery"):
        self.start_tour(f"/odoo/consumers/{self.account.id}", name, login=login)
        self.env.invalidate_all()

    def assertMinimumPaid(self):
        """What ended collections was recorded, on its own bill, to the cent."""
        payment = self.account.payment_ids
        self.assertEqual(payment.amount, 100.0)
        self.assertEqual(payment.allocation_ids.mapped("amount_applied"), [100.0])
        self.assertEqual(self.account.overdue_balance, 0.0)


@tagged("post_install", "-at_install")
class TestInsightTours(InsightToursCommon):
    """COL-01, COL-02: from the insight to the payment, at the desk."""

    browser_size = "1440x900"

    def test_drawer(self):
        """COL-01, COL-02: figures, the minimum recorded, next steps, live figures."""
        self.run_tour("utility_debt_summary")
        self.assertMinimumPaid()

    def test_drawer_by_keyboard(self):
        """COL-02: Enter opens it, Escape closes it, the focus comes back."""
        self.run_tour("utility_debt_summary_keyboard")

    def test_collections_page(self):
        """CON-06, COL-04: ladder, promises, requests and timeline in one tab."""
        self.run_tour("utility_collections_page")

    def test_header(self):
        """CON-06: four buttons; the others in a menu that the keyboard works too."""
        self.run_tour("utility_account_header")

    def test_drawer_from_the_cases(self):
        """COL-02: opened from the list of cases, which follows what is done in it."""
        self.start_tour(
            "/odoo/collection-cases?view_type=list",
            "utility_debt_from_cases",
            login="utility_recovery",
        )
        self.assertMinimumPaid()


@tagged("post_install", "-at_install")
class TestInsightToursPhone(InsightToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_drawer_on_a_phone(self):
        """COL-02: a full sheet that one thumb works."""
        self.run_tour("utility_debt_summary_phone")
        self.assertMinimumPaid()

    def test_header_on_a_phone(self):
        """CON-06: one button, the others in a sheet."""
        self.run_tour("utility_account_header_phone")
