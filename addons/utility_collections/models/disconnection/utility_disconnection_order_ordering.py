from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..reader import is_id, read_text
from .utility_disconnection_order import BEFORE, WAITING


class UtilityDisconnectionOrder(models.Model):
    """Ordering, sending a crew, and calling it off (COL-07)."""

    _inherit = "utility.disconnection.order"

    # -------------------------------------------------------------------------
    # ORDER
    # -------------------------------------------------------------------------

    def action_order(self):
        """Order drafts: their accounts wait for disconnection.

        All of them, or none: a refusal names each account and its reason.

        :return: True
        :raises AccessError: for anyone below Recovery Executive
        :raises UserError: for an order that isn't a draft, an account that isn't
            connected, and where the rules don't allow it
        """
        orders_sudo = self._begin()
        orders_sudo._refuse_states(
            ("draft",),
            {
                "cancelled": self._cancelled_sentence(),
                False: self.env._(
                    "Order %(order)s was ordered already: see its state."
                ),
            },
        )
        orders_sudo._check_connection("connected", "closed")
        decisions = orders_sudo._decide("order")
        self._refuse(decisions.filtered(lambda decision: not decision.eligible))
        orders_sudo._put_in_force()
        return True

    def _put_in_force(self):
        """Put drafts in force whose accounts were decided on; accounts are locked."""
        if not self:
            return
        debts = self.utility_account_id._get_debts()
        now = fields.Datetime.now()
        amounts = {}
        for order in self:
            amounts[order.id] = float(debts[order.utility_account_id.id].collectible)
            order.debt_amount = amounts[order.id]
        self.write({"state": "ordered", "ordered_by": self.env.uid, "ordered_at": now})
        self._set_connection("pending_disconnection")
        self._tell_all("disconnection_ordered", amounts=amounts)

    # -------------------------------------------------------------------------
    # DISPATCH
    # -------------------------------------------------------------------------

    def action_dispatch(self, technician_id=False, planned_on=False):
        """Send a crew: many orders at once, each with its crew and day.

        :param int technician_id: user who goes there; default: who is assigned
        :param planned_on: the day; default: the planned one, else today
        :return: True
        :raises AccessError: for anyone below Recovery Executive
        :raises UserError: for an order that isn't ordered or has no crew, a day in the
            past, and debt that isn't cut off for any more
        """
        orders_sudo = self._begin()
        orders_sudo._refuse_states(
            WAITING,
            {
                "draft": self.env._("Order %(order)s is a draft: order it first."),
                "cancelled": self._cancelled_sentence(),
                False: self.env._("Order %(order)s was executed already."),
            },
        )
        vals = orders_sudo._read_planning(
            technician_id, planned_on, orders_sudo.company_id
        )
        decisions = orders_sudo._decide("dispatch")
        self._refuse(decisions.filtered(lambda decision: not decision.eligible))
        if vals:
            orders_sudo.write(vals)
        orders_sudo._check_technicians()
        for order in orders_sudo.filtered(lambda order: not order.technician_id):
            raise UserError(
                self.env._(
                    "Say who goes there: %(order)s has no crew.", order=order.number
                )
            )
        for company, mine in orders_sudo.grouped("company_id").items():
            mine.filtered(
                lambda order: not order.planned_on
            ).planned_on = company._utility_today()
        orders_sudo.write(
            {
                "state": "dispatched",
                "dispatched_by": self.env.uid,
                "dispatched_at": fields.Datetime.now(),
            }
        )
        orders_sudo._release_hold()
        orders_sudo._plan_visits()
        orders_sudo._tell_all("disconnection_dispatched")
        return True

    @api.model
    def _read_planning(self, technician_id, planned_on, companies):
        """Who goes there and when, of what a caller gave.

        :param companies: whose today the day isn't before
        :raises UserError: naming what is wrong
        """
        vals = {}
        if technician_id:
            user = self.env["res.users"].sudo()
            user = is_id(technician_id) and user.browse(technician_id).exists()
            if not user:
                raise UserError(
                    self.env._(
                        "There is no such user: say who of the staff goes there."
                    )
                )
            vals["technician_id"] = user.id
        if planned_on:
            try:
                day = fields.Date.to_date(planned_on)
            except (TypeError, ValueError):
                day = False
            if not day:
                raise UserError(
                    self.env._(
                        "The planned day isn't a date: write it like 2026-04-20."
                    )
                )
            if any(day < company._utility_today() for company in companies):
                raise UserError(
                    self.env._(
                        "The planned day is in the past: plan it for today or later."
                    )
                )
            vals["planned_on"] = day
        return vals

    # -------------------------------------------------------------------------
    # CANCEL
    # -------------------------------------------------------------------------

    def action_cancel(self, reason=False):
        """Call orders off before supply is cut.

        :param str reason: for the record, needed
        :return: True
        """
        orders_sudo = self._begin()
        orders_sudo._refuse_states(
            BEFORE,
            {
                "cancelled": self._cancelled_sentence(),
                False: self.env._(
                    "Supply of %(account)s is cut already: order its reconnection"
                    " instead."
                ),
            },
        )
        reason = read_text(reason)
        if not reason:
            raise UserError(
                self.env._("Give the reason for which the order is called off.")
            )
        orders_sudo._stop({order.id: reason for order in orders_sudo})
        orders_sudo.write({"cancelled_by_hand": True})
        return True

    def _stop(self, reasons):
        """Cancel orders before supply is cut, and call their crews back.

        Superuser, accounts locked.

        :param dict reasons: {order id: sentence}
        """
        if not self:
            return
        was_waiting = self.filtered(lambda order: order.state in WAITING)
        was_sent = self.filtered(lambda order: order.state == "dispatched")
        for reason, orders in self.grouped(lambda order: reasons[order.id]).items():
            orders.write({"cancel_reason": reason})
        self.write(
            {
                "state": "cancelled",
                "cancelled_by": self.env.uid,
                "cancelled_at": fields.Datetime.now(),
                "held_at": False,
                "hold_reason": False,
            }
        )
        was_waiting._set_connection("connected")
        self._end_visits()
        was_sent._call_back(reasons)
        was_waiting._tell_all("disconnection_stopped", notes=reasons)

    def _cancelled_sentence(self):
        return self.env._(
            "Order %(order)s was cancelled: %(reason)s Make a new one if it is needed"
            " again."
        )

    # -------------------------------------------------------------------------
    # SHARED BY ALL STEPS
    # -------------------------------------------------------------------------

    def _decide(self, moment):
        """Whether supply may be cut, decided once for all; superuser.

        :return: `utility.disconnection.decision`, one an order
        """
        return self.utility_account_id._decide_disconnection(moment, orders=self)

    def _check_connection(self, expected, *refused_states):
        """An account that is closed, or not supplied at all, isn't cut off.

        :raises UserError: naming the first such account
        """
        for account in self.utility_account_id:
            if account.state in refused_states:
                raise UserError(
                    self.env._(
                        "Account %(account)s is closed: end its supply with the"
                        " closing, not by an order of disconnection.",
                        account=account.number,
                    )
                )
            if account.connection_state != expected:
                states = dict(
                    account._fields["connection_state"]._description_selection(self.env)
                )
                raise UserError(
                    self.env._(
                        "Account %(account)s is not connected but: %(state)s.",
                        account=account.number,
                        state=states[account.connection_state],
                    )
                )

    def _set_connection(self, state):
        """Supply of the accounts; the timeline tells of it, not their chatter too."""
        self.utility_account_id.with_context(tracking_disable=True).write(
            {"connection_state": state}
        )

    def _tell_all(self, kind, notes=None, amounts=None):
        """Timeline and usage statistics of a step (COL-10, USE-01)."""
        if not self:
            return
        self.env["utility.collection.event"]._log(kind, self, notes, amounts)
        Usage = self.env["utility.usage.event"]
        for company, mine in self.grouped("company_id").items():
            Usage._log_many(
                [
                    {
                        "event": "collection_action",
                        "action": kind,
                        "by_hand": self.env.uid != SUPERUSER_ID,
                    }
                ]
                * len(mine),
                company,
            )
