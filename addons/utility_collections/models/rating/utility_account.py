from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .utility_account_behaviour import BEHAVIOURS, RATINGS

# What a Billing Manager gives, in one write
_GIVEN = frozenset({"credit_rating", "rating_reason", "rating_until"})
# What only the machine writes
_MACHINE = frozenset({"behaviour", "rating_override", "rating_by_id", "rating_on"})
_NOTHING_GIVEN = {
    "rating_override": False,
    "rating_reason": False,
    "rating_until": False,
    "rating_by_id": False,
    "rating_on": False,
}


class UtilityAccount(models.Model):
    """Pattern and credit rating of an account (CON-07, CON-08).

    ``credit_rating`` is the rating in effect: the one that a Billing Manager gave with
    a reason, while it lasts, else the calculated one. Writing it is giving one; writing
    nothing into it goes back to the calculated one.
    """

    _inherit = "utility.account"

    behaviour = fields.Selection(
        selection=BEHAVIOURS,
        readonly=True,
        copy=False,
        help="How the consumer pays, as of the last daily run (CON-07).",
    )
    credit_rating = fields.Selection(
        selection=RATINGS,
        copy=False,
        tracking=True,
        help="A pays best, E worst; empty: too new to tell. Calculated, or given by a"
        " Billing Manager; plans of a template may need a rating (CON-08).",
    )
    rating_override = fields.Selection(
        selection=RATINGS,
        string="Rating Given",
        readonly=True,
        copy=False,
        help="By a Billing Manager, in the place of the calculated one.",
    )
    rating_reason = fields.Char(
        string="Reason of the Rating",
        copy=False,
        help="Why a Billing Manager gave another rating than the calculated one.",
    )
    rating_until = fields.Date(
        string="Rating Given Until",
        copy=False,
        help="The last day of the rating given; empty: until it is taken back.",
    )
    rating_by_id = fields.Many2one(
        comodel_name="res.users", string="Rating Given By", readonly=True, copy=False
    )
    rating_on = fields.Date(string="Rating Given On", readonly=True, copy=False)
    behaviour_ids = fields.One2many(
        comodel_name="utility.account.behaviour",
        inverse_name="utility_account_id",
        string="Behaviour Figures",
        readonly=True,
        help="One row, once the account has a history.",
    )
    calculated_rating = fields.Selection(
        related="behaviour_ids.rating", string="Calculated Rating"
    )

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._given_values(vals, new=True) for vals in vals_list]
        )

    def write(self, vals):
        vals = self._given_values(vals)
        res = super().write(vals)
        if "rating_override" in vals and not vals["rating_override"]:
            for rating, accounts in self.grouped(
                lambda account: account.sudo().behaviour_ids.rating
            ).items():
                super(UtilityAccount, accounts).write({"credit_rating": rating})
        return res

    @api.model
    def _given_values(self, vals, new=False):
        """Complete what is written by who gives the rating, and when.

        :raises AccessError: for whoever isn't a Billing Manager
        :raises UserError: without a reason, or with an end that has passed
        """
        if new and not vals.get("credit_rating"):
            # A form sends all its fields.
            dropped = _GIVEN | (frozenset() if self.env.su else _MACHINE)
            return {name: vals[name] for name in vals if name not in dropped}
        if not self.env.su and not _MACHINE.isdisjoint(vals):
            raise AccessError(
                self.env._(
                    "Behaviour and calculated rating follow from how a consumer pays:"
                    " give a credit rating with a reason instead."
                )
            )
        if _GIVEN.isdisjoint(vals):
            return vals
        self._check_rater()
        rest = {name: vals[name] for name in vals if name not in _GIVEN}
        rating = vals.get("credit_rating")
        if not rating and "credit_rating" in vals:
            return rest | _NOTHING_GIVEN
        reason = (vals.get("rating_reason") or "").strip()
        if not reason and self.env.su:
            reason = self.env._("Given by the system")
        if not rating or not reason:
            raise UserError(
                self.env._(
                    "A credit rating is given together with its reason: write both."
                )
            )
        until = fields.Date.to_date(vals.get("rating_until"))
        today = self.env.company._utility_today()
        if until and until < today:
            raise UserError(
                self.env._(
                    "The rating would have ended on %(day)s: choose today or later, or"
                    " no end.",
                    day=format_date(self.env, until),
                )
            )
        return rest | {
            "credit_rating": rating,
            "rating_override": rating,
            "rating_reason": reason,
            "rating_until": until,
            "rating_by_id": self.env.uid,
            "rating_on": today,
        }

    @api.model
    def _check_rater(self):
        """Ratings decide who is eligible: Billing Managers alone give them (ROL-01)."""
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._(
                    "A credit rating is given by a Billing Manager: ask one to change"
                    " it."
                )
            )

    # -------------------------------------------------------------------------
    # GIVING A RATING
    # -------------------------------------------------------------------------

    def action_give_rating(self):
        """Ask for a credit rating, its reason and its end (CON-08).

        :return: an action that opens the dialog
        """
        self._check_rater()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_account_rating_action"
        )
        return {
            **action,
            "context": {"default_utility_account_id": self[:1].id},
        }

    def give_rating(self, rating, reason, until=False):
        """Give these accounts a credit rating in the place of the calculated one.

        :param str rating: 'A' to 'E'; False: back to the calculated one
        :param str reason: why; kept on the account and in its history
        :param until: the last day of it, a date or 'YYYY-MM-DD'
        :return: True
        :raises UserError: without a reason
        """
        self._check_rater()
        self.check_access("write")
        if rating and str(rating) not in dict(RATINGS):
            raise UserError(
                self.env._("There is no rating %(rating)s: use A to E.", rating=rating)
            )
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(
                self.env._(
                    "Say why the rating is given, or taken back: for the record."
                )
            )
        self.write(
            {"credit_rating": rating, "rating_reason": reason, "rating_until": until}
        )
        for account in self:
            account._message_log(body=account._rating_message(rating, reason))
        return True

    def _rating_message(self, rating, reason):
        if not rating:
            return self.env._(
                "Credit rating back to the calculated one: %(reason)s", reason=reason
            )
        if self.rating_until:
            return self.env._(
                "Credit rating %(rating)s given until %(day)s: %(reason)s",
                rating=rating,
                day=format_date(self.env, self.rating_until),
                reason=reason,
            )
        return self.env._(
            "Credit rating %(rating)s given: %(reason)s", rating=rating, reason=reason
        )

    @api.model
    def _end_outdated_overrides(self, company):
        """Go back to the calculated rating where the given one has ended (CON-08)."""
        outdated = self.search(
            [
                ("company_id", "=", company.id),
                ("rating_override", "!=", False),
                ("rating_until", "<", company._utility_today()),
            ]
        )
        for account in outdated:
            account._message_log(
                body=self.env._(
                    "The credit rating %(rating)s that was given ended on %(day)s.",
                    rating=account.rating_override,
                    day=format_date(self.env, account.rating_until),
                )
            )
        if outdated:
            outdated.write({"credit_rating": False})
