from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# Kinds of the timeline that somebody may be told of.
MILESTONES = (
    "overdue",
    "opened",
    "step",
    "promise_broken",
    "promise_kept",
    "dispute_opened",
    "dispute_resolved",
    "plan_broken",
    "plan_completed",
    "cleared",
    "disconnection_ordered",
    "disconnection_stopped",
    "disconnected",
    "reconnection_ordered",
    "reconnected",
    "agency",
    "written_off",
)
# Of these, what a consumer is told. What asks for money is a notice, which is judged
# as it leaves (COL-11), and plans tell of themselves (PLN-05).
CONSUMER_MILESTONES = (
    "cleared",
    "promise_kept",
    "disconnection_stopped",
    "disconnected",
    "reconnection_ordered",
    "reconnected",
)
# Events that are looked at in one transaction, and those that nobody wants to know.
_CHUNK = 500
_SKIP_CHUNK = 20000


class UtilityMilestoneRule(models.Model):
    """Whom to tell when something happens to an account in collections (COL-10)."""

    _name = "utility.milestone.rule"
    _description = "Milestone Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # What happened
    milestone = fields.Selection(
        selection="_selection_milestone", required=True, tracking=True
    )
    category = fields.Selection(
        selection=lambda self: (
            self.env["utility.account"]._fields["category"].selection
        ),
        string="Only Category",
        tracking=True,
    )
    area_id = fields.Many2one(
        comodel_name="utility.area", string="Only Area", tracking=True
    )
    minimum_amount = fields.Monetary(
        tracking=True, help="Smaller amounts are not told; 0: all are."
    )

    # Whom to tell, and how
    to_recovery = fields.Boolean(
        string="Who Looks After the Account",
        default=True,
        tracking=True,
        help="The account's Recovery Executive, else the one of the settings.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    group_ids = fields.Many2many(
        comodel_name="res.groups",
        string="Groups",
        help="Who is in one of these groups when it happens.",
    )
    to_consumer = fields.Boolean(
        string="The Consumer", tracking=True, help="By e-mail, in their language."
    )
    by_activity = fields.Boolean(string="Activity")
    by_inbox = fields.Boolean(
        string="Inbox",
        default=True,
        help="In Discuss; by e-mail where the user handles notifications by e-mail.",
    )
    by_email = fields.Boolean(string="E-mail")

    _minimum_not_negative = models.Constraint(
        "CHECK (minimum_amount >= 0)",
        "The minimum amount of a milestone can't be negative: use 0 for all amounts.",
    )

    @api.model
    def _selection_milestone(self):
        labels = dict(
            self.env["utility.collection.event"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [(kind, labels[kind]) for kind in MILESTONES]

    @api.constrains(
        "milestone",
        "to_consumer",
        "to_recovery",
        "user_ids",
        "group_ids",
        "by_activity",
        "by_inbox",
        "by_email",
    )
    def _check_recipients(self):
        for rule in self:
            staff = rule.to_recovery or rule.user_ids or rule.group_ids
            if not staff and not rule.to_consumer:
                raise ValidationError(
                    self.env._(
                        "Milestone rule %(rule)s tells nobody: choose who is told.",
                        rule=rule.name,
                    )
                )
            if staff and not (rule.by_activity or rule.by_inbox or rule.by_email):
                raise ValidationError(
                    self.env._(
                        "Milestone rule %(rule)s has no way to tell: tick activity,"
                        " inbox or e-mail.",
                        rule=rule.name,
                    )
                )
            if rule.to_consumer and rule.milestone not in CONSUMER_MILESTONES:
                raise ValidationError(
                    self.env._(
                        "Consumers aren't told of this milestone by a rule: let a step"
                        " of collections send a notice, which is judged as it leaves."
                    )
                )

    # -------------------------------------------------------------------------
    # COLLECT
    # -------------------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Tell of what happened since the last run, each thing once.

        First events are turned into deliveries, then these are told, one message for
        each person and kind. Each chunk is a transaction that takes its rows off the
        list, so that the action may be stopped at any time.
        """
        for company in self.env["res.company"].search([("active", "=", True)]):
            rules = self.search([("company_id", "=", company.id)])
            kinds = set(rules.mapped("milestone"))
            while count := self._skip_events(company, kinds):
                if not self.env["ir.cron"]._commit_progress(count):
                    return
            while events := self._find_events(company):
                rules._collect(events)
                if not self.env["ir.cron"]._commit_progress(len(events)):
                    return
                self.env.invalidate_all()
        self.env["utility.milestone.delivery"]._tell_all()

    @api.model
    def _skip_events(self, company, kinds):
        """Mark what no rule wants to know.

        :return: how many events these were
        """
        self.env["utility.collection.event"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE utility_collection_event
                   SET milestones_done = TRUE
                 WHERE id IN (
                       SELECT id
                         FROM utility_collection_event
                        WHERE company_id = %s
                          AND milestones_done IS NOT TRUE
                          AND NOT kind = ANY(%s)
                     ORDER BY id
                        LIMIT %s
                       )
                """,
                company.id,
                sorted(kinds),
                _SKIP_CHUNK,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _find_events(self, company):
        return self.env["utility.collection.event"].search(
            [("company_id", "=", company.id), ("milestones_done", "!=", True)],
            order="id",
            limit=_CHUNK,
        )

    def _collect(self, events):
        """Write down who is to be told of these events, and how."""
        rows = {}
        staff = {rule: rule._get_staff() for rule in self}
        for event in events:
            for rule in self:
                if not rule._matches(event):
                    continue
                for user in staff[rule] | rule._get_caretaker(event):
                    for way in rule._get_ways():
                        rows.setdefault((event.id, user.id, way), rule)
                if rule.to_consumer and event._is_true_to_consumer():
                    rows.setdefault((event.id, False, "email"), rule)
        self.env["utility.milestone.delivery"].create(
            [
                {
                    "event_id": event_id,
                    "rule_id": rule.id,
                    "user_id": user_id,
                    "way": way,
                }
                for (event_id, user_id, way), rule in rows.items()
            ]
        )
        events.milestones_done = True

    def _matches(self, event):
        """Whether this rule tells of an event."""
        self.ensure_one()
        account = event.utility_account_id
        return (
            event.kind == self.milestone
            and (not self.category or account.category == self.category)
            and (not self.area_id or account.area_id == self.area_id)
            and self.currency_id.compare_amounts(event.amount, self.minimum_amount) >= 0
        )

    def _get_ways(self):
        self.ensure_one()
        return [way for way in ("activity", "inbox", "email") if self[f"by_{way}"]]

    def _get_staff(self):
        """The users and members of groups that are told, whatever the account."""
        self.ensure_one()
        return (self.user_ids | self.group_ids.all_user_ids).filtered(self._can_be_told)

    def _get_caretaker(self, event):
        """Who looks after the account of an event, if they are told."""
        self.ensure_one()
        if not self.to_recovery:
            return self.env["res.users"]
        account = event.utility_account_id
        user = account.recovery_user_id or self.company_id.utility_plan_user_id
        return user.filtered(self._can_be_told)

    def _can_be_told(self, user):
        return self.env["utility.alert.rule"]._can_be_told(user, self.company_id)
