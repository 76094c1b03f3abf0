from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Override of `account`: make the utility's journals as soon as they can be."""
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._utility_setup()
        return result
