from odoo import Command
from odoo.tests import new_test_user

from .disconnection_order_common import OrdersCommon
from .request_common import RequestsCommon


class DoorsCommon(OrdersCommon, RequestsCommon):
    """A record of each kind that belongs to a consumer, and strangers to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company()["company"]
        cls.other_company._utility_setup()
        cls.strangers = {
            # A role, but not for this consumer.
            "collector": cls.collector,
            "other company": cls._make_stranger(
                "manager", "utility_consumers.group_billing_manager", cls.other_company
            ),
        }
        # Logins without any role of ours.
        cls.nobodies = {
            "internal": cls._make_stranger("internal", "base.group_user"),
            "portal": cls._make_stranger("portal", "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls.records = cls._make_records()

    @classmethod
    def _make_stranger(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"utility_doors_{login}",
            groups=group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _make_records(cls):
        """One of each by model, all of the account, as superuser."""
        env = cls.env
        case = cls.make_case()
        order = cls.make_order("draft")
        planned, small = cls.make_bill(90.0), cls.make_bill(30.0)
        plan = cls.make_plan(planned)
        outcome = (
            env["account.payment"]
            .with_user(cls.clerk)
            .record_collections([cls.request(30.0, documents=[small.name])])[0]
        )
        payment = env["account.payment"].browse(outcome["payment_id"])
        account = {"utility_account_id": cls.account.id}
        reason = env["utility.credit.reason"].search([], limit=1)
        dispute = (
            env["utility.dispute"]
            .with_user(cls.clerk)
            .create(
                {
                    "payment_id": payment.id,
                    "category_id": env["utility.dispute.category"]
                    .search([], limit=1)
                    .id,
                    "amount": 5.0,
                }
            )
        )
        records = [
            cls.account,
            cls.bill,
            cls.bill.line_ids.filtered("utility_account_id")[:1],
            payment,
            payment.allocation_ids[:1],
            case,
            order,
            plan,
            plan.installment_ids[:1],
            plan.sudo().cover_ids[:1],
            dispute,
            cls.make_request(),
            env["utility.payment.promise"]
            .with_user(cls.clerk)
            .create(account | {"amount": 10.0, "date": cls.days(3)}),
            env["utility.credit.note"]
            .with_user(cls.clerk)
            .create({"payment_id": payment.id, "reason_id": reason.id, "amount": 1.0}),
            env["utility.payment.adjustment"]
            .with_user(cls.clerk)
            .create(
                {"payment_id": payment.id, "kind": "reverse", "reason": "Wrong entry"}
            ),
            env["utility.write.off"]
            .with_user(cls.recovery)
            .create(account | {"reason": "Moved away"}),
            env["utility.medical.certificate"]
            .with_user(cls.clerk)
            .create(account | {"date_to": cls.days(30)}),
            env["utility.collection.notice"]
            .sudo()
            .create(account | {"channel": "letter", "case_id": case.id}),
            env["utility.agency.placement"]
            .sudo()
            .create(
                account
                | {"agency_id": cls.recovery.partner_id.id, "placed_on": cls.today}
            ),
            env["utility.collection.event"]
            .sudo()
            .search([("utility_account_id", "=", cls.account.id)], limit=1),
        ]
        env.flush_all()
        return {record._name: record.sudo().with_env(env) for record in records}
