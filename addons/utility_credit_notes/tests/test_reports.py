from odoo.tests import tagged

from odoo.addons.utility_payments.tests.reports_common import FavouriteChecks

from .common import CreditNotesCommon


@tagged("post_install", "-at_install")
class TestCreditReports(FavouriteChecks, CreditNotesCommon):
    """Credit in the reports: by reason, as money paid back, among receivables."""

    def setUp(self):
        super().setUp()
        self.account.category = "commercial"
        self.make_bill()
        _outcome, payment = self.record_one(165.50)
        self.note = payment.credit_note_ids
        self.late = self.make_bill(3)
        self.note.with_user(self.clerk).apply_to(self.late.ids, 3)
        self._refund(5)

    def _refund(self, amount):
        mode = self.env["utility.payment.mode"].search(
            [("company_id", "=", self.company.id), ("code", "=", "cash")]
        )
        adjustment = (
            self.env["utility.payment.adjustment"]
            .with_user(self.clerk)
            .create(
                {
                    "kind": "refund",
                    "reason": "The consumer asked for it",
                    "credit_note_id": self.note.id,
                    "refund_amount": amount,
                    "refund_mode_id": mode.id,
                }
            )
        )
        adjustment.action_request()
        adjustment.with_user(self.manager).action_approve()
        self.assertEqual(adjustment.state, "done")
        self.env.flush_all()
        self.env.invalidate_all()

    def test_by_reason(self):
        """KPI-07: what notes were given for, and what became of the money."""
        aggregates = [
            f"{name}:sum"
            for name in (
                "amount",
                "applied_amount",
                "refunded_amount",
                "expired_amount",
                "remaining_amount",
            )
        ]
        Report = self.env["utility.credit.note.report"].with_user(self.manager)
        for groupby, group in (
            ("reason_id", self.reasons["overpayment"]),
            ("category", "commercial"),
        ):
            self.assertEqual(
                Report._read_group([], [groupby], aggregates),
                [(group, 20, 3, 5, 0, 12)],
            )

    def test_refund(self):
        """KPI-01, KPI-07: money paid back is out of the collected, and in the net."""
        refunds = self.env["utility.payment.report"].with_user(self.manager)
        refunds = refunds.search([("payment_type", "=", "outbound")])
        self.assertEqual(refunds.mapped("amount"), [-5])
        day = self.company._utility_today()
        figures = (
            self.env["account.payment"]
            .with_user(self.manager)
            .collection_figures(day, day)
        )
        Report = self.env["utility.collection.report"].with_user(self.manager)
        found = Report._read_group(
            [("date", "=", day)],
            [],
            ["amount:sum", "refunded_amount:sum", "net_amount:sum"],
        )
        self.assertEqual(found, [(165.50, 5, 160.50)])
        self.assertEqual(figures["refunds"]["value"], 5)
        self.assertEqual(figures["net_collected"]["value"], 160.50)
        refund_row = Report.search([("refunded_amount", ">", 0)])
        action = refund_row.action_view_payments()
        opened = self.env[action["res_model"]].search(action["domain"])
        self.assertIn(refunds.payment_id, opened)

    def test_open_credit(self):
        """CON-04, KPI-07: what is left of a note is a credit, which leads to it."""
        Report = self.env["utility.receivable.report"].with_user(self.manager)
        row = Report.search([("bucket", "=", "credit")])
        self.assertEqual((row.open_amount, row.kind), (-12, "credit"))
        action = row.action_view_details()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("utility.credit.note", self.note.id),
        )

    def test_favourites(self):
        """KPI-07: credit notes by reason are shipped as a favourite."""
        self.assertFavouritesRun(["utility.credit.note.report"], self.manager, 1)
