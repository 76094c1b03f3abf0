from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import PaymentsCommon


class RecordPaymentCommon(PaymentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "service_address": "12 Elm Street",
                "phone": "+1 555 010 0199",
                "email": "john.doe@example.com",
            }
        )
        cls.Wizard = cls.env["utility.record.payment"].with_user(cls.clerk)
        cls.modes = {
            mode.code: mode
            for mode in cls.env["utility.payment.mode"].search(
                [("company_id", "=", cls.company.id)]
            )
        }

    def open_form(self, account=None, user=None, **context):
        """The form on an account, as the cashier sees it after choosing it."""
        Wizard = self.Wizard.with_user(user or self.clerk)
        form = Form(Wizard.with_context(**context))
        if not context:
            form.utility_account_id = account or self.account
        return form

    def lines(self, form):
        """What the form shows of its documents: [(name, outstanding, ticked)]."""
        result = []
        for position in range(len(form.line_ids)):
            with form.line_ids.edit(position) as line:
                result.append((line.name, line.outstanding, line.selected))
        return result

    def tick(self, form, name, selected=True):
        for position, (found, *_rest) in enumerate(self.lines(form)):
            if found == name:
                with form.line_ids.edit(position) as line:
                    line.selected = selected

    def confirm(self, form):
        """Save, review, confirm; return the payments."""
        wizard = form.save()
        wizard.action_review()
        self.assertEqual(wizard.step, "review")
        wizard.action_confirm()
        self.assertEqual(wizard.step, "done")
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard.payment_ids.sorted("id")

    def assertRefused(self, form, text):
        """The review refuses in words that contain the text; nothing is recorded."""
        Payment = self.env["account.payment"]
        before = Payment.search_count([])
        wizard = form.save()
        with self.assertRaisesRegex(ValidationError, text):
            wizard.action_review()
        self.assertEqual(wizard.step, "select")
        self.assertEqual(Payment.search_count([]), before)


