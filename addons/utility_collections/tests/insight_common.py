from odoo.fields import Command
from odoo.tests import new_test_user

from .common import PlansCommon

VIEWERS = "utility_collections.group_view_account_debt"


class InsightCommon(PlansCommon):
    """A consumer with three premises, and who may see what they owe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.account.partner_id
        cls.second, cls.third = (
            cls.env["utility.account"].create(
                {
                    "partner_id": cls.contact.id,
                    "company_id": cls.company.id,
                    "service_address": f"{number} Mill Lane",
                }
            )
            for number in (2, 3)
        )
        cls.process = cls.env["utility.collection.process"].create(
            {
                "name": "Ladder",
                "company_id": cls.company.id,
                "step_ids": [
                    Command.create(
                        {"name": name, "days_overdue": days, "action": action}
                    )
                    for name, days, action in (
                        ("Reminder", 5, "letter"),
                        ("Call", 15, "call"),
                    )
                ],
            }
        )

    @classmethod
    def open_case(cls, account, **values):
        """Put an account into collections."""
        return (
            cls.env["utility.collection.case"]
            .sudo()
            .create(
                {
                    "utility_account_id": account.id,
                    "process_id": cls.process.id,
                    "opened_on": cls.days(-10),
                }
                | values
            )
        )

    @classmethod
    def make_late(cls, amount, days, account=None, **values):
        """A bill that was due this many days ago."""
        return cls.make_bill(
            amount,
            account=account,
            date=str(cls.days(-days - 30)),
            due_date=str(cls.days(-days)),
            **values,
        )

    def summarise(self, account=None, user=None):
        """The debt summary as a user gets it, with nothing cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        account = account or self.account
        return account.with_user(user or self.recovery).get_debt_summary()

    @classmethod
    def make_viewer(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"{group},{VIEWERS}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
