from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.promise import keep_promises

# Promises judged in one transaction of the daily pass.
_CHUNK = 500
ZERO = Decimal(0)


class UtilityPaymentPromise(models.Model):
    """A promise is kept or broken by itself (COL-06).

    What was paid is never counted up: it is read from the payments that stand, each
    time that something changes. So it doesn't matter in which order these came, which
    of them was taken back, nor when the daily pass ran.
    """

    _inherit = "utility.payment.promise"

    @api.model
    def _judge_accounts(self, accounts):
        """Judge all promises of accounts that their door has locked; superuser."""
        promises = self.search(
            [
                ("utility_account_id", "in", accounts.ids),
                ("state", "!=", "cancelled"),
            ]
        )
        promises._judge()

    def _judge(self):
        """Bring paid amounts and states in line with the ledger and the day.

        :param self: all promises of their accounts that aren't cancelled
        """
        if not self:
            return
        receipts = self._read_receipts()
        late = self.browse()
        quiet = self.with_context(tracking_disable=True)
        changes = {}
        for account, promises in quiet.grouped("utility_account_id").items():
            today = account.company_id._utility_today()
            paid = keep_promises(
                [promise._as_promise() for promise in promises], receipts[account.id]
            )
            for promise in promises:
                amount, day = paid[promise.id]
                if promise._exact(promise.paid_amount) != amount:
                    promise.paid_amount = float(amount)
                if amount == promise._exact(promise.amount):
                    state = "kept"
                elif promise.last_day >= today:
                    state = "open"
                else:
                    state = "broken"
                if state == "kept" and promise.ended_on != day:
                    promise.ended_on = day
                if state == promise.state:
                    continue
                if state == "broken" and promise.state == "open":
                    late |= promise
                else:
                    changes.setdefault(state, self.browse())
                    changes[state] |= promise
        late._break_late(changes)
        for state, promises in changes.items():
            promises._change_state(state)

    def _as_promise(self):
        """What `tools.promise` needs to know."""
        return (
            self.id,
            self.since_move_id,
            self.date,
            self.last_day,
            self._exact(self.amount),
        )

    def _exact(self, amount):
        return to_decimal(amount, self.currency_id.decimal_places or 0)

    def _break_late(self, changes):
        """Break what is past its days, unless there is nothing left to pay, or yet."""
        if not self:
            return
        accounts = self.utility_account_id
        in_flight = accounts._get_money_in_flight()
        owed = accounts._get_promisable(with_promises=False)
        for promise in self:
            account_id = promise.utility_account_id.id
            left = promise._exact(promise.amount) - promise._exact(promise.paid_amount)
            if owed[account_id] <= ZERO:
                promise._end(
                    "cancelled",
                    self.env._("Nothing is owed that could be paid."),
                )
            elif in_flight.get(account_id, ZERO) >= left:
                # The bank hasn't answered yet: the next pass looks again.
                in_flight[account_id] -= left
            else:
                changes["broken"] = changes.get("broken", self.browse()) | promise

    def _change_state(self, state):
        """Let promises have become kept, broken, or open again."""
        was_broken = self.filtered(lambda promise: promise.state == "broken")
        was_broken._close_activities()
        if state == "kept":
            self.write({"state": state, "end_reason": False})
            self._tell("promise_kept", self.env._("Paid as promised."))
        elif state == "open":
            self.write({"state": state, "ended_on": False, "end_reason": False})
            self._tell(
                "promise_reopened",
                self.env._("A payment was taken back: it is to be kept again."),
            )
        else:
            self._end("broken", False)
            self._open_activities()

    def _end(self, state, reason):
        """End promises that weren't kept, and tell."""
        for company, promises in self.grouped("company_id").items():
            promises.write(
                {
                    "state": state,
                    "ended_on": company._utility_today(),
                    "end_reason": reason,
                }
            )
        self._tell(f"promise_{state}", reason)

    # -------------------------------------------------------------------------
    # AS TIME PASSES
    # -------------------------------------------------------------------------

    @api.model
    def _cron_judge(self):
        """Break promises whose days are over, in chunks, each its own transaction.

        Stopped or killed at any time, it goes on where it was: what is judged isn't
        open any more.
        """
        Promise = self.with_context(tracking_disable=True)
        for company in self.env["res.company"].search([("active", "=", True)]):
            if not Promise._keep_in_chunks(
                company, "_find_late", "_judge_late", _CHUNK
            ):
                return

    @api.model
    def _find_late(self, company, last_id, limit):
        """Open promises whose last day is over."""
        self.flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT id
                  FROM utility_payment_promise
                 WHERE state = 'open'
                   AND company_id = %s
                   AND last_day < %s
                   AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                company.id,
                company._utility_today(),
                last_id,
                limit,
            )
        )

    def _judge_late(self):
        """Judge the promises of these accounts, and let collections follow."""
        accounts = self.utility_account_id
        accounts._lock_accounts()
        self.invalidate_recordset()
        accounts._debt_changed()
