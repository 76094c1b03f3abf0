from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .utility_disconnection_order import BEFORE, DONE

# What of an account the rules ask for, beside its debt.
_PROTECTING = frozenset({"area_id", "category", "tag_ids"})


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
        """Extend: supply is what orders say, and they follow what an account is.

        Nobody goes out to cut off an account that is closed.
        """
        if "connection_state" in vals and not self.env.su:
            self._check_connection_change(vals["connection_state"])
        res = super().write(vals)
        if _PROTECTING & set(vals):
            self._review_orders()
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

    def _check_connection_change(self, state):
        """Supply is cut off and restored by orders; few correct what came before them.

        :raises AccessError: for anyone below Recovery Executive
        :raises UserError: where an order says how supply stands
        """
        changed = self.filtered(lambda account: account.connection_state != state)
        if not changed:
            return
        self.env["utility.disconnection.order"]._check_author()
        order_sudo = (
            self.env["utility.disconnection.order"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "in", changed.ids),
                    ("state", "not in", ("draft", *DONE)),
                ],
                limit=1,
            )
        )
        if order_sudo:
            raise UserError(
                self.env._(
                    "Supply of %(account)s is what order %(order)s says: use the"
                    " order's buttons.",
                    account=order_sudo.account_number,
                    order=order_sudo.number,
                )
            )

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

        An order that waits is decided anew, cancelled for what lies in the debt, on
        hold for what else is against it; an account that was cut off gets its
        reconnection ordered.
        """
        res = super()._follow_debt()
        orders = self.env["utility.disconnection.order"].search(
            [("utility_account_id", "in", self.ids), ("state", "not in", DONE)]
        )
        orders._review("payment")
        orders._follow_reconnection()
        return res

    def _filter_reconnectable(self, day=None):
        """The accounts on which nothing is left that supply was cut off for.

        That is the minimum due. Where no process of collections applies there is none,
        and all that is overdue and not disputed counts.

        :param date day: what fell due since doesn't count; default: today
        """
        debts = self._get_debts(day)
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
