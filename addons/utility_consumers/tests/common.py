from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class UtilityCommon(AccountTestInvoicingCommon):
    """A company with a chart of accounts, a user per role, and factories.

    Add-ons above build their own commons on it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # The users of the accounting tests are not of interest here
        cls.env = cls.env(
            user=cls.env.ref("base.user_root"),
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            },
        )
        cls.company = cls.company.with_env(cls.env)
        cls.customer_executive = cls.make_user("customer_executive")
        cls.recovery_executive = cls.make_user("recovery_executive")
        cls.billing_manager = cls.make_user("billing_manager")
        cls.field_collector = cls.make_user("field_collector")
        cls.accountant = cls.make_user(
            "accountant", groups=["account.group_account_manager"]
        )
        cls.settings_admin = cls.make_user(
            "settings_admin",
            groups=["base.group_system", "account.group_account_manager"],
        )

    # === FACTORIES === #

    @classmethod
    def make_user(cls, name, groups=None, company=None):
        """Return a user; by default of the role `utility_consumers.group_<name>`."""
        company = company or cls.company
        groups = groups or [f"utility_consumers.group_{name}"]
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": name.replace("_", " ").title(),
                    "login": f"utility_{name}_{company.id}",
                    "password": f"utility_{name}_{company.id}",
                    "email": f"{name}@example.com",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [
                        Command.set(
                            [cls.env.ref(group).id for group in groups]
                            + [cls.env.ref("base.group_user").id]
                        )
                    ],
                }
            )
        )

    @classmethod
    def make_account(cls, name="John Doe", company=None, **values):
        """Return a consumer account, with a contact of that name unless given."""
        if "partner_id" not in values:
            values["consumer_name"] = name
        return cls.env["utility.account"].create(
            {"company_id": (company or cls.company).id, **values}
        )

    @classmethod
    def make_bill(cls, account, amount=145.50, **request):
        """Return a posted bill or service charge of an account."""
        outcome = (
            cls.env["account.move"]
            .with_company(account.company_id)
            .record_bills([{"account": account.id, "amount": amount, **request}])[0]
        )
        assert outcome["status"] == "posted", outcome
        return cls.env["account.move"].browse(outcome["move_id"])

    @classmethod
    def make_charge(cls, account, amount=75.0, name="Reconnection Fee", **request):
        """Return a posted service charge of an account."""
        return cls.make_bill(
            account, amount, kind="service", service_name=name, **request
        )

    @classmethod
    def make_credit(cls, account, amount, date="2025-01-01"):
        """Return the open receivable line of money that an account has on account."""
        receivable = account.partner_id.property_account_receivable_id
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "utility_account_id": account.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": account.commercial_partner_id.id,
                            "credit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": cls.company_data["default_account_assets"].id,
                            "debit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry.line_ids.filtered(lambda line: line.account_id == receivable)

    @classmethod
    def receivable_line(cls, move):
        """Return the receivable items of a document."""
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
