from odoo import fields, models


class UtilityCollectionCase(models.Model):
    """The run of a process on an account, from its first step to its end (COL-04)."""

    _name = "utility.collection.case"
    _description = "Collections Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "opened_on desc, id desc"
    _rec_name = "utility_account_id"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="utility_account_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("paused", "Paused"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    step_id = fields.Many2one(
        comodel_name="utility.collection.step",
        string="Last Step",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    stepped_on = fields.Date(string="Taken On", readonly=True, copy=False)
    opened_on = fields.Date(required=True, readonly=True)
    closed_on = fields.Date(readonly=True, copy=False)
    close_reason = fields.Selection(
        selection=[
            ("cleared", "Debt cleared"),
            ("minimum_paid", "Minimum due paid"),
            ("plan", "Payment plan"),
            ("written_off", "Written off"),
            ("manual", "By hand"),
        ],
        readonly=True,
        copy=False,
    )
    pause_reason = fields.Char(readonly=True, copy=False)
    event_ids = fields.One2many(
        comodel_name="utility.collection.event", inverse_name="case_id", readonly=True
    )

    _account_open_unique = models.UniqueIndex(
        "(utility_account_id) WHERE state != 'closed'",
        "This account is in collections already.",
    )
