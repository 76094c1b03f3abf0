from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestRecordRejections(PaymentsCommon):
    """Every rejection code of design.md: one clear sentence, nothing saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(145.50)

    def test_amounts(self):
        """REC-05: not a number, not positive, too many decimals."""
        for value in ("twelve", None, "1,5", True):
            self.assertRejected("not_a_number", self.request(value))
        for value in (0, -5):
            self.assertRejected("not_positive", self.request(value))
        self.assertRejected("too_many_decimals", self.request("1.234"), text="decimals")

    def test_letters_in_tendered(self):
        """REC-05: the amount received is an amount too."""
        self.assertRejected("not_a_number", self.request(tendered="lots"))

    def test_above_limit(self):
        """REC-07: the message says the most that is accepted."""
        self.assertRejected("amount_above_limit", self.request(245.51), text="245.50")
        self.record_one(245.50)

    def test_limit_by_percent(self):
        """REC-07: the larger of amount and percent counts."""
        bill = self.make_bill(5000, account=self.make_account("Big Works"))
        account = bill.utility_account_id.number
        self.assertRejected(
            "amount_above_limit",
            self.request(5500.01, account=account),
            text="5,500.00",
        )
        self.record_one(5500, account=account)

    def test_limit_raised_for_one_account(self):
        """REC-07: a Billing Manager may raise the limit of an account."""
        self.account.with_user(self.manager).overpayment_limit = 1000
        self.record_one(1145.50)

    def test_nothing_due(self):
        """REC-07, REC-14: with overpayments switched off, no advance is taken."""
        self.company.write(
            {"utility_overpayment_amount": 0, "utility_overpayment_percent": 0}
        )
        account = self.make_account("Paid Up").number
        self.assertRejected("nothing_due", self.request(1, account=account))

    def test_unknown_names(self):
        """REC-02, REC-04, REC-05: unknown account, mode, channel, type, document."""
        self.assertRejected("unknown_account", self.request(account="WU-99999999"))
        self.assertRejected("unknown_account", self.request(account=False))
        self.assertRejected("unknown_mode", self.request(mode="barter"))
        self.assertRejected("unknown_mode", self.request(mode=False))
        self.assertRejected("unknown_channel", self.request(channel="pigeon"))
        self.assertRejected("unknown_type", self.request(type="gift"))
        self.assertRejected("unknown_document", self.request(documents=["INV-NONE"]))
        self.assertRejected("unknown_document", self.request(documents=[10**8]))

    def test_archived_channel_and_mode(self):
        """REC-02, REC-04: archived ones don't exist for new payments."""
        self.env.ref("utility_payments.channel_kiosk").active = False
        self.assertRejected("unknown_channel", self.request(channel="kiosk"))
        self.env["utility.payment.mode"].search(
            [("code", "=", "wallet"), ("company_id", "=", self.company.id)]
        ).active = False
        self.assertRejected("unknown_mode", self.request(mode="wallet"))

    def test_other_company(self):
        """ROL-04: another company's account doesn't exist for this one."""
        other = self.setup_other_company(name="Other Water")["company"]
        account = self.env["utility.account"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Far"}).id,
                "company_id": other.id,
            }
        )
        self.assertRejected("unknown_account", self.request(account=account.id))

    def test_document_of_other_account(self):
        """REC-03: somebody else's bill isn't paid from here."""
        other = self.make_bill(10, account=self.make_account("Jane Roe"))
        self.assertRejected(
            "document_of_other_account", self.request(10, documents=[other.name])
        )

    def test_document_not_open(self):
        """REC-03: a bill that another cashier took meanwhile is said to be paid."""
        self.record_one(documents=[self.bill.name])
        self.assertRejected(
            "document_not_open",
            self.request(10, documents=[self.bill.name]),
            text=self.bill.name,
        )

    def test_document_of_other_type(self):
        """REC-03: a bill can't be paid as a service charge."""
        self.assertRejected(
            "unknown_document", self.request(type="service", documents=[self.bill.id])
        )
        fee = self.make_bill(75, kind="service")
        self.assertRejected(
            "unknown_type", self.request(documents=[self.bill.id, fee.id])
        )

    def test_reference_required(self):
        """REC-04: cheque, cards and transfers need a reference."""
        for mode in ("cheque", "credit_card", "debit_card", "bank_transfer"):
            self.assertRejected("mode_requires_reference", self.request(mode=mode))
            self.assertRejected(
                "mode_requires_reference", self.request(mode=mode, reference="  ")
            )

    def test_cash_only(self):
        """REC-17: a cash-only account refuses other methods, with the reason."""
        self.account.write({"cash_only": True, "cash_only_reason": "returned cheque"})
        self.assertRejected(
            "mode_not_allowed",
            self.request(mode="cheque", reference="1"),
            text="returned cheque",
        )
        self.record_one()

    def test_no_change_from_a_cheque(self):
        """REC-08: a mode without change can't be asked for it."""
        self.assertRejected(
            "mode_not_allowed",
            self.request(mode="cheque", reference="1", tendered=150, excess="change"),
        )

    def test_tendered_below_amount(self):
        """REC-08: less received than recorded is refused."""
        self.assertRejected("tendered_below_amount", self.request(tendered=100))

    def test_dates(self):
        """REC-05: future, long ago, closed books, no date at all."""
        today = fields.Date.context_today(self.env.user)
        self.assertRejected("future_date", self.request(date=today + timedelta(days=1)))
        old = self.request(date=today - timedelta(days=8), note="Found")
        self.assertRejected("back_date", old)
        self.assertRejected("back_date", old | {"note": ""}, user=self.manager)
        self.assertRejected("not_a_date", self.request(date="31/12/2023"))
        self.company.sudo().fiscalyear_lock_date = today - timedelta(days=3)
        locked = self.request(date=today - timedelta(days=3))
        self.assertRejected("locked_date", locked, text=str(today - timedelta(days=3)))
        self.record_one(date=today - timedelta(days=2))

    def test_received_in_the_future(self):
        """ROL-05: nobody takes money tomorrow; a device's clock may be a bit ahead."""
        now = fields.Datetime.now()
        tomorrow = fields.Datetime.to_string(now + timedelta(days=1))
        self.assertRejected(
            "future_date", self.request(received_at=tomorrow), text=tomorrow
        )
        ahead = fields.Datetime.to_string(now + timedelta(minutes=2))
        self.record_one(received_at=ahead)

    def test_note_too_long(self):
        """REC-10: notes have a limit, from the settings."""
        self.assertRejected("note_too_long", self.request(note="x" * 251), text="250")
        self.company.utility_note_limit = 300
        self.record_one(note="x" * 251)

    def test_receipt_number_of_no_block(self):
        """REC-12: a receipt number can't be chosen."""
        self.assertRejected("receipt_not_reserved", self.request(receipt_number="R-1"))

    def test_currency_and_receiver(self):
        """REC-14, ROL-05: unknown currency; a clerk can't name another receiver."""
        self.assertRejected("unknown_currency", self.request(currency="XXX"))
        self.assertRejected(
            "unknown_receiver", self.request(received_by=self.manager.login)
        )

    def test_no_chart_of_accounts(self):
        """CFG-01: without a chart, the message says what to do."""
        company = self.env["res.company"].create({"name": "New Water"})
        self.clerk.sudo().company_ids = [Command.link(company.id)]
        account = self.env["utility.account"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "First"}).id,
                "company_id": company.id,
            }
        )
        Payment = self.env["account.payment"].with_user(self.clerk)
        outcome = Payment.with_context(
            allowed_company_ids=company.ids
        ).record_collections([self.request(10, account=account.id)])[0]
        self.assertEqual(outcome["error"]["code"], "mode_not_allowed")
        self.assertIn("chart of accounts", outcome["error"]["message"])

    def test_not_a_request(self):
        """CFG-03: what isn't a request is rejected like one without an account."""
        outcomes = self.record("rubbish", {}, self.request())
        self.assertEqual(
            [o["status"] for o in outcomes], ["rejected", "rejected", "posted"]
        )
