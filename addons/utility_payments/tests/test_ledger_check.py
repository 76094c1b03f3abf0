from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestLedgerCheck(PaymentsCommon):
    """What is changed behind the ORM's back is found (targets.md, T27)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request(150)])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.env.flush_all()

    def assertFound(self, check, sql, *params):
        self.assertLedgerSound()
        self.env.cr.execute(sql, params)
        findings = self.company._utility_check_ledger()
        self.assertIn(check, {f["check"] for f in findings if f["level"] == "error"})

    def test_amount(self):
        """ROL-02: a changed amount."""
        self.assertFound(
            "payments",
            "UPDATE account_payment SET amount = 1 WHERE id = %s",
            self.payment.id,
        )

    def test_date(self):
        """ROL-02: a changed date."""
        self.assertFound(
            "payments",
            "UPDATE account_payment SET date = '2020-01-01' WHERE id = %s",
            self.payment.id,
        )

    def test_payer(self):
        """ROL-02: another consumer."""
        self.assertFound(
            "payments",
            "UPDATE account_payment SET partner_id = %s WHERE id = %s",
            self.partner_a.id,
            self.payment.id,
        )

    def test_entry(self):
        """ROL-02: an entry that isn't posted any more."""
        self.assertFound(
            "drafts",
            "UPDATE account_move SET state = 'draft' WHERE id = %s",
            self.payment.move_id.id,
        )

    def test_receipt_number(self):
        """REC-12: a payment without its receipt number."""
        self.assertFound(
            "payments",
            "UPDATE account_payment SET receipt_number = NULL WHERE id = %s",
            self.payment.id,
        )

    def test_residual(self):
        """CON-04: a balance that its matches don't explain."""
        self.assertFound(
            "residuals",
            "UPDATE account_move_line SET amount_residual = 99"
            " WHERE move_id = %s AND utility_account_id IS NOT NULL",
            self.bill.id,
        )

    def test_allocation(self):
        """PAY-03: an allocation that doesn't add up."""
        self.assertFound(
            "allocations",
            "UPDATE utility_payment_allocation SET amount_applied = 1"
            " WHERE payment_id = %s",
            self.payment.id,
        )

    def test_taken_back(self):
        """RCN-07: a status that the ledger doesn't follow."""
        self.assertFound(
            "taken_back",
            "UPDATE account_payment SET utility_state = 'returned' WHERE id = %s",
            self.payment.id,
        )

    def test_balance(self):
        """design.md, invariant 7: an entry out of balance."""
        self.assertFound(
            "trial_balance",
            "UPDATE account_move_line SET balance = balance + 1 WHERE id = %s",
            self.payment.move_id.line_ids[0].id,
        )

    def test_accounts_apart(self):
        """design.md: an item moved to another account under its match."""
        other = self.make_account("Jane Roe")
        self.assertFound(
            "accounts_apart",
            "UPDATE account_move_line SET utility_account_id = %s"
            " WHERE move_id = %s AND utility_account_id IS NOT NULL",
            other.id,
            self.bill.id,
        )

    def test_unused_numbers_are_listed(self):
        """CFG-02: a number that a rollback left unused is told, with its reason."""
        self.env["ir.sequence"]._utility_draw("utility.receipt", self.company, 2)
        self.record_one(1)
        findings = [
            f["message"]
            for f in self.company._utility_check_ledger()
            if f["check"] == "numbers"
        ]
        self.assertEqual(len(findings), 1)
        self.assertIn("utility.receipt", findings[0])
        self.assertIn("rolled back", findings[0])
