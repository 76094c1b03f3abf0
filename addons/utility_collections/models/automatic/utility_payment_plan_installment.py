from odoo import fields, models
from odoo.fields import Domain

from ..plan.utility_payment_plan_installment import UNPAID

# States of a transaction whose outcome isn't known yet.
IN_FLIGHT = ("draft", "pending", "authorized")
# Payments that the consumer makes in person.
ONLINE = ("online_redirect", "online_direct", "online_token")


class UtilityPaymentPlanInstallment(models.Model):
    """Whether and when a card may be charged for an installment (PLN-06, COL-11)."""

    _inherit = "utility.payment.plan.installment"

    charge_ids = fields.One2many(
        comodel_name="payment.transaction",
        inverse_name="utility_installment_id",
        domain=[("operation", "=", "offline")],
        readonly=True,
    )
    automatic_failures = fields.Integer(
        string="Failed Charges",
        readonly=True,
        copy=False,
        help="Since the consumer agreed to automatic payment.",
    )
    automatic_next_on = fields.Date(
        string="Next Attempt", readonly=True, copy=False, help="After a failure."
    )
    automatic_noticed_on = fields.Date(
        string="Announced", readonly=True, copy=False, help="To the consumer, by mail."
    )
    automatic_noticed_amount = fields.Monetary(
        string="Announced Amount", readonly=True, copy=False
    )

    def _get_charge_date(self):
        """When the card is charged next, unless it is paid by then; False for none."""
        if not self:
            return False
        self.ensure_one()
        if self.automatic_next_on:
            return max(self.due_date, self.automatic_next_on)
        return self.due_date

    def _get_announced_date(self):
        """The day of the charge that a notice of today tells of."""
        self.ensure_one()
        tomorrow = fields.Date.add(self.company_id._utility_today(), days=1)
        return max(self._get_charge_date(), tomorrow)

    def _is_charged(self):
        """Whether a charge for it succeeded: then there is never another one."""
        self.ensure_one()
        return any(tx.state == "done" for tx in self.sudo()._get_charges())

    def _get_charges(self):
        """The charges for it, with what was captured of them in parts."""
        return self.charge_ids | self.charge_ids.child_transaction_ids.filtered(
            lambda tx: tx.operation != "refund"
        )

    def _is_announced(self):
        """Whether the consumer was told of a charge, as high as it would be now.

        By the agreement itself, or by mail no later than the day before.
        """
        self.ensure_one()
        plan = self.plan_id
        if plan.company_id.utility_automatic_notice_days < 0:
            return True
        if self.due_date < plan._told_until() and not self.automatic_noticed_on:
            return True
        return bool(
            self.automatic_noticed_on
            and self.automatic_noticed_on < plan.company_id._utility_today()
            and self._is_within_notice(self._get_charge_amount())
        )

    def _is_within_notice(self, amount):
        """Whether the consumer was told of a charge at least as high."""
        noticed = self.automatic_noticed_amount
        return self.currency_id.compare_amounts(amount, noticed) <= 0

    def _get_charge_amount(self):
        """What the card would be charged with now: credit of the account is taken off,
        and nothing is charged for debt that is kept out of collections (COL-11).
        """
        self.ensure_one()
        return self._get_amounts_to_pay()[self.id][0]

    def _get_charge_obstacle(self, charge=None):
        """Why the card must not be charged for this installment now, as of this moment.

        The account is locked, or what was read is checked again before it counts.

        :param charge: the transaction that is about to be sent, which is none itself
        :return: a sentence, or False when it may be charged
        """
        self.ensure_one()
        plan = self.plan_id
        today = plan.company_id._utility_today()
        if plan.state != "active" or plan.automatic_state != "on":
            return self.env._("Plan %s isn't paid automatically.", plan.display_name)
        if self.state not in UNPAID or self.remaining_amount <= 0:
            return self.env._("Installment %s is paid.", self.display_name)
        amount, reason = self._get_amounts_to_pay()[self.id]
        if amount <= 0:
            return reason or self.env._("Nothing of it is to be paid.")
        if charge and self.currency_id.compare_amounts(amount, charge.amount):
            return self.env._("What is unpaid of %s has changed.", self.display_name)
        if self._get_charge_date() > today:
            return self.env._("Installment %s isn't due yet.", self.display_name)
        if not self._is_announced():
            return self.env._("The charge wasn't announced the day before.")
        if self.automatic_failures >= plan.company_id.utility_automatic_attempts:
            return self.env._("The card was declined too often.")
        others = self._get_charges() - (charge or self.charge_ids.browse())
        if any(tx.state == "done" for tx in others):
            return self.env._("Installment %s was charged already.", self.display_name)
        if any(tx.state in IN_FLIGHT for tx in others):
            return self.env._("Installment %s is being charged.", self.display_name)
        if self._has_online_payment_in_flight():
            return self.env._("The consumer is paying the debt online.")
        return False

    def _has_online_payment_in_flight(self):
        """COL-11: whether the consumer is paying the same debt in another way.

        A payment page that was left alone for an hour counts no more; money that was
        taken counts until its payment is recorded.
        """
        self.ensure_one()
        hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        same_debt = Domain("utility_installment_id", "=", self.id) | Domain(
            "invoice_ids", "in", self.plan_id.covered_move_ids.ids
        )
        in_flight = (
            Domain("state", "in", ("pending", "authorized"))
            | Domain("state", "=", "draft")
            & Domain("last_state_change", ">=", hour_ago)
            | Domain("state", "=", "done") & Domain("is_post_processed", "=", False)
        )
        return bool(
            self.env["payment.transaction"].search_count(
                Domain("operation", "in", ONLINE) & same_debt & in_flight, limit=1
            )
        )