@tagged("post_install", "-at_install")
class TestRecordPaymentForm(RecordPaymentCommon):
    # === WHO === #

    def test_strip_shows_the_consumer_at_once(self):
        """CON-03: name, number, address, phone, e-mail, balance after the choice."""
        self.make_bill(145.50)
        form = self.open_form()
        self.assertEqual(form.consumer_name, "John Doe")
        self.assertEqual(form.account_number, self.account.number)
        self.assertEqual(form.service_address, "12 Elm Street")
        self.assertEqual(form.phone, "+1 555 010 0199")
        self.assertEqual(form.email, "john.doe@example.com")
        self.assertEqual(form.current_balance, 145.50)
        self.assertEqual(form.overdue_balance, 145.50)

    def test_opens_from_the_menu_the_account_and_a_bill(self):
        """REC-01: each door opens the form, as far as it knows already."""
        self.make_bill(60.0)
        bill = self.make_bill(145.50, due_date="2024-03-15")
        action = self.env.ref("utility_payments.utility_record_payment_action")
        self.assertEqual(action.path, "record-payment")
        self.assertEqual(
            self.env.ref("utility_payments.utility_record_payment_menu").action, action
        )
        action = self.account.with_user(self.clerk).action_record_payment()
        self.assertEqual(action["target"], "new")
        form = self.open_form(**action["context"])
        self.assertEqual(form.utility_account_id, self.account)
        self.assertEqual(form.amount, 60.0)
        action = bill.with_user(self.clerk).action_record_payment()
        form = self.open_form(**action["context"])
        self.assertEqual(form.utility_account_id, self.account)
        self.assertEqual(form.amount, 145.50)

    def test_scanned_bill_finds_its_account_and_is_ticked(self):
        """REC-01: the number of a bill or charge says who pays, and what."""
        self.make_bill(60.0)
        bill = self.make_bill(145.50, due_date="2024-03-15")
        charge = self.make_bill(75.0, kind="service", service_name="Reconnection Fee")
        form = Form(self.Wizard)
        form.scanned = f" {bill.name.lower()} "
        self.assertEqual(form.utility_account_id, self.account)
        self.assertEqual(form.utility_type, "bill")
        self.assertIn((bill.name, 145.50, True), self.lines(form))
        self.assertEqual(form.amount, 145.50)
        form = Form(self.Wizard)
        form.scanned = charge.name
        self.assertEqual((form.utility_type, form.amount), ("service", 75.0))
        form = Form(self.Wizard)
        form.scanned = self.account.number
        self.assertEqual(form.utility_account_id, self.account)
        form = Form(self.Wizard)
        form.scanned = "INV-1900-999999"
        self.assertFalse(form.utility_account_id)

    def test_collector_records_on_assigned_accounts_only(self):
        """ROL-01: other accounts can't be chosen, nor sent."""
        own = self.make_account("Own", collector_id=self.collector.id)
        self.make_bill(30.0, account=own)
        payments = self.confirm(self.open_form(own, user=self.collector))
        self.assertEqual(payments.received_by, self.collector)
        self.assertFalse(
            self.env["utility.account"]
            .with_user(self.collector)
            .name_search(self.account.number)
        )
        values = {"utility_account_id": self.account.id, "amount": 5.0}
        with self.assertRaises(AccessError):
            self.Wizard.with_user(self.collector).create(values)
        self.env.flush_all()
        self.env.invalidate_all()
        shown = {"utility_account_id": {}, "phone": {}, "current_balance": {}}
        with self.assertRaises(AccessError):
            self.Wizard.with_user(self.collector).onchange(
                values, ["utility_account_id"], shown
            )
        bill = self.make_bill()
        wizard = self.Wizard.with_user(self.collector).create({"scanned": bill.name})
        self.assertFalse(wizard.utility_account_id)

    def test_a_form_belongs_to_its_cashier(self):
        """ROL-01: nobody else reads or confirms it; without a role nobody opens it."""
        self.make_bill()
        wizard = self.open_form().save()
        with self.assertRaises(AccessError):
            wizard.with_user(self.recovery).action_confirm()
        nobody = self._make_user("nobody", "group_customer_executive")
        nobody.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        with self.assertRaises(AccessError):
            self.Wizard.with_user(nobody).create({})

    # === WHAT === #

    def test_oldest_bill_is_ticked_and_gives_the_amount(self):
        """REC-03: documents of the type, oldest due first; the amount is the sum."""
        young = self.make_bill(60.0, due_date="2024-05-15")
        old = self.make_bill(145.50, due_date="2024-02-15")
        self.make_bill(75.0, kind="service")
        form = self.open_form()
        self.assertEqual(form.utility_type, "bill")
        self.assertEqual(form.type_counts, {"bill": 2, "service": 1})
        self.assertEqual(
            self.lines(form), [(old.name, 145.50, True), (young.name, 60.0, False)]
        )
        self.assertEqual(form.amount, 145.50)
        self.tick(form, young.name)
        self.assertEqual(form.amount, 205.50)
        self.tick(form, old.name, False)
        self.assertEqual(form.amount, 60.0)

    def test_type_shows_its_own_documents(self):
        """REC-03: a service payment shows and pays service charges."""
        self.make_bill(145.50)
        charge = self.make_bill(75.0, kind="service", service_name="Reconnection Fee")
        form = self.open_form()
        form.utility_type = "service"
        self.assertEqual(self.lines(form), [(charge.name, 75.0, True)])
        self.assertEqual(form.amount, 75.0)
        payment = self.confirm(form)
        self.assertEqual(payment.utility_type, "service")
        self.assertEqual(payment.allocation_ids.move_id, charge)

    def test_type_of_the_only_open_document_is_chosen(self):
        """REC-03: an account that owes charges only starts with them."""
        self.make_bill(75.0, kind="service")
        self.assertEqual(self.open_form().utility_type, "service")

    def test_only_ticked_documents_are_paid(self):
        """REC-03: money for picked documents never spills to others."""
        other = self.make_bill(60.0, due_date="2024-02-15")
        picked = self.make_bill(145.50, due_date="2024-05-15")
        form = self.open_form()
        self.tick(form, other.name, False)
        self.tick(form, picked.name)
        form.amount = 150.0
        payment = self.confirm(form)
        self.assertEqual(payment.allocation_ids.move_id, picked)
        self.assertEqual(payment.amount_excess, 4.50)
        self.assertEqual(other.amount_residual, 60.0)

    def test_amount_typed_by_hand_stays(self):
        """REC-03: what the cashier wrote isn't recomputed by other fields."""
        self.make_bill(145.50)
        form = self.open_form()
        form.amount = 100.0
        form.mode_id = self.modes["cheque"]
        form.reference = "CHQ 1"
        form.note = "half"
        self.assertEqual(form.amount, 100.0)
        self.assertEqual(form.amount_left, 45.50)
        payment = self.confirm(form)
        self.assertEqual(payment.amount, 100.0)
        self.assertEqual(payment.memo, "CHQ 1")

    # === HOW === #

    def test_defaults_of_the_counter(self):
        """REC-02, REC-05: Walk-in, the first method, today in the user's time zone."""
        form = self.open_form()
        self.assertEqual(form.channel_id.code, "walk_in")
        self.assertEqual(form.mode_id, self.modes["cash"])
        self.assertEqual(form.date, fields.Date.context_today(self.Wizard))

    def test_archived_channels_and_modes_are_not_offered(self):
        """REC-02, REC-04: what is archived in the settings doesn't show."""
        Channel = self.env["utility.payment.channel"]
        walk_in = Channel.search([("code", "=", "walk_in")])
        walk_in.active = False
        self.modes["cash"].active = False
        form = self.open_form()
        self.assertNotEqual(form.channel_id, walk_in)
        self.assertEqual(form.mode_id, self.modes["credit_card"])
        offered = self.env["utility.payment.mode"].with_user(self.clerk).name_search("")
        self.assertNotIn(self.modes["cash"].id, [mode_id for mode_id, _name in offered])

    def test_channel_archived_meanwhile_is_refused(self):
        """REC-02: the review says which channel isn't there any more."""
        self.make_bill()
        channel = self.env["utility.payment.channel"].create(
            {"name": "Kiosk", "code": "kiosk_7"}
        )
        form = self.open_form()
        form.channel_id = channel
        wizard = form.save()
        channel.active = False
        with self.assertRaisesRegex(ValidationError, "kiosk_7"):
            wizard.action_review()

    def test_change_is_the_default(self):
        """REC-08: 150.00 received on 145.50: change 4.50, nothing is credited."""
        bill = self.make_bill(145.50)
        form = self.open_form()
        form.tendered = 150.0
        self.assertEqual((form.change, form.amount_extra), (4.50, 0.0))
        payment = self.confirm(form)
        self.assertEqual(payment.amount, 145.50)
        self.assertEqual(payment.amount_tendered, 150.0)
        self.assertEqual(payment.change_given, 4.50)
        self.assertEqual(payment.amount_excess, 0.0)
        self.assertEqual(bill.amount_residual, 0.0)

    def test_change_kept_as_credit(self):
        """REC-08, REC-18: 150.00 received on 145.50: credit 4.50, no change."""
        self.make_bill(145.50)
        form = self.open_form()
        form.tendered = 150.0
        form.keep_as_credit = True
        self.assertEqual((form.change, form.amount_extra), (0.0, 4.50))
        payment = self.confirm(form)
        self.assertEqual(payment.amount, 150.0)
        self.assertEqual(payment.change_given, 0.0)
        self.assertEqual(payment.amount_excess, 4.50)
        self.assertEqual(self.account.credit_balance, 4.50)

    def test_received_is_no_matter_of_other_methods(self):
        """REC-04: a received amount of cash is forgotten when a card pays."""
        self.make_bill(145.50)
        form = self.open_form()
        form.tendered = 150.0
        form.mode_id = self.modes["credit_card"]
        form.reference = "slip 9"
        self.assertEqual(form.change, 0.0)
        payment = self.confirm(form)
        self.assertEqual((payment.amount, payment.change_given), (145.50, 0.0))

    def test_summary_follows_the_input(self):
        """REC-06: to pay, left outstanding, extra paid."""
        self.make_bill(145.50)
        form = self.open_form()
        self.assertEqual(
            (form.to_pay, form.amount_left, form.amount_extra), (145.50, 0.0, 0.0)
        )
        form.amount = 100.0
        self.assertEqual((form.amount_left, form.amount_extra), (45.50, 0.0))
        form.amount = 160.0
        self.assertEqual((form.amount_left, form.amount_extra), (0.0, 14.50))

    def test_payment_in_advance_closed_account_other_payer(self):
        """REC-14: no open document, a closed account, somebody else who pays."""
        self.account.state = "closed"
        form = self.open_form()
        self.assertEqual((form.amount, len(form.line_ids)), (0.0, 0))
        form.amount = 50.0
        form.payer_name = "Mary Doe"
        wizard = form.save()
        wizard.action_review()
        self.assertIn("closed", wizard.warnings)
        wizard.action_confirm()
        self.assertEqual(wizard.payment_ids.payer_name, "Mary Doe")
        self.assertEqual(wizard.receipt_credit, 50.0)

    def test_foreign_currency(self):
        """REC-14: the sum is shown in the currency that is handed over."""
        currency = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        self.make_bill(100.0)
        form = self.open_form()
        self.assertTrue(form.has_currencies)
        form.currency_id = currency
        self.assertEqual(form.amount, 200.0)
        self.assertEqual((form.amount_left, form.amount_extra), (0.0, 0.0))
        payment = self.confirm(form)
        self.assertEqual(payment.currency_id, currency)
        self.assertEqual(payment.allocation_ids.amount_applied, 100.0)

    def test_account_of_another_company(self):
        """ROL-04: methods, currency and books follow the account's company."""
        other = self.setup_other_company(currency_id=self.env.ref("base.EUR").id)
        other = other["company"]
        other._utility_setup()
        self.clerk.company_ids |= other
        Wizard = self.Wizard.with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        account = self.make_account("Abroad", company_id=other.id)
        self.make_bill(30.0)
        form = Form(Wizard)
        form.utility_account_id = account
        self.assertEqual(form.company_id, other)
        self.assertEqual(form.currency_id, other.currency_id)
        self.assertEqual(form.mode_id.company_id, other)
        form.amount = 20.0
        self.assertFalse(form.message)
        payment = self.confirm(form)
        self.assertEqual(payment.company_id, other)
        form.utility_account_id = self.account
        self.assertEqual((form.mode_id, form.amount), (self.modes["cash"], 30.0))

    # === REFUSALS === #

    def test_each_missing_value_has_its_message(self):
        """REC-05: consumer, method, date, amount: each is asked for by name."""
        self.make_bill()
        self.assertRefused(Form(self.Wizard), "consumer account")
        form = self.open_form()
        form.mode_id = self.env["utility.payment.mode"]
        self.assertRefused(form, "payment mode")
        form = self.open_form()
        form.date = False
        self.assertRefused(form, "date is missing")
        form = self.open_form()
        form.amount = 0.0
        self.assertRefused(form, "above zero")
        form = self.open_form()
        form.amount = -5.0
        self.assertRefused(form, "above zero")

    def test_missing_reference_is_refused(self):
        """REC-04: not while the cashier is on the way to it, but at the review."""
        self.make_bill()
        form = self.open_form()
        form.mode_id = self.modes["cheque"]
        self.assertTrue(form.reference_required)
        self.assertFalse(form.message)
        form.amount = 9000.0
        self.assertIn("at most", form.message)
        form.amount = 145.50
        self.assertRefused(form, "Cheque needs a reference")

    def test_future_and_old_dates_are_refused(self):
        """REC-05: no tomorrow; far back only for a manager with a reason."""
        self.make_bill()
        today = fields.Date.context_today(self.Wizard)
        form = self.open_form()
        form.date = fields.Date.add(today, days=1)
        self.assertIn("future", form.message)
        self.assertRefused(form, "future")
        old = fields.Date.subtract(today, days=8)
        form = self.open_form()
        form.date = old
        self.assertIn("Billing Manager", form.message)
        self.assertRefused(form, "Billing Manager")
        form = self.open_form(user=self.manager)
        form.date = old
        form.note = "Cheque was found behind the desk"
        self.assertEqual(self.confirm(form).date, old)

    def test_too_much_is_refused_while_typing(self):
        """REC-07: the message says the most that is accepted."""
        self.make_bill(145.50)
        form = self.open_form()
        form.amount = 245.50
        self.assertFalse(form.message)
        form.amount = 245.51
        self.assertIn("245.50", form.message)
        self.assertRefused(form, "at most .*245.50")

    def test_received_below_the_amount_is_refused(self):
        """REC-08: less money than the amount is said at once."""
        self.make_bill(145.50)
        form = self.open_form()
        form.tendered = 100.0
        self.assertIn("less than the amount", form.message)
        self.assertRefused(form, "less than the amount")

    def test_long_note_is_refused(self):
        """REC-10: 250 characters, or what the setting says."""
        self.make_bill()
        form = self.open_form()
        self.assertEqual(form.note_limit, 250)
        form.note = "x" * 251
        self.assertRefused(form, "251 characters")
        form = self.open_form()
        form.note = "x" * 250
        self.assertEqual(len(self.confirm(form).utility_note), 250)

    def test_cash_only_account_refuses_a_card(self):
        """REC-17: the reason is said as soon as the method is chosen."""
        self.make_bill()
        self.account.write({"cash_only": True, "cash_only_reason": "bounced cheque"})
        form = self.open_form()
        self.assertTrue(form.cash_only)
        form.mode_id = self.modes["wallet"]
        self.assertIn("bounced cheque", form.message)
        self.assertRefused(form, "bounced cheque")

    def test_bill_paid_meanwhile_by_another_cashier(self):
        """REC-05: confirming says so and records nothing; Back shows what is left."""
        bill = self.make_bill(145.50, due_date="2024-02-15")
        rest = self.make_bill(60.0, due_date="2024-05-15")
        wizard = self.open_form().save()
        wizard.action_review()
        self.record_one(
            145.50, account=self.account.id, documents=[bill.name], user=self.recovery
        )
        with self.assertRaisesRegex(ValidationError, f"{bill.name} is already paid"):
            wizard.action_confirm()
        self.assertFalse(wizard.payment_ids)
        wizard.action_back()
        self.assertEqual(wizard.step, "select")
        self.assertEqual(wizard.line_ids.mapped("name"), [rest.name])
        self.assertFalse(wizard.line_ids.selected)

    def test_similar_payment_is_a_warning(self):
        """REC-15: it names the receipt, and the payment can be confirmed."""
        self.make_bill(30.0)
        self.make_bill(30.0)
        first = self.confirm(self.open_form())
        wizard = self.open_form().save()
        wizard.action_review()
        self.assertIn(first.receipt_number, wizard.warnings)
        wizard.action_confirm()
        self.assertTrue(wizard.payment_ids)

    # === REVIEW AND DONE === #

    def test_review_shows_what_is_confirmed(self):
        """REC-11: consumer, account, balance; type, channel, method, total, who."""
        bill = self.make_bill(145.50)
        wizard = self.open_form().save()
        wizard.action_review()
        self.assertRecordValues(
            wizard,
            [
                {
                    "consumer_name": "John Doe",
                    "account_number": self.account.number,
                    "current_balance": 145.50,
                    "utility_type": "bill",
                    "channel_id": wizard.channel_id.id,
                    "mode_id": self.modes["cash"].id,
                    "total_paid": 145.50,
                    "recorded_by": self.clerk.id,
                    "document_names": bill.name,
                    "warnings": False,
                }
            ],
        )
        wizard.action_back()
        self.assertEqual((wizard.step, wizard.amount), ("select", 145.50))

    def test_done_has_numbers_and_receipt(self):
        """REC-12: posted at once, numbered, with its receipt at hand."""
        self.make_bill(145.50)
        form = self.open_form()
        form.tendered = 150.0
        payment = self.confirm(form)
        wizard = self.Wizard.search([("payment_ids", "in", payment.ids)])
        self.assertEqual(wizard.receipt_numbers, payment.receipt_number)
        self.assertEqual((wizard.receipt_amount, wizard.receipt_change), (145.50, 4.50))
        self.assertTrue(payment.payment_number and payment.transaction_number)
        self.assertEqual(wizard.action_download_receipt()["type"], "ir.actions.report")
        self.assertIn(f"/{payment.id}", wizard.action_print_receipt()["url"])
        wizard.action_email_receipt()
        self.assertIn("sent", payment.event_ids.mapped("kind"))
        self.assertEqual(wizard.action_dashboard()["res_model"], "account.payment")
        self.assertFalse(wizard.action_record_another()["context"])

    def test_same_form_records_once(self):
        """REC-13: confirming again gives the first receipt, from anywhere."""
        self.make_bill(145.50)
        wizard = self.open_form().save()
        wizard.action_review()
        wizard.action_confirm()
        payment = wizard.payment_ids
        wizard.action_confirm()
        wizard.action_review()
        self.assertEqual((wizard.step, wizard.payment_ids), ("done", payment))
        # The answer was lost and the form, as the browser kept it, comes again.
        wizard.sudo().write({"step": "review", "payment_ids": [Command.clear()]})
        wizard.action_confirm()
        self.assertEqual(wizard.payment_ids, payment)
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("utility_account_id", "=", self.account.id)]
            ),
            1,
        )

    # === VISITS === #

    def test_part_in_cash_part_by_card(self):
        """REC-17: one bill, two tenders, recorded together with one receipt."""
        bill = self.make_bill(145.50)
        form = self.open_form()
        form.amount = 100.0
        wizard = form.save()
        wizard.action_add_tender()
        self.assertFalse(wizard.payment_ids)
        form = Form(wizard)
        self.assertEqual(self.lines(form), [(bill.name, 45.50, True)])
        self.assertEqual((form.amount, form.total_paid), (45.50, 145.50))
        form.mode_id = self.modes["credit_card"]
        form.reference = "slip 77"
        payments = self.confirm(form)
        self.assertEqual(payments.mapped("amount"), [100.0, 45.50])
        self.assertEqual(len(set(payments.mapped("receipt_group"))), 1)
        self.assertTrue(payments[0].receipt_group)
        self.assertEqual(bill.amount_residual, 0.0)
        self.assertEqual(len(payments._receipt_leads()), 1)

    def test_two_accounts_with_one_note(self):
        """REC-17: two accounts of a visit, one received amount, one change."""
        neighbour = self.make_account("Neighbour")
        self.make_bill(145.50)
        self.make_bill(60.0, account=neighbour)
        wizard = self.open_form().save()
        wizard.action_add_tender()
        form = Form(wizard)
        form.utility_account_id = neighbour
        self.assertEqual(form.cash_due, 205.50)
        form.tendered = 210.0
        self.assertEqual(form.change, 4.50)
        payments = self.confirm(form)
        self.assertEqual(payments.utility_account_id, self.account | neighbour)
        self.assertEqual(payments.mapped("change_given"), [0.0, 4.50])

    def test_bill_and_charge_in_one_visit(self):
        """REC-03, REC-17: a transaction over several types is one group."""
        self.make_bill(145.50)
        self.make_bill(75.0, kind="service")
        wizard = self.open_form().save()
        wizard.action_add_tender()
        # Nothing is left of the bills: the form goes on with the charges.
        self.assertEqual((wizard.utility_type, wizard.amount), ("service", 75.0))
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(
            set(wizard.payment_ids.mapped("utility_type")), {"bill", "service"}
        )
        self.assertEqual(wizard.receipt_amount, 220.50)

    def test_visit_without_a_rest_can_be_confirmed(self):
        """REC-17: an empty last payment is no payment."""
        self.make_bill(145.50)
        wizard = self.open_form().save()
        wizard.action_add_tender()
        self.assertEqual(wizard.amount, 0.0)
        wizard.utility_account_id = False
        wizard.action_review()
        wizard.action_confirm()
        self.assertEqual(len(wizard.payment_ids), 1)

    def test_visit_is_recorded_as_a_whole_or_not(self):
        """REC-17: when one payment is refused, none of the visit is recorded."""
        bill = self.make_bill(145.50, due_date="2024-02-15")
        self.make_bill(60.0, due_date="2024-05-15")
        wizard = self.open_form().save()
        wizard.action_add_tender()
        wizard.action_review()
        self.record_one(145.50, documents=[bill.name])
        with self.assertRaisesRegex(ValidationError, f"^{bill.name} is already paid"):
            wizard.action_confirm()
        self.assertFalse(wizard.payment_ids)
        wizard.action_back()
        wizard.action_remove_tenders()
        self.assertFalse(wizard.tender_ids)

    def test_a_payment_that_cannot_stand_does_not_enter_the_visit(self):
        """REC-05, REC-17: it is refused where it is typed."""
        self.make_bill(145.50)
        form = self.open_form()
        form.amount = 9999.0
        wizard = form.save()
        with self.assertRaisesRegex(ValidationError, "too much"):
            wizard.action_add_tender()
        self.assertFalse(wizard.tender_ids)

    # === SPEED === #

    def test_queries_do_not_grow_with_the_documents(self):
        """REC-16: choosing an account costs the same with 2 or 20 open bills."""

        def choose(account):
            form = Form(self.Wizard)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            form.utility_account_id = account
            return self.env.cr.sql_log_count - before

        few, many = self.make_account("Few"), self.make_account("Many")
        for _number in range(2):
            self.make_bill(10.0, account=few)
        for _number in range(20):
            self.make_bill(10.0, account=many)
        choose(few)
        self.assertLessEqual(choose(many), choose(few) + 2)


