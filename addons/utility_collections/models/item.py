from odoo import fields, models


class UtilityCollectionItem(models.AbstractModel):
    """What is noted about an item of an account's debt; the item isn't touched.

    A model says where its company comes from.
    """

    _name = "utility.collection.item"
    _description = "Note on an Item of Debt"

    company_id = fields.Many2one(comodel_name="res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Receivable Item",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    move_id = fields.Many2one(related="line_id.move_id", string="Document")
    document_name = fields.Char(string="Document Number", related="line_id.move_name")
    due_date = fields.Date(related="line_id.date_maturity")
