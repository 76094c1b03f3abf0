from collections import defaultdict
from decimal import Decimal

from odoo import models

from odoo.addons.utility_payments.models.utility_account_statement import AGEING


def _bucket(days):
    return next(name for top, name in AGEING if top is None or days <= top)


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    def _get_statements(self, date_from, date_to):
        """Extend: what a plan covers isn't past due by itself, installments are.

        As what is open follows the matches of now, plans are those active now (DOC-05,
        PLN-04).
        """
        statements = super()._get_statements(date_from, date_to)
        covers_sudo = (
            self.env["utility.payment.plan.cover"]
            .sudo()
            .search(
                [
                    ("plan_id.utility_account_id", "in", self.ids),
                    ("plan_id.state", "=", "active"),
                    ("plan_id.activated_on", "<=", date_to),
                    ("in_force", "=", True),
                ]
            )
        )
        by_line = {cover.line_id.id: cover for cover in covers_sudo}
        for statement in statements.values():
            ageing = statement["ageing"]
            ageing["plan"] = Decimal(0)
            open_by_plan = defaultdict(Decimal)
            for item in statement["open_items"]:
                cover_sudo = by_line.get(item["line_id"])
                if not cover_sudo:
                    continue
                plan_sudo = cover_sudo.plan_id
                deferred = min(item["residual"], plan_sudo._money(cover_sudo.amount))
                open_by_plan[plan_sudo] += deferred
                ageing[_bucket(item["days"])] -= deferred
                item |= {"plan": plan_sudo, "days": 0}
            statement["installments"] = [
                line
                for plan_sudo, amount in open_by_plan.items()
                for line in plan_sudo._statement_installments(amount, date_to)
            ]
            for line in statement["installments"]:
                name = _bucket(line["days"]) if line["days"] else "plan"
                ageing[name] += line["unpaid"]
        return statements
