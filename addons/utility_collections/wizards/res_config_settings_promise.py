from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Rules of promises to pay (COL-06)."""

    _inherit = "res.config.settings"

    utility_promise_days = fields.Integer(
        related="company_id.utility_promise_days", readonly=False
    )
    utility_promise_grace_days = fields.Integer(
        related="company_id.utility_promise_grace_days", readonly=False
    )
