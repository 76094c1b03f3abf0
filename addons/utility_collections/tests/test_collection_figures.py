from odoo.tests import tagged

from odoo.addons.utility_payments.tests.charts_common import ChartsCommon

from .ladder_common import LadderCommon


@tagged("post_install", "-at_install")
class TestCollectionFigures(ChartsCommon, LadderCommon):
    """KPI-05: tiles and charts of collections are those of the records they open."""

    def make_collections(self):
        """Cases open and closed, promises of each state, a dispute, requests, orders.

        The day of the run is some days after the bill of each account was due.
        """
        self.paid = self.make_account("Prompt at last")
        self.make_bill(80, account=self.paid)
        self.other = self.make_account("Not yet")
        self.bills = self.make_bill(120.25, account=self.other)
        self.run_cron("ir_cron_collect")
        Promise = self.env["utility.payment.promise"].sudo()
        self.record_one(80, account=self.paid.number)
        common = {"utility_account_id": self.other.id, "amount": 40.0}
        promises = Promise.create(
            [
                common | {"date": self.today},
                common | {"date": self.days(5), "amount": 10.0},
                common | {"date": self.today, "amount": 5.0},
            ]
        )
        self.record_one(12.5, account=self.other.number)
        promises[2].write({"date": self.days(-1), "state": "broken"})
        self.env["utility.dispute"].with_user(self.clerk).create(
            {
                "move_id": self.bill.id,
                "amount": 2.5,
                "category_id": self.env.ref(
                    "utility_collections.dispute_wrong_amount"
                ).id,
            }
        )
        Request = self.env["utility.service.request"].with_user(self.recovery)
        requests = Request.create(
            [
                {
                    "utility_account_id": self.other.id,
                    "type_id": self.env.ref(f"utility_collections.{name}").id,
                    "user_id": self.recovery.id,
                }
                for name in self.request_types()
            ]
        )
        requests[0].sudo().date_deadline = self.days(-1)
        order = self.env["utility.disconnection.order"].with_user(self.recovery)
        order = order.create({"utility_account_id": self.other.id})
        order.sudo().write({"state": "ordered", "planned_on": self.today})
        self.env.flush_all()
        self.env.invalidate_all()

    def check_part(self, env, part):
        """Extend: cases add up by what they may collect, closed ones are counted."""
        if part["model"] != "utility.collection.case":
            return super().check_part(env, part)
        cases = env[part["model"]].search(part["domain"])
        self.assertEqual(len(cases), part["count"])
        ended = cases[:1].state == "closed"
        value = len(cases) if ended else sum(cases.mapped("amount"))
        self.assertCents(part["value"], value)

    def request_types(self):
        types = self.env["utility.service.request.type"].search([], limit=2)
        return [name.split(".")[1] for name in types.get_external_id().values()]

    def test_exact(self):
        """KPI-05: each figure and part of a chart equals what it opens, to the cent."""
        self.make_collections()
        figures = self.assertFiguresExact(self.days(-30), self.days(0))
        self.assertChartsExact(self.days(-30), self.days(0))
        self.assertEqual(figures["in_collections"]["count"], 2)
        self.assertEqual(figures["cure_rate"]["value"], 100.0)
        self.assertEqual(figures["promises_due"]["value"], 27.5)
        self.assertEqual(figures["promises_kept"]["value"], 0.0)
        self.assertEqual(figures["disputed"]["value"], 2.5)
        self.assertEqual(figures["requests_late"]["value"], 1)
        self.assertEqual(figures["orders_today"]["value"], 1)

    def test_nothing(self):
        """KPI-05: where nothing happened, rates are unknown and sums are zero."""
        figures = self.assertFiguresExact(self.days(-30), self.days(0))
        self.assertIs(figures["cure_rate"]["value"], False)
        self.assertIs(figures["promises_kept"]["value"], False)
        self.assertEqual(figures["in_collections"]["value"], 0.0)
