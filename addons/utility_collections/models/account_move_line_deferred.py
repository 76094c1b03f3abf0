from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .plan.utility_payment_plan_cover import ASKING


class AccountMoveLine(models.Model):
    """What plans in force cover isn't paid by its own due date (PLN-04)."""

    _inherit = "account.move.line"

    utility_cover_ids = fields.One2many(
        comodel_name="utility.payment.plan.cover",
        inverse_name="line_id",
        string="Plans That Cover It",
        readonly=True,
    )

    @api.depends(
        "utility_cover_ids.amount",
        "utility_cover_ids.in_force",
        "utility_cover_ids.paid_amount",
    )
    def _compute_utility_deferred(self):
        """Override of `utility_payments`: what a plan in force still asks for."""
        for line in self:
            line.utility_deferred = any(
                cover.in_force and cover.paid_amount < cover.amount
                for cover in line.sudo().utility_cover_ids
            )

    @api.model
    def _search_utility_deferred(self, operator, value):
        """Override of `utility_payments`, with the rights on the item alone."""
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)",
                SQL.identifier(alias, "id"),
                self._get_deferred_select(),
            )
        )

    @api.model
    def _get_deferred_select(self):
        """Return the SQL of the ids of items that plans in force still ask for.

        A plan that is paid asks for nothing: what is open of its items, because a
        payment of before it was returned, is due as ever.
        """
        self.env["utility.payment.plan.cover"].flush_model()
        return SQL(
            "SELECT cover.line_id FROM utility_payment_plan_cover cover WHERE %s",
            ASKING,
        )
