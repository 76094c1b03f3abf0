from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Without it, each change of a residual would search its credit note anew.
    utility_credit_note_ids = fields.One2many(
        comodel_name="utility.credit.note",
        inverse_name="credit_line_id",
        string="Utility Credit Notes",
        readonly=True,
        help="The credit note whose money this item carries.",
    )
