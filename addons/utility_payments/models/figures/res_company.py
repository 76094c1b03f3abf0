from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _figures_changed(self):
        """Tell open landing pages, after the commit, to read anew (LST-01).

        To call wherever something changes what a tile counts. The message carries no
        figure: what a user may see is decided when the page asks. One message for each
        company and transaction, to the staff's groups, which their browsers listen to.
        """
        told = self.env.cr.precommit.data.setdefault("utility_figures_told", set())
        for company in self:
            if company.id in told:
                continue
            told.add(company.id)
            self.env.ref("utility_consumers.group_customer_executive")._bus_send(
                "utility_payments/figures", {"company_id": company.id}
            )
        self.env.cr.precommit.add(told.clear)
