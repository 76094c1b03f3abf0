import base64

from .common import PlansCommon

PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
).decode()


class OrdersCommon(PlansCommon):
    """A consumer with overdue debt, whom nothing protects, and orders on accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.make_bill(100.0)
        cls.Order = cls.env["utility.disconnection.order"].with_user(cls.recovery)
        cls.Decision = cls.env["utility.disconnection.decision"]

    @classmethod
    def make_order(cls, state="ordered", account=None, crew=None):
        """An order that went through all doors up to a state."""
        order = cls.Order.create({"utility_account_id": (account or cls.account).id})
        if state == "draft":
            return order
        order.action_order()
        if state == "ordered":
            return order
        if crew or state == "dispatched":
            order.action_dispatch((crew or cls.collector).id)
        if state == "dispatched":
            return order
        order.action_execute()
        return order

    @classmethod
    def make_debtor(cls, name, amount=100.0, **values):
        account = cls.make_account(name, **values)
        cls.make_bill(amount, account=account)
        return account

    def events(self, order):
        events = self.env["utility.collection.event"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)], order="id"
        )
        return events.mapped("kind")

    def assertOrder(self, order, state, connection):
        order.invalidate_recordset()
        self.assertEqual(
            (order.state, order.sudo().utility_account_id.connection_state),
            (state, connection),
        )
