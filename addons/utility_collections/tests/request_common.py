from odoo import Command

from .common import PlansCommon


class RequestsCommon(PlansCommon):
    """Accounts that are behind, and service requests about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.utility_plan_user_id = cls.recovery
        cls.account.write(
            {
                "service_address": "123 Main Street, Cityville",
                "phone": "+1 555 010 0100",
                "email": "john@example.com",
            }
        )
        cls.Request = cls.env["utility.service.request"]
        cls.Type = cls.env["utility.service.request.type"]

    @classmethod
    def make_request(cls, code="personal_call", account=None, user=None, **values):
        """A request as the counter opens it."""
        return cls.Request.with_user(user or cls.clerk).create(
            {
                "utility_account_id": (account or cls.account).id,
                "type_id": cls.Type._find(code).id,
                **values,
            }
        )

    @classmethod
    def make_case(cls, account=None):
        """A case at its first step, as the daily run leaves it."""
        process = (
            cls.env["utility.collection.process"]
            .sudo()
            .create(
                {
                    "name": "Standard",
                    "company_id": cls.company.id,
                    "step_ids": [
                        Command.create(
                            {"name": "Letter", "days_overdue": 1, "action": "letter"}
                        )
                    ],
                }
            )
        )
        return (
            cls.env["utility.collection.case"]
            .sudo()
            .create(
                {
                    "utility_account_id": (account or cls.account).id,
                    "process_id": process.id,
                    "opened_on": cls.today,
                }
            )
        )

    def get_events(self, account=None):
        """The timeline of an account, as kinds and notes."""
        events = self.env["utility.collection.event"].search(
            [
                ("utility_account_id", "=", (account or self.account).id),
                ("res_model", "=", "utility.service.request"),
            ],
            order="id",
        )
        return [(event.kind, event.note) for event in events]

    def get_activities(self, request):
        return self.env["mail.activity"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
