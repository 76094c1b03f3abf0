from odoo import fields, models


class UtilityServiceRequest(models.Model):
    """Something to be done for an account, by somebody, by a day (COL-05)."""

    _name = "utility.service.request"
    _description = "Service Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"

    name = fields.Char(string="Number", readonly=True, copy=False)
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
        comodel_name="utility.collection.case",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    type_id = fields.Many2one(
        comodel_name="utility.service.request.type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    category_id = fields.Many2one(
        comodel_name="utility.service.request.category", ondelete="restrict"
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Owner", index=True, tracking=True
    )
    date_deadline = fields.Date(string="Due Date", tracking=True)
    outcome = fields.Selection(
        selection=[
            ("done", "Done as asked"),
            ("reached", "Consumer reached"),
            ("not_reached", "Consumer not reached"),
            ("promised", "Payment promised"),
            ("plan", "Payment plan agreed"),
            ("disputed", "Debt disputed"),
            ("refused", "Consumer refuses to pay"),
            ("corrected", "Contact details corrected"),
        ],
        copy=False,
        tracking=True,
    )
