from datetime import datetime, time

from freezegun import freeze_time

from .common import PlansCommon


class ComplianceCommon(PlansCommon):
    """Time passes: the scheduled actions run on days of one's choice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.email = "john@example.com"
        cls.bill = cls.make_bill(202.50)

    def on(self, count):
        """A context in which it is noon, so many days after the first."""
        return freeze_time(datetime.combine(self.days(count), time(12)))

    def run_cron(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"utility_collections.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def keep(self, count):
        """The daily pass, so many days later."""
        with self.on(count):
            self.run_cron("ir_cron_keep")

    def notify(self, count):
        """The mails, so many days later."""
        with self.on(count):
            self.run_cron("ir_cron_notify")

    def pay_row(self, row, amount=None, **values):
        return self.record_one(
            amount or row.remaining_amount,
            account=row.utility_account_id.number,
            type="installment",
            documents=[row.id],
            **values,
        )

    def kinds(self, plan):
        return plan.event_ids.sorted("id").mapped("kind")

    def mails(self, plan):
        return self.env["mail.mail"].search(
            [("model", "=", plan._name), ("res_id", "in", plan.ids)], order="id"
        )

    def cases(self, plan):
        return self.env["mail.activity"].search(
            [("res_model", "=", plan._name), ("res_id", "in", plan.ids)]
        )
