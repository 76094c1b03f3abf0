"""Disconnections of the demonstration: one of each state, one stopped by money."""

from odoo import api, models

from odoo.addons.utility_payments.demo.utility_demo_adjustments import CLERK, RECOVERY

COLLECTOR = "field_collector"
# How far each goes, on the accounts that have owed for longest and nothing protects.
STORIES = (
    "draft",
    "ordered",
    "ordered",
    "dispatched",
    "dispatched",
    "executed",
    "reconnection",
    "cancelled",
    "paid",
)


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_disconnections(self):
        """Order disconnections by the roles that do, through their doors (COL-07)."""
        company = self.env.ref("base.main_company")
        users = {
            login: self.env["res.users"].search([("login", "=", login)])
            for login in (CLERK, RECOVERY, COLLECTOR)
        }
        if not all(users.values()):
            return
        accounts = self._demo_find_debtors(company, len(STORIES))
        Order = self.env["utility.disconnection.order"].with_user(users[RECOVERY])
        for account, story in zip(accounts, STORIES, strict=False):
            order = Order.create({"utility_account_id": account.id})
            if story != "draft":
                order.action_order()
            if story not in ("draft", "ordered"):
                order.action_dispatch(users[COLLECTOR].id)
            if story in ("executed", "reconnection"):
                # Rules of the moment, such as the hour, are those of today's visitors.
                self._demo_execute(order)
            if story == "cancelled":
                order.action_cancel("The consumer brought the receipt of another bank")
            if story in ("reconnection", "paid"):
                self._demo_pay_all(account, users[CLERK])

    def _demo_execute(self, order):
        """Cut off supply where the hour of the installation allows it."""
        decision = order.sudo()._decide("simulation")
        if decision.eligible:
            order.action_execute({"reading": 10482.5, "note": "Sealed at the meter"})

    def _demo_pay_all(self, account, clerk):
        for kind in ("bill", "service"):
            due = sum(
                account.open_document_ids.filtered(
                    lambda move, kind=kind: move.utility_kind == kind
                ).mapped("amount_residual")
            )
            if due > 0:
                self.env["account.payment"].with_user(clerk).record_collections(
                    [
                        {
                            "account": account.number,
                            "amount": due,
                            "mode": "cash",
                            "type": kind,
                        }
                    ]
                )
            account.invalidate_recordset()

    def _demo_find_debtors(self, company, count):
        """Accounts of whom nobody tells another story, that may be cut off."""
        accounts = self.env["utility.account"].search(
            [
                ("company_id", "=", company.id),
                ("number", "!=", "WU-10001"),
                ("state", "=", "active"),
                ("connection_state", "=", "connected"),
                ("overdue_balance", ">", 100),
                ("tag_ids", "=", False),
            ],
            order="id desc",
        )
        with_plan = (
            self.env["utility.payment.plan"]
            .search([("utility_account_id", "in", accounts.ids)])
            .utility_account_id
        )
        accounts -= with_plan
        accounts._lock_accounts()
        decisions = accounts._decide_disconnection("order")
        eligible = decisions.filtered("eligible").utility_account_id
        # Who has waited for the longest comes first.
        return eligible.sorted(lambda account: -account.days_overdue)[:count]
