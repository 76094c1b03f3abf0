from odoo import fields, models


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    cash_only = fields.Boolean(
        tracking=True,
        help="Refuse cheques, cards and transfers, as after returned ones (REC-17).",
    )
    cash_only_reason = fields.Char(tracking=True)
    overpayment_limit = fields.Monetary(
        string="Higher allowable overpayment",
        tracking=True,
        groups="utility_consumers.group_billing_manager",
        help="Accept this much above what is owed, if it is more than the company's"
        " setting (REC-07).",
    )
    payment_ids = fields.One2many(
        comodel_name="account.payment",
        inverse_name="utility_account_id",
        readonly=True,
    )
