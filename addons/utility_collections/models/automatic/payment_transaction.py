import logging

import requests
from psycopg2 import OperationalError
from urllib3.exceptions import NewConnectionError

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Answers that say that the gateway took no notice of a request.
_REFUSED = frozenset(range(400, 500)) - {408, 409}


# Outcome of a charge of which the gateway has reported another amount.
MISMATCH = "mismatch"


class OutcomeUnknown(Exception):
    """The gateway was asked and gave no clear answer: perhaps it has charged."""


class PaymentTransaction(models.Model):
    """A charge of an installment: one attempt, one transaction (PLN-06)."""

    _inherit = "payment.transaction"

    utility_installment_id = fields.Many2one(
        comodel_name="utility.payment.plan.installment",
        string="Installment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    utility_plan_id = fields.Many2one(
        related="utility_installment_id.plan_id",
        string="Payment Plan",
        store=True,
        index="btree_not_null",
    )
    utility_outcome = fields.Char(
        string="Followed Status",
        readonly=True,
        copy=False,
        help="The status whose effects the plan has taken.",
    )

    # What the gateway reports later must always be kept, so a second success isn't
    # refused here; that no second charge is begun is.
    _utility_charge_in_flight_unique = models.UniqueIndex(
        "(utility_installment_id) WHERE operation = 'offline'"
        " AND state IN ('draft', 'pending', 'authorized')",
        "This installment is being charged already.",
    )

    # -------------------------------------------------------------------------
    # ASKING THE GATEWAY
    # -------------------------------------------------------------------------

    def _send_charge(self):
        """Ask the gateway, once; whatever comes of it, it isn't asked again."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT state FROM payment_transaction WHERE id = %s FOR UPDATE",
                self.id,
            )
        )
        if self.env.cr.fetchone() != ("draft",):
            return
        obstacle = self.utility_installment_id._get_charge_obstacle(self)
        if obstacle:
            # Nobody was asked, so it is no failure of the card.
            self._set_canceled(state_message=obstacle)
            self.utility_outcome = self.state
            return
        try:
            with self.env.cr.savepoint():
                self._charge_with_token()
        except OperationalError:
            # Something else has changed this transaction: its state counts.
            raise
        except OutcomeUnknown as error:
            self._set_in_doubt(str(error))
        except Exception as error:
            _logger.exception("Charge %s: unexpected answer", self.reference)
            self._set_in_doubt(str(error))
        if self.state == "draft":
            self._set_in_doubt(self.env._("The gateway gave no answer."))

    def _send_api_request(self, method, endpoint, **kwargs):
        """Extend: without an answer a charge isn't an error, which may be repeated."""
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            if self.utility_installment_id and self._is_unknown(error.__context__):
                raise OutcomeUnknown(str(error)) from error
            raise

    def _process(self, provider_code, payment_data):
        """Extend: an answer that can't be understood is no error of the card."""
        try:
            return super()._process(provider_code, payment_data)
        except ValidationError as error:
            if self.utility_installment_id:
                raise OutcomeUnknown(str(error)) from error
            raise

    def _validate_amount(self, payment_data):
        """Extend: where the gateway reports another amount, it may have charged it."""
        before = self.state
        res = super()._validate_amount(payment_data)
        if self.utility_installment_id and before != self.state == "error":
            self.utility_outcome = MISMATCH
        return res

    def _is_unknown(self, cause):
        """Whether a request that failed may have charged the card all the same."""
        if isinstance(cause, requests.exceptions.ConnectTimeout):
            return False
        if isinstance(cause, requests.exceptions.ConnectionError):
            reason = getattr(cause.args[0] if cause.args else None, "reason", None)
            return not isinstance(reason, NewConnectionError)
        if isinstance(cause, requests.exceptions.HTTPError):
            return cause.response.status_code not in _REFUSED
        return isinstance(cause, requests.exceptions.RequestException)

    def _set_in_doubt(self, message):
        """Wait for the gateway's report, or for a person who has looked it up."""
        self.ensure_one()
        self._set_pending(state_message=message)
        row = self.utility_installment_id
        row.plan_id._log_event(
            "charge_in_doubt", installment_id=row.id, amount=self.amount, note=message
        )
        row.plan_id._alert_automatic(
            self.env._("Look up charge %s at the gateway", self.reference),
            self.env._(
                "It isn't known whether the card was charged with %(amount)s. Look"
                " it up; a Billing Manager then says so on the plan.",
                amount=self.currency_id.format(self.amount),
            ),
        )

    def _find_cut_short(self, patience):
        """Put in doubt what was begun and then cut short, by a crash for example."""
        begun = self.search(
            [
                ("utility_installment_id", "!=", False),
                ("operation", "=", "offline"),
                ("state", "=", "draft"),
                ("last_state_change", "<", fields.Datetime.now() - patience),
            ]
        )
        # Those that are being sent right now are locked by who sends them.
        for charge in begun.try_lock_for_update():
            charge._set_in_doubt(
                self.env._("It was cut short: perhaps the gateway was asked.")
            )

    # -------------------------------------------------------------------------
    # RECORDING WHAT IT DID
    # -------------------------------------------------------------------------

    def _get_consumer_requests(self):
        """Extend: a charge pays its installment (PLN-06).

        Where the plan ended meanwhile it pays what the plan covered; what finds no
        debt any more is credit.
        """
        row = (self | self.source_transaction_id).utility_installment_id
        if not row:
            return super()._get_consumer_requests()
        account = row.utility_account_id
        account._lock_accounts()
        row.invalidate_recordset()
        plan = row.plan_id
        base = self._consumer_request(account)
        if plan.state == "active":
            documents, type_ = row.ids, "installment"
            open_amount = row.remaining_amount
        else:
            lines = plan._get_lines_to_cover()
            documents, type_ = lines.move_id.ids, False
            open_amount = sum(lines.mapped("amount_residual"))
        on_account = self._on_account_request(base)
        if open_amount <= 0:
            return [on_account]
        request = base | {"documents": documents}
        if type_:
            request["type"] = type_
        if self.currency_id.compare_amounts(self.amount, open_amount) > 0:
            request |= {
                "amount": open_amount,
                "tendered": self.amount,
                "excess": "credit",
            }
        return [request, on_account]

    def _post_process(self):
        """Extend: the plan follows what became of a charge, once for each outcome."""
        res = super()._post_process()
        for charge in self.filtered("utility_installment_id"):
            row = charge.utility_installment_id
            if charge.operation != "offline" or charge.utility_outcome == charge.state:
                continue
            fits = charge.utility_outcome != MISMATCH
            charge.utility_outcome = charge.state
            if charge.state == "done":
                row._charge_done(charge)
            elif not fits:
                row.utility_account_id._lock_accounts()
                row.plan_id._stop_automatic("report", charge.state_message)
            elif charge.state in ("cancel", "error"):
                row._charge_failed(charge)
        return res

    # -------------------------------------------------------------------------
    # IN DOUBT: what a Billing Manager found out at the gateway
    # -------------------------------------------------------------------------

    def action_utility_charged(self):
        """The gateway has charged the card: record the payment.

        :return: True
        """
        charge_sudo = self._check_in_doubt()
        charge_sudo._set_done(state_message=self._get_said_by())
        charge_sudo._post_process()
        return True

    def action_utility_not_charged(self):
        """The gateway hasn't charged the card: it may be tried again.

        Should it report a success later all the same, that is still recorded.

        :return: True
        """
        charge_sudo = self._check_in_doubt()
        charge_sudo._set_error(self._get_said_by())
        charge_sudo._post_process()
        return True

    def _check_in_doubt(self):
        self.ensure_one()
        if not self.env.user.has_group("utility_consumers.group_billing_manager"):
            raise AccessError(
                self.env._(
                    "Saying what became of a charge is for Billing Managers: ask one."
                )
            )
        self.check_access("read")
        charge_sudo = self.sudo()
        row_sudo = charge_sudo.utility_installment_id
        row_sudo.utility_account_id._lock_accounts()
        charge_sudo.invalidate_recordset()
        if not row_sudo or charge_sudo.state != "pending":
            raise UserError(
                self.env._(
                    "What became of charge %(reference)s is known already.",
                    reference=charge_sudo.reference,
                )
            )
        return charge_sudo

    def _get_said_by(self):
        return self.env._("Looked up at the gateway by %s.", self.env.user.name)
