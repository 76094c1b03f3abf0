from odoo import fields, models


class UtilityPlanSetupRow(models.TransientModel):
    """An installment on the set-up screen, before there is a plan (PLN-01)."""

    _name = "utility.plan.setup.row"
    _description = "Set Up a Payment Plan: Installment"
    _order = "due_date, position, id"

    wizard_id = fields.Many2one(
        comodel_name="utility.plan.setup",
        required=True,
        index=True,
        ondelete="cascade",
    )
    position = fields.Integer(
        default=1, help="The number of a regular one; 0 is the down payment."
    )
    name = fields.Char(string="#", readonly=True)
    due_date = fields.Date(string="Due")
    company_currency_id = fields.Many2one(
        related="wizard_id.company_currency_id", string="Company Currency"
    )
    amount = fields.Monetary(currency_field="company_currency_id")
