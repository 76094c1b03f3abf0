from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time
from urllib3.exceptions import NewConnectionError

from odoo import Command, http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payment.models.payment_provider import PaymentProvider
from odoo.addons.payment.models.payment_transaction import PaymentTransaction

from .common import PlansCommon

CHARGE = "odoo.addons.utility_collections.models.automatic"


class AutomaticCommon(PlansCommon):
    """A consumer with a saved card at a gateway that answers as it is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.partner_id.email = "john@example.com"
        cls.method = cls.env.ref("payment.payment_method_unknown")
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Gateway",
                "code": "none",
                "state": "test",
                "company_id": cls.company.id,
                "allow_tokenization": True,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.method.write({"active": True, "support_tokenization": True})
        cls.token = cls.make_card(cls.account.partner_id)
        cls.bill = cls.make_bill(202.50)
        cls.cron = cls.env.ref("utility_collections.ir_cron_automatic")

    @classmethod
    def make_card(cls, partner):
        return cls.env["payment.token"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.method.id,
                "partner_id": partner.id,
                "payment_details": "4242",
                "provider_ref": "card",
            }
        )

    @classmethod
    def make_automatic(cls, first=10, **values):
        """An active plan, 3 x 67.50, that the card pays from so many days on."""
        plan = cls.make_plan(cls.bill, first_due_date=cls.days(first), **values)
        plan.with_user(cls.clerk).action_start_automatic(cls.token.id)
        return plan.sudo()

    @contextmanager
    def gateway(self, *answers):
        """The gateway gives these answers, one for each request; yields what it got.

        An answer is the state that it reports, or an exception that it raises.
        """
        asked = []
        answers = list(answers)

        def send(tx):
            asked.append((tx.reference, tx.amount))
            answer = answers.pop(0) if answers else "done"
            if isinstance(answer, BaseException):
                raise answer
            if answer == "done":
                tx._set_done()
            elif answer == "pending":
                tx._set_pending()
            elif answer == "error":
                tx._set_error("Card declined")
            elif answer == "cancel":
                tx._set_canceled()

        with patch.object(PaymentTransaction, "_send_payment_request", send):
            yield asked
        self.assertFalse(answers, "The gateway was asked less often than expected")

    def run_cron(self, day=0):
        """Run the scheduled action so many days from today, at noon."""
        self.env.flush_all()
        with (
            freeze_time(f"{self.days(day)} 12:00:00", tick=True),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, plan):
        """The subjects of the mails on a plan and its installments, in order."""
        mails = self.env["mail.mail"].search(
            [
                "|",
                "&",
                ("model", "=", plan._name),
                ("res_id", "in", plan.ids),
                "&",
                ("model", "=", plan.installment_ids._name),
                ("res_id", "in", plan.installment_ids.ids),
            ],
            order="id",
        )
        return [mail.subject.partition(": ")[2] for mail in mails]

    def kinds(self, plan):
        return [event.kind for event in plan.event_ids.sorted("id")]


@tagged("post_install", "-at_install")
class TestPlanAutomatic(AutomaticCommon):
    """PLN-06: installments are paid from a saved card, when the consumer agreed."""

    def test_from_notice_to_payment(self):
        """PLN-06: told three days before, charged on the day, recorded by the door."""
        plan = self.make_automatic()
        row = plan.installment_ids.sorted("sequence")[0]
        self.assertEqual(plan.next_charge_date, self.days(10))
        self.assertEqual(plan.next_charge_amount, 67.5)
        with self.gateway() as asked:
            self.run_cron(6)
            self.assertEqual(self.mails(plan), [])
            self.run_cron(7)
            self.run_cron(7)
            self.run_cron(9)
            self.assertEqual(len(self.mails(plan)), 1)
            self.assertIn("your card will be charged on", self.mails(plan)[0])
            self.assertEqual(asked, [])
            self.run_cron(10)
            self.run_cron(10)
            self.run_cron(11)
        self.assertEqual(asked, [(f"{row.display_name}-{row.id}-1", 67.5)])
        charge = plan.charge_ids
        self.assertEqual(charge.state, "done")
        payment = charge.payment_id
        self.assertEqual(payment.utility_type, "installment")
        self.assertEqual(payment.utility_account_id, self.account)
        self.assertEqual(payment.allocation_ids.installment_id, row)
        self.assertEqual(payment.channel_id.code, "online")
        self.assertFalse(payment.received_by)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        self.assertEqual(self.bill.amount_residual, 135.0)
        self.assertPlanSound(plan)
        self.assertLedgerSound()

    def test_to_the_end(self):
        """PLN-06, PLN-03: three months, three charges, plan completed."""
        plan = self.make_automatic()
        with self.gateway() as asked:
            for row in plan.installment_ids.sorted("sequence"):
                due = (row.due_date - self.today).days
                for day in (due - 4, due - 3, due - 1, due, due + 1):
                    self.run_cron(day)
        self.assertEqual([amount for _reference, amount in asked], [67.5] * 3)
        self.assertEqual(plan.state, "completed")
        self.assertEqual(len(self.mails(plan)), 3)
        self.assertEqual(self.bill.amount_residual, 0)
        self.assertLedgerSound()

    def test_paid_meanwhile(self):
        """COL-11: what was paid otherwise is not charged; in part, only the rest."""
        plan = self.make_automatic()
        self.run_cron(7)
        self.record_one(67.5, type="installment")
        with self.gateway() as asked:
            self.run_cron(10)
        self.assertEqual(asked, [])
        second = plan.installment_ids.sorted("sequence")[1]
        self.record_one(20, type="installment", documents=[second.id])
        with self.gateway() as asked:
            day = (second.due_date - self.today).days
            self.run_cron(day - 1)
            self.run_cron(day)
        self.assertEqual([amount for _reference, amount in asked], [47.5])
        self.assertEqual(self.states(plan), ["paid", "paid", "due"])

    def test_credit_counts(self):
        """COL-11: the account's credit isn't charged; the notice says the rest."""
        plan = self.make_automatic()
        self.make_credit(30)
        row = plan.installment_ids.sorted("sequence")[0]
        with self.gateway() as asked:
            self.run_cron(7)
            self.assertEqual(row.automatic_noticed_amount, 37.5)
            self.run_cron(10)
        self.assertEqual([amount for _reference, amount in asked], [37.5])

    def make_credit(self, amount):
        """Money on account that pays nothing yet."""
        request = self.request(0.01, tendered=amount, excess="credit")
        return self.record(request | {"documents": []})[0]

    def test_no_reminder(self):
        """PLN-05, PLN-06: who is told of a charge isn't reminded to pay."""
        plan = self.make_automatic()
        with freeze_time(self.days(7)):
            plan._remind()
            self.assertNotIn("reminded", self.kinds(plan))
            plan.action_stop_automatic()
            plan._remind()
            self.assertIn("reminded", self.kinds(plan))

    def test_not_missed_in_flight(self):
        """PLN-05, COL-11: while the gateway decides, the installment isn't missed."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("pending"):
            self.run_cron(10)
        with freeze_time(self.days(17)):
            plan._miss()
            self.assertEqual(self.states(plan), ["due"] * 3)
            plan.charge_ids._set_error("No funds")
            plan._miss()
            self.assertEqual(plan.state, "broken")
        self.assertEqual(plan.automatic_state, "stopped")

    def test_notice_first(self):
        """PLN-06: without a notice the day before nothing is charged."""
        plan = self.make_automatic()
        with self.gateway() as asked:
            self.run_cron(12)
            self.assertEqual((len(self.mails(plan)), asked), (1, []))
            self.run_cron(13)
            self.assertEqual(len(asked), 1)

    def test_more_than_was_told(self):
        """PLN-06, COL-11: a charge that has grown since the notice is told anew."""
        plan = self.make_automatic()
        row = plan.installment_ids.sorted("sequence")[0]
        _outcome, payment = self.record_one(20, type="installment", documents=[row.id])
        self.run_cron(7)
        self.assertEqual(row.automatic_noticed_amount, 47.5)
        self.adjust(payment, "reverse", reverse_as="returned")
        with self.gateway() as asked:
            self.run_cron(10)
            self.assertEqual((len(self.mails(plan)), asked), (2, []))
            self.run_cron(11)
        self.assertEqual([amount for _reference, amount in asked], [67.5])

    def test_told_in_agreement(self):
        """PLN-06: what is due at once was told in the agreement itself."""
        plan = self.make_automatic(first=0)
        with self.gateway() as asked:
            self.run_cron()
        self.assertEqual(len(asked), 1)
        self.assertEqual(self.mails(plan), [])

    def test_no_address(self):
        """PLN-06: where no notice can be sent, the timeline says so."""
        self.account.partner_id.email = False
        plan = self.make_automatic()
        with self.gateway() as asked:
            self.run_cron(7)
            self.run_cron(10)
        event = plan.event_ids.filtered(lambda row: row.kind == "charge_announced")
        self.assertIn("no e-mail address", event.note)
        self.assertEqual(len(asked), 1)

    def test_spanish(self):
        """PLN-06: consumers read it in their own language."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["ir.module.module"]._load_module_terms(
            ["utility_payments", "utility_credit_notes", "utility_collections"],
            ["es_ES"],
            overwrite=True,
        )
        self.account.partner_id.lang = "es_ES"
        plan = self.make_automatic()
        self.run_cron(7)
        self.assertIn("cargaremos", self.mails(plan)[0])

    # -------------------------------------------------------------------------
    # FAILURES
    # -------------------------------------------------------------------------

    def test_declined_then_paid(self):
        """PLN-06: a declined card is tried again two days later, and told so."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("error", "done") as asked:
            self.run_cron(10)
            self.assertEqual(self.mails(plan)[1:], ["your card was declined"])
            self.run_cron(11)
            self.assertEqual(len(asked), 1)
            self.assertEqual(plan.next_charge_date, self.days(12))
            self.run_cron(12)
        self.assertEqual(len({reference for reference, _amount in asked}), 2)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        self.assertEqual(plan.automatic_state, "on")
        self.assertEqual(sorted(plan.charge_ids.mapped("state")), ["done", "error"])

    def test_declined_too_often(self):
        """PLN-06: after three failures it stops, and the executive is told."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("error", "cancel", "error") as asked:
            for day in range(10, 25):
                self.run_cron(day)
        self.assertEqual(len(asked), 3)
        self.assertEqual(plan.automatic_state, "stopped")
        self.assertEqual(plan.automatic_stop_kind, "failed")
        self.assertEqual(plan.activity_ids.user_id, self.recovery)
        self.assertIn("has stopped", self.mails(plan)[-1])
        self.assertEqual(self.kinds(plan).count("charge_failed"), 3)
        # The consumer agrees anew: with another card it goes on.
        other = self.make_card(self.account.partner_id)
        with freeze_time(self.days(25)):
            plan.with_user(self.clerk).action_start_automatic(other.id)
        with self.gateway() as asked:
            self.run_cron(25)
        self.assertEqual(len(asked), 1)

    def test_pending_is_not_charged_again(self):
        """PLN-06: while the gateway decides, nothing else is charged."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("pending") as asked:
            for day in range(10, 20):
                self.run_cron(day)
        self.assertEqual(len(asked), 1)
        plan.charge_ids._set_done()
        plan.charge_ids._post_process()
        self.assertEqual(self.states(plan), ["paid", "due", "due"])

    def test_pending_then_declined(self):
        """PLN-06: a report that comes later counts like one that comes at once."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("pending", "done") as asked:
            self.run_cron(10)
            with freeze_time(self.days(14)):
                plan.charge_ids._set_error("No funds")
                plan.charge_ids._post_process()
                plan.charge_ids._post_process()
            self.assertEqual(self.kinds(plan).count("charge_failed"), 1)
            self.run_cron(15)
            self.assertEqual(len(asked), 1)
            self.run_cron(16)
        self.assertEqual(len(asked), 2)

    def test_success_after_error(self):
        """PLN-06: a success that is reported late is recorded, never refused."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("error", "done"):
            self.run_cron(10)
            first = plan.charge_ids
            self.run_cron(12)
        first._set_done()
        first._post_process()
        self.assertEqual(first.payment_id.amount_excess, 67.5)
        self.assertEqual(self.account.credit_balance, 67.5)
        self.assertIn("credit or refund", plan.activity_ids.summary)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        self.assertLedgerSound()

    @mute_logger(f"{CHARGE}.payment_transaction")
    def test_unclear_answer(self):
        """PLN-06: an answer that isn't understood may have charged: never again."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway(KeyError("charges")) as asked:
            for day in range(10, 20):
                self.run_cron(day)
        self.assertEqual(len(asked), 1)
        self.assertEqual(plan.charge_ids.state, "pending")
        self.assertIn("charge_in_doubt", self.kinds(plan))
        self.assertIn("Look up charge", plan.activity_ids.summary)
        return plan

    def test_silent_gateway(self):
        """PLN-06: a gateway that says nothing has perhaps charged."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("") as asked:
            self.run_cron(10)
            self.run_cron(11)
        self.assertEqual((len(asked), plan.charge_ids.state), (1, "pending"))

    def test_lost_connection(self):
        """PLN-06: a time-out is no refusal; a gateway that isn't there is one."""
        unreachable = requests.exceptions.ConnectionError(
            type("Reason", (), {"reason": NewConnectionError(None, "refused")})()
        )
        answer = requests.Response()
        for error, status, state in (
            (requests.exceptions.ReadTimeout(), None, "pending"),
            (requests.exceptions.ConnectionError("reset"), None, "pending"),
            (unreachable, None, "error"),
            (requests.exceptions.ConnectTimeout(), None, "error"),
            (None, 500, "pending"),
            (None, 409, "pending"),
            (None, 402, "error"),
        ):
            with self.subTest(error=error, status=status):
                tx = self.begin()
                answer.status_code = status
                answer._content = b"no"
                with (
                    patch.object(
                        requests, "request", side_effect=error, return_value=answer
                    ),
                    patch.object(
                        PaymentProvider,
                        "_parse_response_error",
                        lambda provider, response: response.text,
                    ),
                    patch.object(
                        PaymentTransaction,
                        "_send_payment_request",
                        lambda charge: charge._send_api_request("POST", "charges"),
                    ),
                    mute_logger("odoo.addons.payment.models.payment_provider"),
                ):
                    tx._send_charge()
                self.assertEqual(tx.state, state)

    def begin(self):
        """A charge that is written down and not yet sent."""
        plan = self.make_plan(self.make_bill(90), first_due_date=self.today)
        plan.action_start_automatic(self.token.id)
        row = plan.sudo().installment_ids.sorted("sequence")[0]
        charge = row._begin_charge()
        self.assertEqual(charge.state, "draft")
        return charge

    def test_inconsistent_answer(self):
        """PLN-06: a gateway that reports another amount has charged: no second try."""
        plan = self.make_automatic()
        self.run_cron(7)

        def answer(tx):
            tx._process("none", {"reference": tx.reference})

        def amount(tx, data):
            return {"amount": 60.0, "currency_code": tx.currency_id.name}

        with (
            patch.object(PaymentTransaction, "_send_payment_request", answer),
            patch.object(PaymentTransaction, "_extract_amount_data", amount),
        ):
            self.run_cron(10)
        self.assertEqual(plan.charge_ids.state, "error")
        self.assertEqual(plan.automatic_stop_kind, "report")
        self.assertTrue(plan.activity_ids)
        with self.gateway() as asked:
            self.run_cron(20)
        self.assertEqual(asked, [])

    def test_rejected_answer(self):
        """PLN-06: an answer that the provider's code refuses isn't a declined card."""
        plan = self.make_automatic()
        self.run_cron(7)

        def answer(tx):
            tx._process("none", {"reference": tx.reference})

        def apply(tx, data):
            # pylint: disable-next=translation-required
            raise ValidationError("Unknown status")

        with (
            patch.object(PaymentTransaction, "_send_payment_request", answer),
            patch.object(
                PaymentTransaction, "_extract_amount_data", lambda tx, data: None
            ),
            patch.object(PaymentTransaction, "_apply_updates", apply),
        ):
            self.run_cron(10)
        self.assertEqual(plan.charge_ids.state, "pending")

    def test_cut_short(self):
        """PLN-06: what a crash left behind is looked up by a person, never sent."""
        charge = self.begin()
        plan = charge.utility_plan_id
        with self.gateway() as asked:
            charge._find_cut_short(timedelta(minutes=10))
            self.assertEqual(charge.state, "draft")
            self.run_cron(1)
        self.assertEqual((asked, charge.state), ([], "pending"))
        self.assertIn("Look up charge", plan.activity_ids.summary)

    def test_sent_once(self):
        """PLN-06: a charge that was sent isn't sent again, whoever tries."""
        charge = self.begin()
        with self.gateway("pending") as asked:
            charge._send_charge()
            charge._send_charge()
        self.assertEqual(len(asked), 1)

    def test_checked_before_sending(self):
        """PLN-06: what happens between writing down and sending still counts."""
        charge = self.begin()
        charge.utility_plan_id.action_stop_automatic("He called")
        with self.gateway() as asked:
            charge._send_charge()
            charge._post_process()
        self.assertEqual((asked, charge.state), ([], "cancel"))
        self.assertEqual(charge.utility_installment_id.automatic_failures, 0)
        charge = self.begin()
        row = charge.utility_installment_id
        self.record_one(10, type="installment", documents=[row.id])
        with self.gateway() as asked:
            charge._send_charge()
        self.assertEqual((asked, charge.state), ([], "cancel"))

    # -------------------------------------------------------------------------
    # LOOKED UP
    # -------------------------------------------------------------------------

    def test_looked_up_charged(self):
        """PLN-06: a Billing Manager saw that the card was charged."""
        plan = self.test_unclear_answer()
        charge = plan.charge_ids
        with self.assertRefused(AccessError, "Billing Managers"):
            charge.with_user(self.recovery).action_utility_charged()
        charge.with_user(self.manager).action_utility_charged()
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        with self.assertRefused(UserError, "known already"):
            charge.with_user(self.manager).action_utility_not_charged()
        self.assertIn(self.manager.name, charge.state_message)

    def test_looked_up_not_charged(self):
        """PLN-06: it wasn't charged, so it is tried again by the rule."""
        plan = self.test_unclear_answer()
        charge = plan.charge_ids
        charge.with_user(self.manager).action_utility_not_charged()
        self.assertEqual(charge.state, "error")
        with self.gateway() as asked:
            self.run_cron(10)
            self.run_cron(11)
        self.assertEqual(len(asked), 1)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])

    # -------------------------------------------------------------------------
    # THE AGREEMENT
    # -------------------------------------------------------------------------

    def test_agreement(self):
        """PLN-06: who agreed, when and how is on record."""
        plan = self.make_plan(self.bill)
        plan.with_user(self.clerk).action_start_automatic(
            self.token.id, "Mary Doe", "phone"
        )
        self.assertRecordValues(
            plan,
            [
                {
                    "automatic_state": "on",
                    "automatic_agreed_by": "Mary Doe",
                    "automatic_agreed_mode": "phone",
                    "automatic_user_id": self.clerk.id,
                    "automatic_agreed_on": self.today,
                }
            ],
        )
        self.assertTrue(plan.automatic_agreed_at)
        self.assertIn("Mary Doe, by phone, with", plan.event_ids.sorted("id")[-1].note)

    def test_garbage(self):
        """PLN-06: only a live card of this consumer, on a live plan, by staff."""
        plan = self.make_plan(self.bill)
        stranger = self.make_card(self.make_account("Jane Roe").partner_id)
        gone = self.make_card(self.account.partner_id)
        gone.active = False
        for token_id in (stranger.id, gone.id, 0, -1, 10**9, "1", None, [1], False):
            with (
                self.subTest(token_id=token_id),
                self.assertRefused(ValidationError, "saved card of John Doe"),
            ):
                plan.with_user(self.clerk).action_start_automatic(token_id)
        with self.assertRefused(ValidationError, "how the consumer agreed"):
            plan.with_user(self.clerk).action_start_automatic(
                self.token.id, mode="portal"
            )
        with self.assertRefused(AccessError):
            plan.with_user(self.collector).action_start_automatic(self.token.id)
        with self.assertRefused(UserError, "nothing to stop"):
            plan.with_user(self.clerk).action_stop_automatic()
        for field in ("automatic_state", "automatic_token_id", "automatic_agreed_by"):
            with self.assertRefused(UserError):
                plan.with_user(self.manager).write({field: False})
        plan.action_start_automatic(self.token.id)
        with self.assertRefused(UserError, "already"):
            plan.action_start_automatic(self.token.id)
        plan.action_cancel("Withdrawn")
        with self.assertRefused(UserError, "ended"):
            plan.action_start_automatic(self.token.id)

    def test_no_agreement(self):
        """PLN-06: a saved card alone charges nothing."""
        plan = self.make_plan(self.bill)
        with self.gateway() as asked:
            self.run_cron(40)
        self.assertEqual(asked, [])
        self.assertFalse(plan.automatic_state)

    def test_staff_stop(self):
        """PLN-06: after a stop nothing is charged; the consumer is told to pay."""
        plan = self.make_automatic()
        plan.with_user(self.clerk).action_stop_automatic("Asked by phone")
        with self.gateway() as asked:
            self.run_cron(12)
        self.assertEqual(asked, [])
        self.assertEqual(plan.automatic_stop_reason, "Asked by phone")
        self.assertIn("has stopped", self.mails(plan)[0])
        self.assertFalse(plan.activity_ids)

    def test_card_removed(self):
        """PLN-06: a card that is removed stops its plans, and somebody is told."""
        plan = self.make_automatic()
        self.assertEqual(
            [info["id"] for info in self.token.get_linked_records_info()], plan.ids
        )
        self.token.active = False
        self.assertEqual(plan.automatic_stop_kind, "card")
        self.assertTrue(plan.activity_ids)
        with self.gateway() as asked:
            self.run_cron(12)
        self.assertEqual(asked, [])

    def test_provider_disabled(self):
        """PLN-06: a gateway that is switched off is not asked."""
        plan = self.make_automatic()
        self.provider.state = "disabled"
        with self.gateway() as asked:
            self.run_cron(9)
            self.run_cron(12)
        self.assertEqual(asked, [])
        self.assertEqual(plan.automatic_state, "stopped")

    def test_plan_ended(self):
        """PLN-06, PLN-02: a cancelled plan charges nothing; a new version asks anew."""
        plan = self.make_automatic()
        version = self.make_plan(self.bill, previous_id=plan.id)
        self.assertEqual(plan.automatic_stop_kind, "plan")
        self.assertFalse(version.automatic_state)
        with self.gateway() as asked:
            self.run_cron(12)
        self.assertEqual(asked, [])
        self.assertEqual(self.mails(plan), [])

    def test_plan_ended_meanwhile(self):
        """PLN-06: what was charged for a plan that ended pays what it covered."""
        plan = self.make_automatic()
        self.make_bill(50, date="2023-01-01", due_date="2023-01-02")
        self.run_cron(7)
        with self.gateway("pending"):
            self.run_cron(10)
        plan.action_cancel("Moved away")
        plan.charge_ids._set_done()
        plan.charge_ids._post_process()
        self.assertEqual(self.bill.amount_residual, 135.0)
        self.assertEqual(plan.charge_ids.payment_id.utility_type, "bill")
        self.assertLedgerSound()

    def test_paid_while_charged(self):
        """PLN-06, REC-14: paid at the counter while the card was charged: credit."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway("pending"):
            self.run_cron(10)
        self.record_one(60, type="installment")
        plan.charge_ids._set_done()
        plan.charge_ids._post_process()
        self.assertEqual(plan.charge_ids.payment_id.amount, 67.5)
        self.assertEqual(plan.charge_ids.payment_id.amount_excess, 60.0)
        self.assertEqual(self.states(plan), ["paid", "due", "due"])
        self.assertIn("credit or refund", plan.activity_ids.summary)
        self.assertLedgerSound()

    def test_taken_back(self):
        """PLN-06: a charge that the bank returned isn't repeated, and it stops."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway() as asked:
            self.run_cron(10)
            self.adjust(plan.charge_ids.payment_id, "reverse", reverse_as="returned")
            self.assertEqual(self.states(plan), ["due"] * 3)
            self.run_cron(11)
        self.assertEqual(len(asked), 1)
        self.assertEqual(plan.automatic_stop_kind, "returned")
        self.assertTrue(plan.activity_ids)

    def test_paying_online(self):
        """COL-11: nothing is charged while the consumer pays the bill online."""
        plan = self.make_automatic()
        self.run_cron(7)
        online = self.env["payment.transaction"].create(
            {
                "payment_method_id": self.method.id,
                "amount": 67.5,
                "currency_id": self.company.currency_id.id,
                "provider_id": self.provider.id,
                "reference": "online",
                "operation": "online_direct",
                "partner_id": self.account.partner_id.id,
                "invoice_ids": self.bill.ids,
            }
        )
        online._set_pending()
        with self.gateway() as asked:
            self.run_cron(10)
            self.assertEqual(asked, [])
            online._set_done()
            self.run_cron(10)
            self.assertEqual(asked, [])
            online._post_process()
            self.run_cron(10)
        self.assertEqual(asked, [])
        self.assertEqual(self.states(plan)[0], "paid")

    def test_recorded_later(self):
        """PLN-06: what was charged and not recorded is recorded by a later run."""
        charge = self.begin()
        with self.gateway("done") as asked:
            charge._send_charge()
            self.assertFalse(charge.payment_id)
            self.run_cron()
        self.assertEqual((len(asked), charge.payment_id.amount), (1, 30.0))

    def test_processed_twice(self):
        """REC-13: Odoo's scheduled action and ours record one payment."""
        plan = self.make_automatic()
        self.run_cron(7)
        with self.gateway():
            self.run_cron(10)
        plan.charge_ids.is_post_processed = False
        plan.charge_ids._post_process()
        self.assertEqual(self.account.payment_ids, plan.charge_ids.payment_id)

    # -------------------------------------------------------------------------
    # RIGHTS
    # -------------------------------------------------------------------------

    def test_staff_read(self):
        """ROL-01: staff see charges of plans and cards of consumers, no others."""
        charge = self.begin()
        Transaction = self.env["payment.transaction"]
        other = Transaction.create(
            {
                "payment_method_id": self.method.id,
                "amount": 1,
                "currency_id": self.company.currency_id.id,
                "provider_id": self.provider.id,
                "reference": "other",
                "partner_id": self.account.partner_id.id,
            }
        )
        stranger = self.make_card(self.env["res.partner"].create({"name": "Stranger"}))
        found = Transaction.with_user(self.clerk).search([])
        self.assertIn(charge, found)
        self.assertNotIn(other, found)
        tokens = self.env["payment.token"].with_user(self.clerk).search([])
        self.assertIn(self.token, tokens)
        self.assertNotIn(stranger, tokens)
        self.assertTrue(self.token.utility_is_consumer)
        self.assertFalse(stranger.utility_is_consumer)
        with self.assertRefused(AccessError):
            charge.with_user(self.manager).write({"state": "done"})

    def test_dialog(self):
        """PLN-06: the dialog chooses the only card, and wants the tick."""
        plan = self.make_plan(self.bill)
        action = plan.with_user(self.clerk).action_open_automatic()
        Wizard = self.env[action["res_model"]].with_user(self.clerk)
        wizard = Wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.token_id, self.token)
        self.assertEqual(wizard.agreed_by, "John Doe")
        self.assertEqual(len(wizard.schedule.splitlines()), 3)
        with self.assertRefused(ValidationError, "tick"):
            wizard.action_start()
        wizard.has_agreed = True
        wizard.action_start()
        self.assertEqual(plan.automatic_state, "on")

    def test_stopped_and_resumed(self):
        """PLN-06: when its time is up the action stops, and goes on without doubles."""
        bills = [self.make_bill(30) for _number in range(4)]
        plans = self.env["utility.payment.plan"]
        for bill in bills:
            plan = self.make_plan(bill, first_due_date=self.today)
            plan.action_start_automatic(self.token.id)
            plans |= plan.sudo()
        IrCron = type(self.env["ir.cron"])
        with self.gateway() as asked:
            for done in (1, 2, 3, 4, 4):
                with patch.object(IrCron, "_commit_progress", lambda *a, **kw: 0):
                    self.env["utility.payment.plan.installment"].sudo()._charge_due()
                self.assertEqual(len(asked), done)
        self.assertEqual(len({reference for reference, _amount in asked}), 4)


