from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PaymentsCommon


@tagged("post_install", "-at_install")
class TestPaymentLocked(PaymentsCommon):
    """ROL-02: what was posted stays, in the ORM and so through RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill()
        outcome = cls.Payment.record_collections([cls.request()])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.accountant = cls._make_user(
            "accountant", "account.group_account_manager,base.group_user"
        )
        cls.admin = cls._make_user(
            "admin", "base.group_system,account.group_account_manager"
        )
        cls.everyone = (
            cls.clerk,
            cls.recovery,
            cls.manager,
            cls.accountant,
            cls.admin,
        )

    def assertRefused(self, function, *args):
        """UserError or its subclass AccessError."""
        with self.assertRaises(UserError), self.cr.savepoint():
            function(*args)

    def test_money_and_party_are_frozen_for_all(self):
        """ROL-02: amount, date, account, mode, numbers: nobody, not even superuser."""
        other = self.make_account("Jane Roe")
        for vals in (
            {"amount": 1},
            {"date": "2020-01-01"},
            {"utility_account_id": other.id},
            {"mode_id": self.env["utility.payment.mode"].search([], limit=1).id},
            {"partner_id": other.partner_id.id},
            {"receipt_number": "R-0"},
            {"received_by": self.manager.id},
            {"received_at": "2020-01-01 00:00:00"},
            {"journal_id": self.company_data["default_journal_bank"].id},
        ):
            for user in self.everyone:
                self.assertRefused(self.payment.with_user(user).write, vals)
            self.assertRefused(self.payment.sudo().write, vals)
        self.assertEqual(self.payment.amount, 145.50)

    def test_states_move_through_doors_only(self):
        """ROL-02: no user writes states, nor the entry."""
        for vals in (
            {"utility_state": "cancelled"},
            {"verification_state": "pending"},
            {"state": "draft"},
            {"move_id": False},
        ):
            for user in self.everyone:
                self.assertRefused(self.payment.with_user(user).write, vals)

    def test_native_buttons(self):
        """ROL-02: reset to draft, cancel, reject and delete are closed."""
        for user in self.everyone:
            payment = self.payment.with_user(user)
            for method in ("action_draft", "action_cancel", "action_reject", "unlink"):
                self.assertRefused(getattr(payment, method))
        self.assertRefused(self.payment.sudo().action_draft)
        self.assertRefused(self.payment.sudo().unlink)

    def test_the_entry_is_locked_too(self):
        """ROL-02: the journal entry and its matching stay as they are."""
        for user in self.everyone:
            move = self.payment.move_id.with_user(user)
            self.assertRefused(move.button_draft)
            self.assertRefused(move.button_cancel)
            self.assertRefused(move.unlink)
            self.assertRefused(move.write, {"date": "2020-01-01"})
            self.assertRefused(move.line_ids[0].write, {"name": "Other"})
            self.assertRefused(move.line_ids.remove_move_reconcile)
        self.assertRefused(self.payment.move_id.sudo().button_draft)
        self.assertRefused(self.payment.move_id.sudo().button_cancel)
        self.assertEqual(self.bill.amount_residual, 0)

    def test_bank_matching_stays_possible(self):
        """design.md, Rights: an accountant matches the money with the bank."""
        line = self.payment.move_id.line_ids.filtered(lambda line: line.balance > 0)
        bank = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.payment.date,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.payment.partner_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self.company_data["default_account_assets"], 145.50),
                        (line.account_id, -145.50),
                    )
                ],
            }
        )
        bank.action_post()
        other = bank.line_ids.filtered(lambda line: line.balance < 0)
        (line | other).with_user(self.accountant).reconcile()
        self.assertTrue(line.reconciled)
        self.assertEqual(self.payment.state, "paid")
        self.assertLedgerSound()

    def test_matching_by_hand(self):
        """design.md: partial reconciles of consumers come from our doors only."""
        self.record_one(50)
        credit = self.account.payment_ids.move_id.line_ids.filtered(
            lambda line: line.utility_account_id and not line.reconciled
        )
        bill = self.make_bill(30)
        debit = bill.line_ids.filtered("utility_account_id")
        self.assertRefused((credit + debit).with_user(self.accountant).reconcile)

    def test_creating_directly(self):
        """design.md, One door: no payment of a consumer is created from outside."""
        for user in (self.accountant, self.admin):
            self.assertRefused(
                self.env["account.payment"].with_user(user).create,
                {
                    "utility_account_id": self.account.id,
                    "amount": 5,
                    "partner_id": self.account.partner_id.id,
                },
            )

    def test_admin_corrects_texts(self):
        """ROL-02: Admin may correct notes, reference and payer name, others not."""
        vals = {"utility_note": "n", "payment_reference": "r", "payer_name": "p"}
        self.payment.with_user(self.admin).write(vals)
        self.assertEqual(self.payment.payer_name, "p")
        for user in (self.clerk, self.manager, self.accountant):
            self.assertRefused(self.payment.with_user(user).write, vals)

    def test_what_stays_possible(self):
        """design.md: chatter and the sent mark aren't history."""
        self.payment.with_user(self.accountant).is_sent = True
        self.payment.with_user(self.clerk).message_post(body="Called back")

    def test_allocations_and_events_are_written_by_doors(self):
        """ROL-02: nobody adds, changes or deletes allocations and events."""
        allocation = self.payment.allocation_ids
        event = self.payment.event_ids
        for user in self.everyone:
            for record in (allocation, event):
                record = record.with_user(user)
                self.assertRefused(record.write, {"payment_id": self.payment.id})
                self.assertRefused(record.unlink)
                self.assertRefused(record.copy)

    def test_verify(self):
        """PAY-07: pending ones are verified by the counter, logged."""
        self.payment.sudo().verification_state = "pending"
        self.payment.with_user(self.clerk).action_verify()
        self.assertEqual(self.payment.verification_state, "verified")
        self.assertEqual(self.payment.verified_by, self.clerk)
        self.assertEqual(self.payment.event_ids[-1].kind, "verified")
        with self.assertRaises(AccessError):
            self.payment.with_user(self.collector).action_verify()
