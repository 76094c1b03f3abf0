from odoo import api, fields, models


class UtilityBillEntryLine(models.TransientModel):
    _name = "utility.bill.entry.line"
    _description = "Line of a Bill to Record"

    entry_id = fields.Many2one(
        comodel_name="utility.bill.entry", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Description", required=True)
    quantity = fields.Float(default=1.0, digits=(16, 6))
    # A tariff may have more decimals than the currency
    price = fields.Float(string="Unit Price", digits=(16, 6))
    currency_id = fields.Many2one(related="entry_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount")

    @api.depends("quantity", "price", "currency_id")
    def _compute_amount(self):
        for line in self:
            currency = line.currency_id or self.env.company.currency_id
            line.amount = currency.round(line.quantity * line.price)
