"""Credit of the demonstration's consumers, in every state that a manager meets."""

import itertools
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import (
    CLERK,
    MANAGER,
    RECOVERY,
)

# What consumers paid too much today: the system makes the notes (CRN-06).
TOO_MUCH = ("35.00", "12.40", "60.00", "18.75")
# reason, amount, remarks; above 50.00 of a clerk, above 200.00 of recovery, and what
# adjusts revenue, a manager approves (CRN-13).
BY_CLERK = (
    ("duplicate_payment", 42.0, "Paid by card and again at the kiosk a day later"),
    ("customer_request", 25.0, "Wants this much kept for the next bill"),
    ("other", 9.9, "Card fee of the old terminal, given back as agreed"),
    ("overpayment", 18.5, "Paid last year's amount; the bill was lower"),
)
BY_RECOVERY = (
    ("refund_request", 120.0, "Moving abroad, asks for the money on the account"),
    ("duplicate_payment", 96.0, "Standing order ran twice"),
)
BY_MANAGER = (("customer_request", 210.0, "Agreed on the phone, call of this morning"),)
APPROVED_OF_CLERK = (
    ("billing_error", 64.2, "Meter read as 8 instead of 3 in the last digit"),
    ("duplicate_payment", 88.0, "Two counters took the same bill"),
)
APPROVED_OF_RECOVERY = (
    ("billing_adjustment", 75.5, "Leak before the meter, confirmed on site"),
)
WAITING_OF_CLERK = (
    ("billing_error", 145.5, "The bill has the reading of the neighbour's meter"),
    ("duplicate_payment", 79.0, "Says that the bank collected it as well"),
)
WAITING_OF_RECOVERY = (
    ("refund_request", 240.0, "Left the premises, wants the advance back"),
    (
        "billing_adjustment",
        38.6,
        "Rate of the old tariff until the middle of the month",
    ),
)
REFUSED = ("customer_request", 70.0, "Thinks that the bill is too high")
REFUSAL = "The meter was read again on site: the bill is right."
WITHDRAWN = ("other", 15.0, "Entered on the wrong payment")


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_credit_notes(self):
        """Make notes of what was paid too much so far, use them, add notes by hand."""
        company = self.env.ref("base.main_company")
        company._utility_setup()
        Note = self.env["utility.credit.note"]
        Note._adopt_excess()
        old = Note.search([("company_id", "=", company.id)], order="payment_id")
        self._demo_date_credit_notes(old)
        self._demo_use_credit(old)
        self._demo_let_credit_expire(company)
        self._demo_pay_too_much(company)
        self._demo_credit_by_hand()

    # === OF OVERPAYMENTS === #

    @api.model
    def _demo_date_credit_notes(self, notes):
        """Let each note be as old as its payment, as if the add-on had been there.

        Odoo lets its superuser set these dates while a database is being made.
        """
        for note in notes.with_user(SUPERUSER_ID).with_context(tracking_disable=True):
            payment = note.payment_id
            months = note.company_id.utility_credit_expiry_months
            note.write(
                {
                    "create_date": payment.received_at,
                    "expiry_date": payment.date + relativedelta(months=months),
                }
            )
            payment.event_ids.filtered(
                lambda event: event.kind == "credited"
            ).happened_at = payment.received_at

    @api.model
    def _demo_use_credit(self, notes):
        """The clerk pays later bills with credit, with some of it in part (CRN-10)."""
        own = self._demo_as(CLERK, "utility.credit.note")
        parts = itertools.cycle((0.4, 1, 0.7, 1))
        for note in notes:
            document = self._demo_other_document(note.payment_id)
            if document and note.amount > 2:
                amount = min(note.amount * next(parts), document.amount_residual)
                own.browse(note.id).apply_to(
                    document.ids, note.currency_id.round(amount)
                )

    @api.model
    def _demo_let_credit_expire(self, company):
        """Expire what is too old; the manager revives one, and extends one (CRN-11)."""
        today = company._utility_today()
        active = [("company_id", "=", company.id), ("state", "=", "active")]
        Note = self.env["utility.credit.note"]
        late = Note.search([*active, ("expiry_date", "<", today)], order="id")
        late._expire_chunk()
        soon = Note.search(
            [*active, ("expiry_date", "<=", today + timedelta(days=30))],
            order="expiry_date desc, id",
            limit=1,
        )
        kept = late[-1:] | soon
        self._demo_as(MANAGER, Note._name).browse(kept.ids).action_extend(
            today + timedelta(days=90)
        )

    @api.model
    def _demo_pay_too_much(self, company):
        """Four consumers pay more than they owe at the counter, today."""
        documents = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("utility_kind", "=", "bill"),
                ("payment_state", "=", "not_paid"),
                ("amount_total", ">", 80),
                ("amount_total", "<", 400),
                ("utility_account_id", "not in", self._demo_taken_accounts().ids),
                ("utility_account_id.state", "=", "active"),
            ],
            order="id",
            limit=len(TOO_MUCH),
        )
        clerk = self._demo_as(CLERK, "account.payment")
        outcomes = clerk.record_collections(
            [
                {
                    "account": document.utility_account_id.number,
                    "amount": f"{document.amount_residual + float(extra):.2f}",
                    "mode": "cash",
                    "documents": [document.name],
                }
                for document, extra in zip(documents, TOO_MUCH, strict=True)
            ]
        )
        for outcome in outcomes:
            if outcome["status"] != "posted":
                raise ValueError(outcome)

    # === BY HAND === #

    @api.model
    def _demo_credit_by_hand(self):
        """Notes of each reason, by each role, in each state of approval."""
        settled, owing = [], []
        for payment in self._demo_recent_payments(
            self._demo_taken_accounts(),
            ["cash", "cheque", "credit_card", "debit_card"],
        ).sorted(lambda payment: (payment.amount, payment.id)):
            # Credit can pay what else the account owes.
            other = self._demo_other_document(payment)
            (owing if other else settled).append(payment)
        made = [
            self._demo_credit_notes(role, terms, settled, owing)
            for role, terms in (
                (RECOVERY, WAITING_OF_RECOVERY),
                (MANAGER, BY_MANAGER),
                (RECOVERY, BY_RECOVERY),
                (CLERK, WAITING_OF_CLERK),
                (CLERK, (REFUSED, WITHDRAWN)),
            )
        ]
        refused, withdrawn = made.pop()
        moving, twice = made[2]
        of_recovery, of_clerk, by_clerk = used = [
            self._demo_credit_notes(role, terms, owing, settled)
            for role, terms in (
                (RECOVERY, APPROVED_OF_RECOVERY),
                (CLERK, APPROVED_OF_CLERK),
                (CLERK, BY_CLERK),
            )
        ]
        for notes in (*made, refused, *used):
            notes.action_confirm()
        withdrawn.action_cancel()
        manager = self._demo_as(MANAGER, refused._name)
        manager.browse((of_clerk | of_recovery).ids).action_approve()
        manager.browse(refused.id).action_refuse(REFUSAL)
        self._demo_use_credit((by_clerk | of_clerk | of_recovery).sudo())
        self._demo_refund(moving, "bank_transfer", 120.0)
        self._demo_refund(twice, "cash", 36.0)

    @api.model
    def _demo_credit_notes(self, role, terms, payments, others):
        """Drafts of a login, each of the smallest payment that is enough.

        :param list payments: where to look first, by amount; what is taken goes
        :param list others: where to look next
        """
        reasons = {
            reason.code: reason.id
            for reason in self.env["utility.credit.reason"].search([])
        }
        vals_list = []
        for code, amount, remarks in terms:
            pool, payment = next(
                (pool, found)
                for pool in (payments, others)
                for found in pool
                if found._allocated_amount() >= amount
            )
            pool.remove(payment)
            vals_list.append(
                {
                    "payment_id": payment.id,
                    "amount": amount,
                    "reason_id": reasons[code],
                    "remarks": remarks,
                }
            )
        # The list shows the newest first.
        notes = self._demo_as(role, "utility.credit.note").create(vals_list[::-1])
        return notes[::-1]

    @api.model
    def _demo_refund(self, note, mode, amount):
        """The clerk asks for it, the manager approves (CRN-12)."""
        Mode = self.env["utility.payment.mode"]
        partner = note.utility_account_id.commercial_partner_id
        bank = self.env["res.partner.bank"]
        if mode == "bank_transfer":
            bank = bank.create(
                {"acc_number": "0174 4420 9913", "partner_id": partner.id}
            )
        self._demo_adjust(
            CLERK,
            [
                {
                    "kind": "refund",
                    "credit_note_id": note.id,
                    "refund_amount": amount,
                    "refund_mode_id": Mode.search(
                        [
                            ("code", "=", mode),
                            ("company_id", "=", note.company_id.id),
                        ]
                    ).id,
                    "refund_bank_id": bank.id,
                    "reason": note.remarks,
                }
            ],
        )

    # === WHICH RECORDS === #

    @api.model
    def _demo_taken_accounts(self):
        """Accounts that have another part in the demonstration."""
        company = self.env.ref("base.main_company")
        own = [("company_id", "=", company.id)]
        adjustments = self.env["utility.payment.adjustment"].search(own)
        notes = self.env["utility.credit.note"].search(own)
        return (
            self.env.ref("utility_consumers.demo_account_john_doe")
            | adjustments.utility_account_id
            | adjustments.target_account_id
            | notes.utility_account_id
        )

    @api.model
    def _demo_other_document(self, payment):
        """The oldest bill or charge that is open on the account, but not a paid one."""
        return self.env["account.move"].search(
            [
                ("utility_account_id", "=", payment.utility_account_id.id),
                ("utility_kind", "!=", False),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("id", "not in", payment.allocation_ids.move_id.ids),
            ],
            order="invoice_date_due, id",
            limit=1,
        )