@tagged("post_install", "-at_install")
class TestPlanAutomaticPortal(AutomaticCommon, HttpCase):
    """PLN-06: the consumer agrees, and stops it, on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan(cls.bill, first_due_date=cls.days(10)).sudo()
        cls.url = f"/my/payment-plans/{cls.plan.id}/automatic"
        new_test_user(
            cls.env,
            login="utility_portal_john",
            password="utility_portal_john",
            groups="base.group_portal",
            partner_id=cls.account.partner_id.id,
            name="John Doe",
        )
        new_test_user(
            cls.env,
            login="utility_portal_jane",
            password="utility_portal_jane",
            groups="base.group_portal",
        )

    def post(self, path, **data):
        self.env.flush_all()
        token = http.Request.csrf_token(self)
        response = self.url_open(self.url + path, data={"csrf_token": token, **data})
        self.env.invalidate_all()
        return response

    def test_consumer_agrees_and_stops(self):
        """PLN-06: card, charges and words on one page; agreed and stopped there."""
        self.authenticate("utility_portal_john", "utility_portal_john")
        plan_page = self.url_open(self.url.removesuffix("/automatic")).text
        self.assertIn(f'href="{self.url}"', plan_page)
        page = self.url_open(self.url).text
        self.assertIn("4242", page)
        self.assertEqual(page.count("67.50"), 3)
        self.assertIn("I can stop this at any time", page)
        self.post("/start", token_id=self.token.id)
        self.assertFalse(self.plan.automatic_state)
        response = self.post("/start", token_id=self.token.id, agreed="1")
        self.assertIn("is charged for this plan", response.text)
        self.assertEqual(self.plan.automatic_agreed_mode, "portal")
        self.assertEqual(self.plan.automatic_agreed_by, "John Doe")
        response = self.post("/start", token_id=self.token.id, agreed="1")
        self.assertIn("is paid automatically already", response.text)
        response = self.post("/stop")
        self.assertEqual(self.plan.automatic_stop_kind, "consumer")
        self.assertIn("has stopped", response.text)
        with self.gateway() as asked:
            self.run_cron(12)
        self.assertEqual(asked, [])

    def test_no_card(self):
        """PLN-06: who has no card is shown where to save one."""
        self.token.active = False
        self.authenticate("utility_portal_john", "utility_portal_john")
        self.assertIn("Save a card", self.url_open(self.url).text)

    def test_of_others(self):
        """PLN-06: another consumer's plan looks as if it didn't exist."""
        self.authenticate("utility_portal_jane", "utility_portal_jane")
        for path in ("", "/start", "/stop"):
            response = (
                self.post(path, token_id=self.token.id, agreed="1")
                if path
                else self.url_open(self.url)
            )
            self.assertEqual(response.status_code, 404)
        self.assertFalse(self.plan.automatic_state)
        self.url = "/my/payment-plans/999999/automatic"
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_card_of_others(self):
        """PLN-06: a guessed card isn't charged."""
        stranger = self.make_card(self.make_account("Jane Roe").partner_id)
        self.authenticate("utility_portal_john", "utility_portal_john")
        for token_id in (stranger.id, "0", "x", ""):
            response = self.post("/start", token_id=token_id, agreed="1")
            self.assertIn("Choose a card", response.text)
        self.assertFalse(self.plan.automatic_state)
