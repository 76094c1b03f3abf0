from odoo import models


class UtilityAccount(models.Model):
    """The debt summary of an account (COL-02)."""

    _inherit = "utility.account"
