from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    is_utility_bills = fields.Boolean(
        string="Utility Bills",
        help="Bills and service charges of consumers: each carries the number of its "
        "billing system or of a num format, never one made by the journal.",
    )
