import logging
from datetime import timedelta

from psycopg2 import IntegrityError, OperationalError

from odoo import api, models

_logger = logging.getLogger(__name__)

# Rows that are read together; each is charged in transactions of its own.
_CHUNK = 100
# After this time a charge that was begun and has no outcome was cut short.
_CUT_SHORT = timedelta(minutes=10)


class UtilityPaymentPlanInstallment(models.Model):
    """The scheduled action that charges cards (PLN-06): never twice.

    Four transactions for each charge, so that whatever dies leaves what a person or
    the gateway can settle, and nothing that would be charged again:

    1. with the account locked: check everything, write the transaction; commit;
    2. with the transaction locked: check again, ask the gateway, keep its answer;
       commit;
    3. record the payment by the one door, under a key; commit. Where that failed,
       because a cashier was at it for example, each later run tries again;
    4. what was begun and has no answer is never sent again: it is in doubt, until the
       gateway reports or a Billing Manager has looked it up.
    """

    _inherit = "utility.payment.plan.installment"

    @api.model
    def _cron_automatic(self):
        """Announce charges, make those that are due, and find what was cut short."""
        self.env["payment.transaction"]._find_cut_short(_CUT_SHORT)
        self._stop_after_returns()
        self.env["ir.cron"]._commit_progress()
        self._follow_charges()
        if self._announce_charges():
            self._charge_due()

    @api.model
    def _follow_charges(self):
        """Record what is charged, or declined, and couldn't be recorded at once."""
        Transaction = self.env["payment.transaction"]
        charges = Transaction.search(
            [
                ("utility_installment_id", "!=", False),
                ("operation", "=", "offline"),
                ("state", "in", ("done", "cancel", "error")),
                ("is_post_processed", "=", False),
            ]
        )
        for charge_id in charges.ids:
            try:
                Transaction.browse(charge_id)._post_process()
                self.env["ir.cron"]._commit_progress()
            except OperationalError as error:
                self.env.cr.rollback()
                _logger.info("Recording charge %s waits: %s", charge_id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Charge %s can't be recorded", charge_id)
            self.env.invalidate_all()

    @api.model
    def _charge_due(self):
        """Charge what is due, one by one; a charge that fails stops no other one."""
        for company in self._get_automatic_companies():
            today = company._utility_today()
            domain = [
                *self._get_automatic_domain(company),
                ("due_date", "<=", today),
                "|",
                ("automatic_next_on", "=", False),
                ("automatic_next_on", "<=", today),
            ]
            left = self.search_count(domain)
            last_id = 0
            while rows := self.search(
                [*domain, ("id", ">", last_id)], order="id", limit=_CHUNK
            ):
                for row_id in rows.ids:
                    last_id = row_id
                    self.browse(row_id)._charge()
                    left = max(left - 1, 0)
                    if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                        return
                    self.env.invalidate_all()

    def _charge(self):
        """Make one charge, in transactions of its own; nothing is raised."""
        self.ensure_one()
        Cron = self.env["ir.cron"]
        row_id = self.id
        try:
            charge = self._begin_charge()
            if not charge:
                return
            # From here on a charge that fails is known to have been begun.
            Cron._commit_progress()
            self.env.invalidate_all()
            charge._send_charge()
            Cron._commit_progress()
            self.env.invalidate_all()
            charge._post_process()
        except (OperationalError, IntegrityError) as error:
            # Somebody else was at it; what was committed says how far this one came.
            self.env.cr.rollback()
            _logger.info("The charge of installment %s waits: %s", row_id, error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("The charge of installment %s was cut short", row_id)

    def _begin_charge(self):
        """Write down the charge of what is unpaid now, if it may be made.

        :return: the transaction, or an empty recordset
        """
        self.ensure_one()
        Transaction = self.env["payment.transaction"]
        plan = self.plan_id
        plan.utility_account_id._lock_accounts()
        self.env.invalidate_all()
        obstacle = self._get_charge_obstacle()
        if obstacle:
            _logger.info("Installment %s isn't charged: %s", self.id, obstacle)
            return Transaction
        token = plan.automatic_token_id
        if not token._is_chargeable_for(plan):
            plan._stop_automatic("card")
            return Transaction
        return Transaction.create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
                "token_id": token.id,
                "partner_id": token.partner_id.id,
                "amount": self._get_charge_amount(),
                "currency_id": self.currency_id.id,
                "operation": "offline",
                "reference": self._get_charge_reference(),
                "utility_installment_id": self.id,
            }
        )

    def _get_charge_reference(self):
        """The same for two workers at the same attempt: the database takes one."""
        self.ensure_one()
        attempt = len(self.charge_ids) + 1
        return f"{self.display_name}-{self.id}-{attempt}"

    # -------------------------------------------------------------------------
    # OUTCOMES; superuser
    # -------------------------------------------------------------------------

    def _charge_failed(self, charge):
        """The card was declined: try again later, or stop (PLN-06)."""
        self.ensure_one()
        plan = self.plan_id
        plan.utility_account_id._lock_accounts()
        self.invalidate_recordset()
        company = plan.company_id
        self.automatic_failures += 1
        plan._log_event(
            "charge_failed",
            installment_id=self.id,
            amount=charge.amount,
            note=charge.state_message or False,
        )
        if (
            plan.automatic_state != "on"
            or plan.state != "active"
            or self.remaining_amount <= 0
        ):
            return
        if self.automatic_failures >= company.utility_automatic_attempts:
            plan._stop_automatic("failed", charge.state_message or False)
            return
        today = company._utility_today()
        self.write(
            {
                "automatic_next_on": today
                + timedelta(days=company.utility_automatic_retry_days),
                "automatic_noticed_on": today,
                "automatic_noticed_amount": self._get_charge_amount(),
            }
        )
        if self.utility_account_id.email:
            self.env.ref(
                "utility_collections.mail_template_automatic_failed"
            ).send_mail(self.id, force_send=False)

    def _charge_done(self, charge):
        """The card was charged; tell somebody where that wasn't needed any more."""
        self.ensure_one()
        self.automatic_next_on = False
        payments = (charge | charge.child_transaction_ids).payment_id
        excess = sum(payments.mapped("amount_excess"))
        if excess > 0:
            self.plan_id._alert_automatic(
                self.env._("Charged, though paid meanwhile: credit or refund?"),
                self.env._(
                    "%(amount)s of payment %(payment)s met no debt and is credit now.",
                    amount=self.currency_id.format(excess),
                    payment=payments[:1].display_name,
                ),
            )

    @api.model
    def _stop_after_returns(self):
        """A payment by card that was taken back ends the agreement (PLN-06)."""
        charges = self.env["payment.transaction"].search(
            [
                ("utility_plan_id.automatic_state", "=", "on"),
                ("state", "=", "done"),
                ("payment_id.utility_state", "in", ("returned", "cancelled")),
            ]
        )
        for charge in charges:
            plan = charge.utility_plan_id
            plan._lock_plans()
            if charge.last_state_change >= plan.automatic_agreed_at:
                plan._stop_automatic("returned", charge.payment_id.display_name)
