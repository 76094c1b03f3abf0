from odoo import api, fields, models
from odoo.tools import SQL

from .utility_disconnection_order import BEFORE, DONE, WAITING


class UtilityAccount(models.Model):
    """What a change of its debt does to the orders of an account (COL-07)."""

    _inherit = "utility.account"

    disconnection_order_ids = fields.One2many(
        comodel_name="utility.disconnection.order",
        inverse_name="utility_account_id",
        string="Disconnection Orders",
        readonly=True,
    )

    disconnection_order_id = fields.Many2one(
        comodel_name="utility.disconnection.order",
        string="Open Disconnection Order",
        compute="_compute_disconnection_order",
        compute_sudo=False,
    )
    disconnection_summary = fields.Char(
        compute="_compute_disconnection_order", compute_sudo=False
    )

    @api.depends("disconnection_order_ids.state")
    def _compute_disconnection_order(self):
        Order = self.env["utility.disconnection.order"]
        orders = Order
        if Order.has_access("read"):
            orders = Order.search(
                [("utility_account_id", "in", self.ids), ("state", "not in", DONE)]
            )
        by_account = orders.grouped("utility_account_id")
        for account in self:
            order = by_account.get(account._origin, Order)
            account.disconnection_order_id = order
            account.disconnection_summary = order._summarize() if order else False

    def action_open_disconnection(self):
        """Open the order that isn't done with.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.disconnection.order",
            "views": [(False, "form")],
            "res_id": self.disconnection_order_id.id,
        }

    def write(self, vals):
        """Extend: nobody goes out to cut off an account that is closed."""
        res = super().write(vals)
        if vals.get("state") == "closed":
            self._lock_accounts()
            orders_sudo = (
                self.env["utility.disconnection.order"]
                .sudo()
                .search(
                    [("utility_account_id", "in", self.ids), ("state", "in", BEFORE)]
                )
            )
            reason = self.env._("The account was closed.")
            orders_sudo._stop(dict.fromkeys(orders_sudo.ids, reason))
        return res

    def _get_in_collections_conditions(self):
        """Extend: an order that isn't done with, found by its partial unique index."""
        return super()._get_in_collections_conditions() + [
            SQL(
                "EXISTS (SELECT FROM utility_disconnection_order disconnection"
                " WHERE disconnection.utility_account_id = account.id"
                " AND disconnection.state NOT IN ('reconnected', 'cancelled'))"
            )
        ]

    def _follow_debt(self):
        """Extend: paid means no truck, in the transaction that books the payment.

        An order that waits is decided anew, and cancelled for what lies in the debt; an
        account that was cut off gets its reconnection ordered.
        """
        res = super()._follow_debt()
        orders = self.env["utility.disconnection.order"].search(
            [("utility_account_id", "in", self.ids), ("state", "not in", DONE)]
        )
        waiting = orders.filtered(lambda order: order.state in WAITING)
        if waiting:
            stopping = waiting._decide("payment")._filter_stopping()
            stopping.order_id._stop(
                {decision.order_id.id: decision._say_why_not() for decision in stopping}
            )
        orders._follow_reconnection()
        return res

    def _filter_reconnectable(self):
        """The accounts on which nothing is left that supply was cut off for.

        That is the minimum due. Where no process of collections applies there is none,
        and all that is overdue and not disputed counts.
        """
        debts = self._get_debts()
        with_process = {
            account_id
            for company in self.company_id
            for account_id, _days in self.env.execute_query(
                self._get_first_days_select(
                    SQL(
                        "line.utility_account_id = ANY(%s) AND line.company_id = %s",
                        self.ids,
                        company.id,
                    )
                )
            )
        }
        return self.filtered(
            lambda account: (
                (
                    debts[account.id].minimum_due
                    if account.id in with_process
                    else debts[account.id].collectible
                )
                <= 0
            )
        )
