from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the browser for which companies it counts usage (USE-01).

        None: it then asks the server for nothing.
        """
        info = super().session_info()
        user = self.env.user
        if user and self.env["utility.usage.event"]._role():
            info["utility_usage_companies"] = (
                user.sudo().company_ids.filtered("utility_usage").ids
            )
        return info
