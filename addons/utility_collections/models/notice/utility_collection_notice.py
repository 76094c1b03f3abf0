from odoo import fields, models


class UtilityCollectionNotice(models.Model):
    """A notice to a consumer, true at the moment when it leaves (COL-11)."""

    _name = "utility.collection.notice"
    _description = "Collections Notice"
    _order = "id desc"

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
    case_id = fields.Many2one(
        comodel_name="utility.collection.case", index="btree_not_null", readonly=True
    )
    step_id = fields.Many2one(comodel_name="utility.collection.step", readonly=True)
    kind = fields.Selection(
        selection=[
            ("reminder", "Reminder"),
            ("disconnection_warning", "Disconnection warning"),
        ],
        required=True,
        default="reminder",
        readonly=True,
    )
    channel = fields.Selection(
        selection=[("letter", "Letter"), ("email", "E-mail"), ("sms", "SMS")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("to_send", "To be sent"),
            ("sent", "Sent"),
            ("not_sent", "Not sent"),
        ],
        required=True,
        default="to_send",
        readonly=True,
    )
    amount = fields.Monetary(readonly=True, help="What it asks for.")
    sent_on = fields.Date(readonly=True)
    reason = fields.Char(readonly=True, help="Why it wasn't sent.")
