from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    def _figures_changed(self):
        """Tell open landing pages, after the commit, to read anew (LST-01).

        To call wherever something changes what a tile counts. The message carries no
        figure: what a user may see is decided when the page asks. One message for each
        company and transaction, to the staff's groups, which their browsers listen to.
        """
        told = self.env.cr.precommit.data.setdefault("utility_figures_told", set())
        # From the cache: each payment comes along here.
        staff = self.env["res.groups"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id(
                "utility_consumers.group_customer_executive"
            )
        )
        for company in self:
            if company.id in told:
                continue
            told.add(company.id)
            staff._bus_send("utility_payments/figures", {"company_id": company.id})
        self.env.cr.precommit.add(told.clear)

    def _utility_ledger_checks(self):
        return [*super()._utility_ledger_checks(), "figures", "figure_amounts"]

    def _check_ledger_figures(self, companies):
        """The sums that figures are read from equal a full recount."""
        for company, day, name, stored, counted in self.env[
            "utility.collection.day"
        ]._find_differences(companies):
            yield (
                "error",
                f"{company}, {day}: {name} is summed up as {stored}, but a recount"
                f" gives {counted}.",
            )

    def _check_ledger_figure_amounts(self, companies):
        """What counts as collected is what the payment's entry says (KPI-01)."""
        for number, counted, booked in self.env.execute_query(
            SQL(
                """
                SELECT pay.payment_number, pay.amount_company_currency_signed,
                       SUM(line.balance)
                  FROM account_payment pay
                  JOIN account_move_line line ON line.move_id = pay.move_id
                       AND line.account_id = pay.outstanding_account_id
                 WHERE pay.utility_account_id IS NOT NULL
                   AND pay.utility_state IN ('posted', 'returned')
                   AND pay.company_id = ANY(%s)
                 GROUP BY pay.id
                HAVING SUM(line.balance)
                       IS DISTINCT FROM pay.amount_company_currency_signed
                """,
                companies.ids,
            )
        ):
            yield (
                "error",
                f"Payment {number} counts as {counted}, but its entry says {booked}.",
            )
