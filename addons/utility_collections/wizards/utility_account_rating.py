from odoo import fields, models

from ..models.rating.utility_account_behaviour import RATINGS


class UtilityAccountRating(models.TransientModel):
    """A credit rating in the place of the calculated one, and why (CON-08)."""

    _name = "utility.account.rating"
    _description = "Give a Credit Rating"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account", required=True, readonly=True
    )
    # Read with the caller's rights.
    calculated_rating = fields.Selection(
        related="utility_account_id.calculated_rating", related_sudo=False
    )
    rating_override = fields.Selection(
        related="utility_account_id.rating_override", related_sudo=False
    )
    rating_parts = fields.Html(
        related="utility_account_id.rating_parts", related_sudo=False
    )
    rating = fields.Selection(
        selection=RATINGS,
        default=lambda self: self._default_rating(),
        help="Empty: back to the calculated rating.",
    )
    until = fields.Date(help="The last day of it; empty: until somebody takes it back.")
    reason = fields.Char(required=True)

    def _default_rating(self):
        account_id = self.env.context.get("default_utility_account_id")
        return self.env["utility.account"].browse(account_id).credit_rating

    def action_give(self):
        """Give the rating.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.utility_account_id.give_rating(self.rating, self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}

    def action_take_back(self):
        """Go back to the calculated rating.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.utility_account_id.give_rating(False, self.reason)
        return {"type": "ir.actions.act_window_close"}
