from odoo import fields, models

# What a step of a procedure asks for; all but the first have a button that does it.
KINDS = [
    ("manual", "Do by hand"),
    ("email", "E-mail the bills"),
    ("verify", "Confirm the contact details"),
    ("letter", "Print the letter"),
]


class UtilityServiceRequestProcedure(models.Model):
    """One step of the standard procedure of a type (COL-05)."""

    _name = "utility.service.request.procedure"
    _description = "Service Request Procedure"
    _order = "type_id, sequence, id"

    type_id = fields.Many2one(
        comodel_name="utility.service.request.type",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="type_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What to Do", required=True, translate=True)
    kind = fields.Selection(selection=KINDS, required=True, default="manual")
