from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Extend: who leaves leaves no service request undone (COL-05)."""
        res = super().write(vals)
        if vals.get("active") is False:
            self.env["utility.service.request"].sudo()._pass_on(self)
        return res
