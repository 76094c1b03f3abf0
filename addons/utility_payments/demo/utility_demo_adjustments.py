"""What had to be corrected: returned cheques and mistakes at the counter (ADJ-01)."""

from datetime import timedelta

from odoo import Command, api, models

RETURN_FEE = 30.0
CLERK = "customer_executive"
RECOVERY = "recovery_executive"
MANAGER = "billing_manager"


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_as(self, role, model):
        """A model as one of the logins works with it."""
        user = self.env.ref(f"utility_consumers.demo_user_{role}")
        return self.env[model].with_user(user).with_company(user.company_id)

    @api.model
    def _demo_create_adjustments(self):
        """Request corrections as clerk and recovery; Maria Alvarez approves most.

        What nobody has decided yet stays for the one who looks at the demonstration.
        """
        self.env.ref("base.main_company").utility_return_fee = RETURN_FEE
        taken = self.env.ref("utility_consumers.demo_account_john_doe")
        returned = self._demo_recent_payments(taken, ["cheque"], 7)
        taken |= returned.utility_account_id
        moved, target = self._demo_wrong_account(taken)
        taken |= moved.utility_account_id | target
        shared, documents = self._demo_wrong_documents(taken)
        taken |= shared.utility_account_id
        corrected, waiting = self._demo_recent_payments(taken, ["cash"], 2)
        reasons = ("Insufficient funds", "Account closed", "Signature differs")
        bounced = [
            {
                "payment_id": payment.id,
                "reason": f"Cheque returned by the bank: {reasons[place % 3].lower()}",
                # Who let a second cheque bounce, or one on a closed account
                "make_cash_only": place % 3 != 2,
            }
            for place, payment in enumerate(returned)
        ]
        debit_card = self.env["utility.payment.mode"].search(
            [
                ("code", "=", "debit_card"),
                ("company_id", "=", corrected.company_id.id),
            ]
        )
        mistakes = [
            {
                "payment_id": moved.id,
                "kind": "move",
                "target_account_id": target.id,
                "reason": f"Account number mistyped: the slip has {target.number}",
            },
            {
                "payment_id": shared.id,
                "kind": "reallocate",
                "document_ids": self._demo_document_rows(documents),
                "reason": "The consumer meant to settle this one first",
            },
            {
                "payment_id": corrected.id,
                "kind": "correct",
                "new_mode_id": debit_card.id,
                "new_reference": "Slip 204418",
                "reason": "Paid by card: the terminal's slip was found at closing time",
            },
        ]
        undecided = [
            {
                "payment_id": waiting.id,
                "reversal_kind": "wrong_entry",
                "reason": "Recorded twice: the consumer paid once, the till agrees",
            },
        ]
        self._demo_adjust(RECOVERY, bounced[:-1])
        self._demo_adjust(CLERK, mistakes)
        self._demo_request_adjustments(RECOVERY, bounced[-1:])
        self._demo_request_adjustments(CLERK, undecided)

    @api.model
    def _demo_adjust(self, role, vals_list):
        """Request, and have the manager approve."""
        adjustments = self._demo_request_adjustments(role, vals_list)
        manager = self._demo_as(MANAGER, adjustments._name)
        manager.browse(adjustments.ids).action_approve()

    @api.model
    def _demo_request_adjustments(self, role, vals_list):
        adjustments = self._demo_as(role, "utility.payment.adjustment").create(
            vals_list
        )
        adjustments.action_request()
        return adjustments

    @api.model
    def _demo_document_rows(self, documents):
        return [
            Command.create({"sequence": place, "move_id": document.id})
            for place, document in enumerate(documents)
        ]

    # === WHICH PAYMENTS === #

    @api.model
    def _demo_recent_payments(self, taken, modes, limit=None):
        """The newest counter payments, one an account, with nothing paid too much.

        :param taken: accounts that have another part in the demonstration
        :param modes: codes of payment modes
        """
        company = self.env.ref("base.main_company")
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", company.id),
                ("utility_account_id", "not in", taken.ids),
                ("utility_account_id.state", "=", "active"),
                ("utility_state", "=", "posted"),
                ("mode_id.code", "in", modes),
                ("channel_id.code", "=", "walk_in"),
                ("amount_excess", "=", 0),
                ("date", "<", company._utility_today() - timedelta(days=1)),
            ],
            order="date desc, id desc",
        )
        firsts = {}
        for payment in payments:
            firsts.setdefault(payment.utility_account_id, payment)
        return payments.browse(payment.id for payment in firsts.values())[:limit]

    @api.model
    def _demo_wrong_account(self, taken):
        """A payment by card, and another consumer who owes at least as much."""
        payment = self._demo_recent_payments(taken, ["debit_card"], 1)
        target = self.env["utility.account"].search(
            [
                ("company_id", "=", payment.company_id.id),
                ("id", "not in", (taken | payment.utility_account_id).ids),
                ("state", "=", "active"),
                ("payoff_balance", ">=", payment.amount),
            ],
            order="id",
            limit=1,
        )
        return payment, target

    @api.model
    def _demo_wrong_documents(self, taken):
        """A payment, and what its account owes that it should have paid first."""
        Move = self.env["account.move"]
        for payment in self._demo_recent_payments(taken, ["cash"]):
            documents = Move.search(
                [
                    ("utility_account_id", "=", payment.utility_account_id.id),
                    ("utility_kind", "!=", False),
                    ("amount_residual", ">", 0),
                ],
                order="id",
            )
            paid = payment.allocation_ids.move_id
            if len(paid) == 1 and (documents - paid):
                return payment, (documents - paid)[:1] | paid
        raise ValueError("no consumer who paid in cash owes anything else")
