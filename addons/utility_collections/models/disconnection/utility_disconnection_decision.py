from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ...tools.disconnection import (
    Facts,
    Rule,
    evaluate,
    from_plain,
    judge,
    local_time,
    to_plain,
)

STAFF = "utility_consumers.group_customer_executive"


class UtilityDisconnectionDecision(models.Model):
    """Whether an account might be cut off at a moment, and why; never changed (COL-07).

    It keeps the facts and the rules as they were then, so that anybody can decide anew
    from them and get the same. Collectors see whether and, in general words, why:
    facts are about health, too.
    """

    _name = "utility.disconnection.decision"
    _description = "Disconnection Decision"
    _inherit = ["utility.account.record"]
    _order = "decided_at desc, id desc"

    # === FIELDS: WHAT WAS ASKED === #

    utility_account_id = fields.Many2one(readonly=True)
    order_id = fields.Many2one(
        comodel_name="utility.disconnection.order",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        ondelete="restrict",
        readonly=True,
        help="Whose rules were asked; empty: the house's own.",
    )
    moment = fields.Selection(
        selection=[
            ("order", "When ordered"),
            ("dispatch", "When dispatched"),
            ("payment", "When debt changed"),
            ("review", "Looked at again"),
            ("execution", "At execution"),
            ("simulation", "Asked"),
        ],
        required=True,
        readonly=True,
    )
    at = fields.Datetime(
        string="For The Moment",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When supply would be cut off; now, unless it was only asked.",
    )
    day = fields.Date(
        readonly=True, help="Of the moment, where the company is: rules go by it."
    )
    decided_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, default=lambda self: self.env.user
    )

    # === FIELDS: WHAT WAS DECIDED === #

    eligible = fields.Boolean(readonly=True)
    timing = fields.Boolean(
        string="Only The Time Is Wrong",
        readonly=True,
        help="Nothing but hour, weekday, holiday or weather is against it.",
    )
    amount = fields.Monetary(
        string="Debt That Counts",
        readonly=True,
        help="Overdue, without disputes, credit and charges that don't count.",
    )
    reason_code = fields.Selection(
        selection=[
            ("closed", "Account closed"),
            ("not_connected", "Not connected"),
            ("in_flight", "Payment on its way"),
            ("nothing_overdue", "Nothing overdue"),
            ("nothing_counts", "Nothing that counts is overdue"),
            ("no_rules", "No rules in force"),
            ("circumstance", "Protected circumstance"),
            ("plan", "Plan kept"),
            ("promise", "Promise"),
            ("dispute", "Dispute"),
            ("below_minimum", "Below the minimum"),
            ("too_early", "Not overdue for long enough"),
            ("no_notice", "No warning sent"),
            ("notice_running", "Notice still runs"),
            ("notice_expired", "Warning too old"),
            ("hours", "Outside the hours"),
            ("weekday", "Not on this weekday"),
            ("holiday", "Holiday"),
            ("before_holiday", "Before a holiday"),
            ("no_forecast", "No forecast known"),
            ("too_cold", "Too cold"),
            ("too_hot", "Too hot"),
        ],
        string="First Reason",
        readonly=True,
    )
    reason = fields.Text(
        compute="_compute_reason", help="Each reason against it, one a line."
    )
    reasons = fields.Json(readonly=True, groups=STAFF)
    facts = fields.Json(readonly=True, groups=STAFF)
    rules = fields.Json(readonly=True, groups=STAFF)

    _jurisdiction_day_idx = models.Index("(jurisdiction_id, day)")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("eligible", "moment", "at")
    def _compute_display_name(self):
        for decision in self:
            decision.display_name = self.env._(
                "%(account)s: %(verdict)s",
                account=decision.utility_account_id.number,
                verdict=self.env._("may be cut off")
                if decision.eligible
                else self.env._("is protected"),
            )

    @api.depends_context("uid", "lang")
    def _compute_reason(self):
        # A door that works as superuser still speaks to its caller.
        full = self.env.uid == SUPERUSER_ID or self.env.user.has_group(STAFF)
        for decision in self:
            decision.reason = "\n".join(
                decision._say_reason(reason, full)
                for reason in decision.sudo().reasons or ()
            )

    # -------------------------------------------------------------------------
    # CRUD: written once, by the engine
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    @api.model
    def _refuse_change(self):
        """Nobody writes decisions, whatever their rights: they are evidence.

        :raises UserError: always
        """
        raise UserError(
            self.env._(
                "Decisions about disconnection are made by the rules and stay as they"
                " are: ask anew instead."
            )
        )

    # -------------------------------------------------------------------------
    # DECIDING
    # -------------------------------------------------------------------------

    @api.model
    def _prepare_verdict(self, facts, verdict, at):
        """Return what is stored of a verdict."""
        return {
            "day": local_time(facts, at).date(),
            "eligible": verdict.eligible,
            "timing": verdict.timing,
            "amount": float(verdict.amount),
            "reason_code": verdict.reasons[0].code if verdict.reasons else False,
            "reasons": to_plain(verdict.reasons),
        }

    def replay(self):
        """Decide anew from the stored facts, by the stored rules and by today's.

        :return: of one decision: ``eligible`` and ``reasons`` (sentences) of the
            stored rules, whether they are the ``same`` as what was decided, and the
            same two of the rules ``today``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["facts"], "read")
        self_sudo = self.sudo()
        facts = from_plain(Facts, self_sudo.facts)
        rules = [from_plain(Rule, rule) for rule in self_sudo.rules or ()]
        then = evaluate(facts, rules, self_sudo.at)
        jurisdiction_sudo = self_sudo.jurisdiction_id
        today = self_sudo.company_id._utility_today()
        now = judge(
            facts,
            [
                rule
                for rule in self_sudo.utility_account_id._get_engine_rules(
                    [jurisdiction_sudo]
                )[jurisdiction_sudo]
                if rule.in_force(today, facts.category)
            ],
            self_sudo.at,
        )
        return {
            "eligible": then.eligible,
            "reasons": self._say_reasons(then),
            "same": (then.eligible, to_plain(then.reasons))
            == (self_sudo.eligible, self_sudo.reasons or []),
            "today": {"eligible": now.eligible, "reasons": self._say_reasons(now)},
        }

    @api.model
    def _say_reasons(self, verdict):
        return [self._say_reason(reason) for reason in to_plain(verdict.reasons)]
