from odoo import api, fields, models
from odoo.tools import SQL

from .utility_disconnection_order import WAITING


class UtilityDisconnectionOrder(models.Model):
    """An order that waits and mayn't be carried out as things stand (COL-07).

    Nobody goes there while a payment is on its way, or while a certificate or a warning
    that is missing forbids it: the order is on hold with its reason, and its crew is
    called back. When the money lands the order is cancelled; when it fails, or what
    else stood in the way is gone, the crew is sent again. A hold is only what was found
    at the last look: execution decides anew whatever it says.
    """

    _name = "utility.disconnection.order"
    _inherit = ["utility.disconnection.order", "utility.chunks"]

    held_at = fields.Datetime(
        string="On Hold Since",
        readonly=True,
        copy=False,
        help="Since when nobody is to go there.",
    )
    hold_reason = fields.Char(readonly=True, copy=False)

    def _review(self, moment):
        """Decide orders that wait anew, and do what follows.

        Superuser, accounts locked.

        :param str moment: of the selection of `utility.disconnection.decision`
        """
        waiting = self.filtered(lambda order: order.state in WAITING)
        if waiting:
            waiting._follow_decisions(waiting._decide(moment))

    def _follow_decisions(self, decisions):
        """Stop, hold or release the orders that these decisions are about.

        What only the hour, the day or the weather forbids leaves an order as it was.
        """
        stopping = decisions._filter_stopping()
        stopping.order_id._stop(
            {decision.order_id.id: decision._say_why_to_stop() for decision in stopping}
        )
        rest = decisions - stopping
        free = rest.filtered(lambda decision: decision.eligible or decision.timing)
        (rest - free).order_id._hold(
            {
                decision.order_id.id: decision._say_why_to_hold()
                for decision in rest - free
            }
        )
        free.order_id._release_hold()

    def _hold(self, reasons):
        """Let nobody go there for now.

        :param dict reasons: {order id: sentence}
        """
        changed = self.filtered(lambda order: order.hold_reason != reasons[order.id])
        for reason, orders in changed.grouped(lambda order: reasons[order.id]).items():
            orders.write({"hold_reason": reason})
        fresh = self.filtered(lambda order: not order.held_at)
        if not fresh:
            return
        fresh.write({"held_at": fields.Datetime.now()})
        fresh._end_visits()
        fresh.filtered(lambda order: order.state == "dispatched")._call_back(reasons)
        fresh._tell_all("disconnection_held", notes=reasons)

    def _release_hold(self):
        """What stood in the way is gone: whoever was sent goes there again."""
        held = self.filtered("held_at")
        if not held:
            return
        held.write({"held_at": False, "hold_reason": False})
        held._end_visits()
        held._plan_visits()
        held._tell_all("disconnection_resumed")

    # -------------------------------------------------------------------------
    # AS TIME PASSES
    # -------------------------------------------------------------------------

    @api.model
    def _find_waiting(self, company, last_id, limit):
        """Orders that wait to be carried out."""
        self.flush_model()
        return self._read_ids(
            SQL(
                """
                SELECT id
                  FROM utility_disconnection_order
                 WHERE state IN %s
                   AND company_id = %s
                   AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                WAITING,
                company.id,
                last_id,
                limit,
            )
        )

    def _review_daily(self):
        """Look at orders again: a payment may have failed, a warning grown too old."""
        self.utility_account_id._lock_accounts()
        self.invalidate_recordset()
        self._review("review")


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    def _review_orders(self):
        """Let orders that wait follow what changed beside debt; any caller's.

        Accounts without such orders cost one query for all of them.
        """
        orders_sudo = (
            self.env["utility.disconnection.order"]
            .sudo()
            .search([("utility_account_id", "in", self.ids), ("state", "in", WAITING)])
        )
        if orders_sudo:
            orders_sudo.utility_account_id._lock_accounts()
            orders_sudo.invalidate_recordset()
            orders_sudo._review("review")
