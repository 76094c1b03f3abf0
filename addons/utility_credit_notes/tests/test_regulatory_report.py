from datetime import timedelta

from odoo.modules import get_module_path
from odoo.modules.migration import load_script
from odoo.tests import tagged

from odoo.addons.utility_payments.tests.regulatory_common import RegulatoryMixin

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestRegulatoryReportCredit(RegulatoryMixin, CreditNotesCommon):
    """Credit in the monthly report (KPI-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._utility_today()
        cls.cash = cls.env["utility.payment.mode"].search(
            [("company_id", "=", cls.company.id), ("code", "=", "cash")]
        )

    def adjust(self, payment, kind="reverse", **values):
        adjustment = (
            self.env["utility.payment.adjustment"]
            .with_user(self.clerk)
            .create(
                {
                    "payment_id": payment.id,
                    "kind": kind,
                    "reason": "The consumer called",
                    **values,
                }
            )
        )
        adjustment.action_request()
        adjustment.with_user(self.manager).action_approve()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_credit(self):
        """KPI-07: credit given, applied, refunded, expired, revived has its lines."""
        self.make_bill(100)
        _outcome, payment = self.record_one(160)
        note = payment.credit_note_ids.with_user(self.manager)
        # Applying books nothing
        note.apply_to(self.make_bill(10))
        self.adjust(
            payment,
            "refund",
            credit_note_id=note.id,
            refund_amount=15,
            refund_mode_id=self.cash.id,
        )
        freed = self.make_note(payment, 30, user=self.manager)
        freed.action_confirm()
        error = self.make_note(payment, 20, reason="billing_error")
        error.action_confirm()
        error.with_user(self.manager).action_approve()
        note.action_expire()
        told = self.read_sections(self.assertReportSound())["receivables"]
        self.assertEqual(told["Payments collected"], [1, -160])
        self.assertEqual(told["Refunds paid to consumers"], [1, 15])
        self.assertEqual(told["Credit notes that adjust revenue"], [1, -20])
        self.assertEqual(told["Credit that expired"], [1, 35])
        self.assertEqual(told["Corrections and other entries"], [1, 0])
        self.assertNotIn("Expired credit that was revived", told)
        note.action_extend(self.today + timedelta(days=10))
        told = self.read_sections(self.assertReportSound())["receivables"]
        self.assertEqual(told["Credit that expired"], [1, 35])
        self.assertEqual(told["Expired credit that was revived"], [1, -35])
        # All of it is undone when the payment bounces
        note.action_expire()
        self.adjust(payment, reversal_kind="returned")
        told = self.read_sections(self.assertReportSound())
        movements = told["receivables"]
        self.assertEqual(movements["Payments returned"], [1, 160])
        self.assertEqual(movements["Credit notes that adjust revenue"], [2, 0])
        self.assertEqual(movements["Expired credit that was revived"], [2, -70])
        self.assertEqual(told["aging"]["Owed"][1], 125)
        self.assertEqual(told["aging"]["Credits of consumers"], [0, 0])
        self.assertLedgerSound()

    def test_upgrade_names_revivals(self):
        """KPI-07: revivals from before the upgrade are found by their matches."""
        self.make_bill(100)
        _outcome, payment = self.record_one(160)
        note = payment.credit_note_ids.with_user(self.manager)
        note.action_expire()
        note.action_extend(self.today + timedelta(days=10))
        use = note.application_ids
        revival = use.revival_move_id
        self.assertTrue(revival)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE utility_credit_application SET revival_move_id = NULL"
        )
        self.env.invalidate_all()
        path = get_module_path("utility_credit_notes")
        load_script(
            f"{path}/migrations/19.0.1.1.0/post-migration.py", "credit_migration"
        ).migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(use.revival_move_id, revival)