class BrowserCommon(RecordPaymentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.password = "utility_clerk"
        cls.make_bill(145.50)
        cls.make_bill(60.0, due_date="2024-03-15", number="SCAN-000002")

    def payments(self):
        self.env.invalidate_all()
        return self.env["account.payment"].search(
            [("utility_account_id", "=", self.account.id)]
        )


@tagged("post_install", "-at_install")
class TestRecordPaymentBrowser(BrowserCommon):
    """The form in the browser, as a cashier uses it."""

    def test_keyboard_only(self):
        """REC-16: search, Enter, amount, Enter, Enter; then the next consumer."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_keyboard",
            login=self.clerk.login,
        )
        payment = self.payments()
        self.assertEqual(len(payment), 1)
        self.assertEqual((payment.amount, payment.change_given), (145.50, 4.50))

    def test_scanned_bill_is_ticked(self):
        """REC-01: a hand scanner in the search box picks consumer and bill."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_scan",
            login=self.clerk.login,
        )
        self.assertFalse(self.payments())

    def test_double_click_on_confirm(self):
        """REC-13: two clicks, and a click before the answer came, record once."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_double_click",
            login=self.clerk.login,
        )
        self.assertEqual(len(self.payments()), 1)

    def test_wrong_amounts_are_named(self):
        """REC-05: letters, decimals, zero, too much: a message each, and no payment."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_wrong_amounts",
            login=self.clerk.login,
        )
        self.assertFalse(self.payments())

    def test_dialog_on_the_consumer(self):
        """REC-01: the dialog of the 360° page; Esc goes back a step, then closes."""
        self.start_tour(
            f"/odoo/consumers/{self.account.id}",
            "utility_record_payment_dialog",
            login=self.clerk.login,
        )
        self.assertEqual(len(self.payments()), 1)


@tagged("post_install", "-at_install")
class TestRecordPaymentPhone(BrowserCommon):
    """The same at 390 by 844 points, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    def test_fits_the_phone(self):
        """REC-16: no step scrolls sideways, and its main button is in reach."""
        self.start_tour(
            "/odoo/record-payment",
            "utility_record_payment_phone",
            login=self.clerk.login,
        )
        self.assertEqual(len(self.payments()), 1)
