from odoo import models

ACTIVITY_TYPE = "utility_collections.mail_activity_type_disconnection"


class UtilityDisconnectionOrder(models.Model):
    """The crew has one activity a visit, and is called back at once (COL-07)."""

    _inherit = "utility.disconnection.order"

    def _plan_visits(self):
        """Have one activity for each order that somebody goes out for; superuser."""
        todo = self.filtered(
            lambda order: (
                order.technician_id
                and (
                    (order.state == "dispatched" and not order.held_at)
                    or (order.state == "reconnection" and order.released_at)
                )
            )
        )
        if not todo:
            return
        todo._end_visits()
        todo._add_activities(
            {
                order.id: self.env._(
                    "Disconnect %(account)s", account=order.account_number
                )
                if order.state == "dispatched"
                else self.env._("Reconnect %(account)s", account=order.account_number)
                for order in todo
            }
        )

    def _end_visits(self):
        """Nobody goes there any more, or has been there."""
        self._get_visits().unlink()

    def _get_visits(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                ("automated", "=", True),
            ]
        )

    def _call_back(self, reasons):
        """Tell the crew not to go: on its screen now, and by an activity.

        :param dict reasons: {order id: sentence}
        """
        orders = self.filtered("technician_id")
        orders._add_activities(
            {
                order.id: self.env._(
                    "Don't go: %(account)s", account=order.account_number
                )
                for order in orders
            },
            reasons,
        )
        for user, mine in orders.grouped("technician_id").items():
            user._bus_send(
                "simple_notification",
                {
                    "type": "danger",
                    "sticky": True,
                    "title": self.env._("Don't go there"),
                    "message": "\n".join(
                        f"{order.account_number}: {reasons[order.id]}" for order in mine
                    ),
                },
            )

    def _add_activities(self, summaries, notes=None):
        """One activity for each order's crew, without the mail that Odoo would send."""
        model = self.env["ir.model"]._get_id(self._name)
        activity_type = self.env.ref(ACTIVITY_TYPE).id
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": order.id,
                    "activity_type_id": activity_type,
                    "summary": summaries[order.id],
                    "note": notes and notes[order.id],
                    "user_id": order.technician_id.id,
                    "date_deadline": max(
                        order.state == "dispatched" and order.planned_on or today, today
                    ),
                    "automated": True,
                }
                for company, orders in self.grouped("company_id").items()
                for today in [company._utility_today()]
                for order in orders
            ]
        )
