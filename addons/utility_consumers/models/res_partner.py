from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _utility_address(self):
        """Return the contact's address on one line, without its name."""
        if not self:
            return False
        self.ensure_one()
        lines = self._display_address(without_company=True).splitlines()
        return ", ".join(line.strip() for line in lines if line.strip()) or False
