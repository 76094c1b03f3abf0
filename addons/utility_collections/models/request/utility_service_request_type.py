from odoo import api, fields, models


class UtilityServiceRequestType(models.Model):
    """A standard procedure, such as a personal call (COL-05)."""

    _name = "utility.service.request.type"
    _description = "Service Request Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        readonly=True, copy=False, help="Of a type that was shipped; empty: your own."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: of all companies."
    )
    category_id = fields.Many2one(
        comodel_name="utility.service.request.category",
        ondelete="restrict",
        help="Empty: the one that the settings name for collections.",
    )
    days = fields.Integer(
        string="Due After",
        default=3,
        help="Days from opening until it is due, unless somebody says otherwise.",
    )
    owner_rule = fields.Selection(
        selection=[
            ("recovery", "The account's Recovery Executive"),
            ("collector", "The account's collector"),
            ("creator", "Who opens it"),
        ],
        string="Default Owner",
        required=True,
        default="recovery",
        help="Where that is nobody: the account's Recovery Executive, the company's, or"
        " who opens it.",
    )
    inquiry_category = fields.Selection(
        selection=lambda self: (
            self.env["utility.usage.event"]
            ._fields["inquiry_category"]
            ._description_selection(self.env)
        ),
        string="Counts As",
        required=True,
        default="other",
        help="What it counts as in the usage statistics when it is done.",
    )
    letter_text = fields.Text(
        translate=True, help="What a letter says, until somebody changes it."
    )
    procedure_ids = fields.One2many(
        comodel_name="utility.service.request.procedure",
        inverse_name="type_id",
        copy=True,
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This type was shipped already."
    )
    _days_positive = models.Constraint(
        "CHECK (days BETWEEN 0 AND 365)",
        "A request is due after 0 to 365 days.",
    )

    @api.model
    def _find(self, code):
        """The type of a code that may be opened, or an empty recordset."""
        if not isinstance(code, str):
            return self.browse()
        return self.search([("code", "=", code)], limit=1)
