from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """Which debt nobody may dun or disconnect for (PLN-04)."""

    _inherit = "utility.account"

    def _get_protections(self):
        """Say what protects debt of these accounts: what collections ask first.

        Here that is a payment plan: the debt that it defers, less its installments
        past due, which are overdue as any bill (CON-04). To extend by whatever else
        protects debt, such as a dispute.

        :return: by account id, a list of ``kind``, ``amount`` (float, never 0),
            ``until`` (first day on which it may not hold any more, or False) and
            ``record``; accounts without protection are left out
        :rtype: dict[int, list[dict]]
        """
        protections = defaultdict(list)
        for company, accounts in self.grouped("company_id").items():
            rows = self.env.execute_query(
                accounts._get_plan_protection_query(company._utility_today())
            )
            plans = self.env["utility.payment.plan"].browse(row[1] for row in rows)
            for (account_id, _plan_id, amount, until), plan in zip(
                rows, plans, strict=True
            ):
                protections[account_id].append(
                    {
                        "kind": "plan",
                        "amount": company.currency_id.round(amount),
                        "until": until or False,
                        "record": plan,
                    }
                )
        return dict(protections)

    def _get_plan_protection_query(self, today):
        """Return the SQL of what active plans protect on a day.

        Its columns: account, plan, amount, the first day on which an installment that
        is due now or next would be past due.
        """
        for model in ("", ".installment"):
            self.env[f"utility.payment.plan{model}"].flush_model()
        return SQL(
            """
            SELECT plan.utility_account_id,
                   plan.id,
                   SUM(item.amount - item.paid_amount) AS amount,
                   MIN(item.due_date) + 1 AS until
              FROM utility_payment_plan plan
              JOIN utility_payment_plan_installment item ON item.plan_id = plan.id
             WHERE plan.utility_account_id = ANY(%(accounts)s)
               AND plan.state = 'active'
               AND item.state IN ('due', 'partial', 'missed')
               AND item.due_date >= %(today)s
          GROUP BY plan.id
          ORDER BY plan.id
            """,
            accounts=self.ids,
            today=fields.Date.to_string(today),
        )
