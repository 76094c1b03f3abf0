from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        string="Rules of Disconnection",
        check_company=True,
        help="Whose rules hold, unless an area has others (COL-07). Empty: nobody is"
        " cut off who keeps a plan, has an open promise or a medical certificate, or"
        " depends on life support.",
    )
