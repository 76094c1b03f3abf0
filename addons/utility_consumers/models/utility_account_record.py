from odoo import fields, models


class UtilityAccountRecord(models.AbstractModel):
    """What is written down about one consumer account: whose it is, in which money.

    The company is stored for record rules, and follows from the account. A model says
    anew only what is different with it.
    """

    _name = "utility.account.record"
    _description = "Record of a Consumer Account"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="utility_account_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", string="Consumer"
    )
    account_number = fields.Char(related="utility_account_id.number")
