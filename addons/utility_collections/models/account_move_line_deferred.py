from odoo import api, fields, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    """What plans in force cover isn't paid by its own due date (PLN-04)."""

    _inherit = "account.move.line"

    utility_cover_ids = fields.One2many(
        comodel_name="utility.payment.plan.cover",
        inverse_name="line_id",
        string="Plans That Cover It",
        readonly=True,
    )

    @api.depends("utility_cover_ids.in_force")
    def _compute_utility_deferred(self):
        """Override of `utility_payments`: what a plan in force covers."""
        covers = (
            self.env["utility.payment.plan.cover"]
            .sudo()
            .search([("line_id", "in", self.ids), ("in_force", "=", True)])
        )
        covered_ids = set(covers.line_id.ids)
        for line in self:
            line.utility_deferred = line.id in covered_ids

    @api.model
    def _search_utility_deferred(self, operator, value):
        """Override of `utility_payments`, with the rights on the item alone."""
        if operator != "in":
            return NotImplemented
        return Domain("utility_cover_ids", "any!", [("in_force", "=", True)])
