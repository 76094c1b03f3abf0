from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..reader import read_text


class UtilityDisconnectionOrder(models.Model):
    """Restoring supply: ordered by the payment itself, or by hand (COL-07, REC-03).

    A reconnection is ordered when nothing is left that supply was cut for. It is
    *released* when also the Reconnection Fee is paid, where the company asks for that
    first: from then on the hours count within which supply is to be back.
    """

    _inherit = "utility.disconnection.order"

    fee_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Reconnection Fee",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reconnection_ordered_at = fields.Datetime(readonly=True, copy=False)
    reconnection_by_hand = fields.Boolean(
        string="Goodwill",
        readonly=True,
        copy=False,
        help="Ordered by hand, whatever is owed.",
    )
    reconnection_reason = fields.Char(readonly=True, copy=False, tracking=True)
    released_at = fields.Datetime(
        readonly=True, copy=False, help="Since when nothing stands in the way."
    )
    reconnect_by = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    is_reconnection_late = fields.Boolean(
        string="Reconnection Overdue",
        compute="_compute_is_reconnection_late",
        search="_search_is_reconnection_late",
    )
    reconnected_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    reconnected_at = fields.Datetime(readonly=True, copy=False)
    reconnected_reading = fields.Float(
        string="Meter Reading (reconnection)",
        digits=(16, 3),
        readonly=True,
        copy=False,
    )
    reconnected_note = fields.Char(
        string="Note (reconnection)", readonly=True, copy=False
    )
    reconnected_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    reconnected_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    reconnected_photo_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="utility_disconnection_order_reconnected_photo_rel",
        string="Photos (reconnection)",
        readonly=True,
        copy=False,
    )

    @api.depends("state", "reconnect_by")
    def _compute_is_reconnection_late(self):
        now = fields.Datetime.now()
        for order in self:
            order.is_reconnection_late = (
                order.state == "reconnection"
                and order.reconnect_by
                and order.reconnect_by < now
            )

    @api.model
    def _search_is_reconnection_late(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [
            ("state", "=", "reconnection"),
            ("reconnect_by", "<", fields.Datetime.now()),
        ]

    # -------------------------------------------------------------------------
    # FEE
    # -------------------------------------------------------------------------

    def _charge_reconnection(self):
        """Charge the Reconnection Fee, through the one door for bills; once.

        Supply is cut, whatever comes of the charge: what can't be booked, as where
        there is no chart of accounts, is said on the order.
        """
        for company, orders in self.grouped("company_id").items():
            todo = orders.filtered(lambda order: not order.fee_move_id)
            if not todo or company.utility_reconnection_fee <= 0:
                continue
            outcomes = (
                self.env["account.move"]
                .with_company(company)
                .record_bills(
                    [
                        {
                            "account": order.utility_account_id.id,
                            "kind": "service",
                            "amount": company.utility_reconnection_fee,
                            "service_name": self.env._("Reconnection Fee"),
                            "reference": order.number,
                        }
                        for order in todo
                    ]
                )
            )
            for order, outcome in zip(todo, outcomes, strict=True):
                if outcome["status"] == "posted":
                    order.fee_move_id = outcome["move_id"]
                else:
                    order.message_post(
                        body=self.env._(
                            "The Reconnection Fee wasn't charged: %(reason)s",
                            reason=outcome["error"]["message"],
                        )
                    )

    def _filter_fee_settled(self):
        """Orders whose fee is paid, in a plan that is kept, or not asked for first.

        Credit that covers all that is owed has paid it, applied or not.
        """
        orders = self.filtered("company_id.utility_reconnection_fee_first")
        waiting = orders.filtered(
            lambda order: (
                order.fee_move_id.state == "posted"
                and order.fee_move_id.payment_state in ("not_paid", "partial")
            )
        )
        if waiting:
            debts = waiting.utility_account_id._get_debts()
            waiting = waiting.filtered(
                lambda order: debts[order.utility_account_id.id].payoff > 0
            )
        if waiting:
            planned = self.env["utility.payment.plan.cover"].search(
                [
                    ("move_id", "in", waiting.fee_move_id.ids),
                    ("in_force", "=", True),
                    ("plan_id.state", "=", "active"),
                ]
            )
            waiting = waiting.filtered(
                lambda order: order.fee_move_id not in planned.move_id
            )
        return self - waiting

    # -------------------------------------------------------------------------
    # ORDERED BY ITSELF, in the transaction that books the payment
    # -------------------------------------------------------------------------

    def _follow_reconnection(self):
        """Order reconnections where the debt allows it; withdraw where it is back.

        Superuser, accounts locked. What was ordered by hand stays ordered. So does the
        supply of who paid what it was cut off for, whatever else falls due before the
        crew is there: nobody was warned of that.
        """
        orders = self.filtered(
            lambda order: order.state in ("executed", "reconnection")
        )
        orders = orders.filtered(lambda order: not order.reconnection_by_hand)
        if not orders:
            return
        may = self.browse()
        for day, mine in orders.grouped(
            lambda order: order._get_day_of_order()
        ).items():
            free = mine.utility_account_id._filter_reconnectable(day)
            may |= mine.filtered(
                lambda order, free=free: order.utility_account_id in free
            )
        may.filtered(lambda order: order.state == "executed")._order_reconnection()
        (orders - may).filtered(
            lambda order: order.state == "reconnection"
        )._withdraw_reconnection()
        may._release()

    def _get_day_of_order(self):
        """The company's day on which the reconnection was ordered, if it is."""
        self.ensure_one()
        if self.state != "reconnection":
            return None
        zone = ZoneInfo(self.company_id.partner_id.tz or "UTC")
        ordered_at = self.reconnection_ordered_at.replace(tzinfo=UTC)
        return ordered_at.astimezone(zone).date()

    def _order_reconnection(self):
        if not self:
            return
        self.write(
            {
                "state": "reconnection",
                "reconnection_ordered_at": fields.Datetime.now(),
            }
        )
        self._set_connection("pending_reconnection")
        self._tell_all("reconnection_ordered")

    def _release(self):
        """Let the crew restore supply; the hours begin to count."""
        todo = self.filtered(lambda order: not order.released_at)
        todo = todo.filtered("reconnection_by_hand") | todo._filter_fee_settled()
        now = fields.Datetime.now()
        for company, orders in todo.grouped("company_id").items():
            hours = company.utility_reconnection_hours
            orders.write(
                {"released_at": now, "reconnect_by": now + timedelta(hours=hours)}
            )
        todo._plan_visits()

    def _withdraw_reconnection(self):
        """A payment came back before supply was restored: it waits again."""
        if not self:
            return
        self.write(
            {
                "state": "executed",
                "reconnection_ordered_at": False,
                "released_at": False,
                "reconnect_by": False,
            }
        )
        self._set_connection("disconnected")
        self._end_visits()
        reason = self.env._(
            "The debt is due again: supply isn't restored before it is paid."
        )
        self._call_back(dict.fromkeys(self.ids, reason))
        for order in self:
            order.message_post(body=reason)

    # -------------------------------------------------------------------------
    # BY HAND
    # -------------------------------------------------------------------------

    def action_order_reconnection(self, reason=False):
        """Order reconnections whatever is owed: goodwill, or a wrong disconnection.

        :param str reason: for the record, needed
        :return: True
        """
        orders_sudo = self._begin()
        orders_sudo._refuse_states(
            ("executed", "reconnection"),
            {
                "reconnected": self.env._("Supply of %(account)s is restored already."),
                False: self.env._("Supply of %(account)s isn't cut off."),
            },
        )
        reason = read_text(reason)
        if not reason:
            raise UserError(self.env._("Give the reason for which supply is restored."))
        orders_sudo.write({"reconnection_by_hand": True, "reconnection_reason": reason})
        orders_sudo.filtered(
            lambda order: order.state == "executed"
        )._order_reconnection()
        orders_sudo._release()
        return True

    def action_reconnect(self, proof=False):
        """Restore supply now.

        :param dict proof: as of ``action_execute``
        :return: True
        """
        orders_sudo = self._begin(crew=True)
        orders_sudo._refuse_states(
            ("reconnection",),
            {
                "reconnected": self.env._("Supply of %(account)s is restored already."),
                "executed": self.env._(
                    "The debt of %(account)s isn't paid: its reconnection isn't"
                    " ordered yet."
                ),
                False: self.env._("Supply of %(account)s isn't cut off."),
            },
        )
        for order in orders_sudo.filtered(lambda order: not order.released_at):
            raise UserError(
                self.env._(
                    "The Reconnection Fee of %(account)s (%(fee)s) isn't paid: supply"
                    " is restored once it is.",
                    account=order.account_number,
                    fee=order.fee_move_id.name,
                )
            )
        orders_sudo._keep_proof("reconnected", orders_sudo._read_proof(proof))
        orders_sudo.write({"state": "reconnected"})
        orders_sudo._set_connection("connected")
        orders_sudo._end_visits()
        orders_sudo._tell_all("reconnected")
        return True
