from odoo.tests import HttpCase, tagged

from .common import CreditNotesCommon


class ToursCommon(CreditNotesCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.number = "WU-TOUR-1"
        cls.make_bill(145.50, number="INV-TOUR-1")

    def setUp(self):
        super().setUp()
        _outcome, self.payment = self.record_one()
        # Open again for the credit to be applied to
        self.bill = self.make_bill(20, number="INV-TOUR-2")

    def run_tour(self, name):
        self.start_tour("/odoo/payments", name, login="utility_clerk")
        self.env.invalidate_all()
        return self.payment.credit_note_ids


@tagged("post_install", "-at_install")
class TestCreditNoteTour(ToursCommon):
    """Dialog, tab, list, filters and details in the browser."""

    def test_desktop(self):
        """LST-01, CRN-01 to CRN-05, CRN-07, CRN-09, CRN-10: from payment to use."""
        note = self.run_tour("utility_credit_note")
        self.assertEqual((note.amount, note.state), (45.50, "active"))
        self.assertEqual(note.remarks, "Paid twice")
        self.assertEqual(note.applied_amount, 20)

    def test_tabs_by_keyboard(self):
        """LST-01: arrow keys move along the tabs, and no breadcrumb is left."""
        self.run_tour("utility_payment_tabs")


@tagged("post_install", "-at_install")
class TestCreditNotePhone(ToursCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """LST-01, CRN-01, CRN-07, CRN-09: nothing scrolls sideways on a phone."""
        note = self.run_tour("utility_credit_note_phone")
        self.assertEqual((note.amount, note.state), (145.50, "to_approve"))
