from odoo import api, fields, models


class UtilityWriteOffLine(models.Model):
    """What of a document was given up, and what came in of it since."""

    _name = "utility.write.off.line"
    _description = "Debt Written Off"
    _inherit = ["utility.collection.item"]
    _order = "write_off_id, id"

    write_off_id = fields.Many2one(
        comodel_name="utility.write.off",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="write_off_id.company_id", store=True, precompute=True
    )
    utility_account_id = fields.Many2one(
        related="write_off_id.utility_account_id",
        store=True,
        precompute=True,
        index=True,
    )
    amount = fields.Monetary(string="Written Off", readonly=True)
    recovery_ids = fields.One2many(
        comodel_name="utility.write.off.recovery",
        inverse_name="write_off_line_id",
        readonly=True,
    )
    recovered_amount = fields.Monetary(
        string="Recovered",
        compute="_compute_recovered_amount",
        store=True,
        help="Paid since; booked as income from bad debts recovered.",
    )
    reinstated = fields.Boolean(
        readonly=True, help="The write-off was taken back: it is owed as before."
    )

    @api.depends("recovery_ids.amount", "recovery_ids.returned_amount")
    def _compute_recovered_amount(self):
        for line in self:
            line.recovered_amount = line.currency_id.round(
                sum(row.amount - row.returned_amount for row in line.recovery_ids)
            )
