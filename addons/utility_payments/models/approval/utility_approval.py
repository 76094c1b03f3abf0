from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# From the lowest to the highest.
_ROLES = ("customer_executive", "recovery_executive", "billing_manager")
# Names of chatter and activities, which stay writable on a request that is frozen.
_CHATTER = ("message_", "activity_", "website_message_")


class UtilityApproval(models.AbstractModel):
    """A request that moves money: drafted by one, approved by another (ROL-03).

    A model that inherits this has a field ``state`` with at least the values draft,
    to_approve, those of ``_state_to`` and ``_refused_state``; it says what an author
    may fill in (``_draft_fields``), who may ask (``_author_group``), what a
    draft stays with (``_subject_field``), whether somebody must approve
    (``_needs_approval``), and what approval sets off (``_execute``).

    The tiers of `base_tier_validation` say who must approve what. They alone don't
    separate duties, so the door of the approval is here: reviews are written by it
    only, the one who approves is a Billing Manager and neither author nor requester,
    nothing of a request changes once it waits, and what is executed asks again.
    """

    _name = "utility.approval"
    _description = "Request That Needs Approval"
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation"]

    _state_from = ["draft", "to_approve"]
    _state_to = ["done"]
    _cancel_state = "cancelled"
    # Where a refusal leads to.
    _refused_state = "refused"
    # What the author fills in; everything else belongs to the doors.
    _draft_fields = frozenset()
    # The least role that may ask.
    _author_group = "utility_consumers.group_customer_executive"
    # The field that a draft stays with.
    _subject_field = "payment_id"

    number = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    requester_role = fields.Selection(
        selection=[
            ("customer_executive", "Customer Executive"),
            ("recovery_executive", "Recovery Executive"),
            ("billing_manager", "Billing Manager"),
        ],
        readonly=True,
        copy=False,
        help="Highest role of the author when the request was made; limits go by it.",
    )
    requested_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, tracking=True
    )
    requested_at = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one(
        comodel_name="res.users",
        string="Approved or Refused By",
        readonly=True,
        copy=False,
        tracking=True,
    )
    decided_at = fields.Datetime(
        string="Approved or Refused At", readonly=True, copy=False
    )
    refusal_reason = fields.Char(readonly=True, copy=False, tracking=True)
    is_author = fields.Boolean(compute="_compute_is_author")
    can_cancel = fields.Boolean(compute="_compute_can_cancel")
    can_decide = fields.Boolean(
        compute="_compute_can_decide",
        search="_search_can_decide",
        help="Whether you may approve or refuse this.",
    )

    @api.depends_context("uid")
    @api.depends("requested_by", "create_uid")
    def _compute_is_author(self):
        for request in self:
            request.is_author = self.env.user in request._approval_authors()

    @api.depends_context("uid")
    @api.depends("state", "requested_by", "create_uid")
    def _compute_can_cancel(self):
        for request in self:
            request.can_cancel = (
                bool(request._origin)
                and request.state in self._state_from
                and request._may_cancel()
            )

    @api.depends_context("uid")
    @api.depends("state", "review_ids.status")
    def _compute_can_decide(self):
        for request in self:
            request.can_decide = (
                request.state == "to_approve" and not request._find_decision_obstacle()
            )

    @api.model
    def _search_can_decide(self, operator, value):
        """Requests that wait for the caller; see `_find_decision_obstacle`."""
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        user = self.env.user
        if not user.has_group("utility_consumers.group_billing_manager"):
            return Domain.FALSE
        reviews_sudo = self.env["tier.review"].sudo()
        mine = reviews_sudo._search(
            [
                ("model", "=", self._name),
                ("status", "in", ("waiting", "pending")),
                ("reviewer_ids", "in", user.ids),
            ]
        )
        closed = reviews_sudo._search(
            [
                ("model", "=", self._name),
                "|",
                ("requested_by", "=", user.id),
                "&",
                ("status", "=", "approved"),
                ("done_by", "=", user.id),
            ]
        )
        return (
            Domain("state", "=", "to_approve")
            & Domain("create_uid", "!=", user.id)
            & Domain("requested_by", "!=", user.id)
            & Domain("id", "in", mine.subselect("res_id"))
            & Domain("id", "not in", closed.subselect("res_id"))
        )

    # -------------------------------------------------------------------------
    # CRUD: authors write drafts, doors the rest
    # -------------------------------------------------------------------------

    @api.model
    def _check_author(self):
        """Raise an AccessError unless the caller's role may ask for this."""
        if not self.env.su and not self.env.user.has_group(self._author_group):
            raise AccessError(self._author_message())

    @api.model
    def _author_message(self):
        """The sentence for who may not ask for this; to override."""
        return self.env._("Your role may not request this: ask your administrator.")

    @api.model
    def _keep_draft_fields(self, vals):
        """Values of a create by a user: what an author fills in, nothing else.

        State, author, numbers and ledger links that a program sends are dropped.

        :raises ValidationError: when that isn't a set of values
        """
        if not isinstance(vals, dict):
            raise ValidationError(
                self.env._(
                    "A request is made of a set of values; %(value)s is none.",
                    value=vals,
                )
            )
        return {
            name: value
            for name, value in vals.items()
            if name in self._draft_fields or name.startswith(_CHATTER)
        }

    def _check_ids(self):
        """Raise unless these can be records: a program may send anything as an id."""
        for record_id in self._ids:
            if type(record_id) is not int or record_id <= 0:
                raise UserError(
                    self.env._(
                        "%(value)s is not an id: give a whole number above zero.",
                        value=record_id,
                    )
                )

    @api.model
    def _current_role(self):
        """The highest role of the caller; the system itself has the highest."""
        user = self.env.user
        for role in reversed(_ROLES):
            if user.has_group(f"utility_consumers.group_{role}"):
                return role
        return "billing_manager" if self.env.su else False

    def write(self, vals):
        self._check_frozen(vals)
        if "state" in vals:
            # One more waits for a signature, or one less
            self.company_id._figures_changed()
        return super().write(vals)

    def _check_frozen(self, vals):
        """Refuse changes that are not an author's, or that come too late.

        :raises UserError: naming the record and what is possible instead
        """
        if self.env.su:
            return
        touched = [name for name in vals if not name.startswith(_CHATTER)]
        if not touched:
            return
        late = self.filtered(lambda request: request.state != "draft")
        if late or not self._draft_fields.issuperset(touched):
            raise UserError(
                self.env._(
                    "%(record)s can't be changed by hand: it changes by its buttons"
                    " only, and its terms are fixed once it was requested. Cancel it"
                    " and make a new one.",
                    record=(late or self)[:1].display_name,
                )
            )
        foreign = self.filtered(lambda request: not request.is_author)[:1]
        if foreign:
            raise UserError(
                self.env._(
                    "%(record)s is a draft of %(author)s: nobody else changes it.",
                    record=foreign.display_name,
                    author=foreign.sudo().create_uid.name,
                )
            )
        if self._draft_fields.isdisjoint(touched):
            return
        self._check_author()
        if self._subject_field in touched:
            raise UserError(self._subject_message())

    def _subject_message(self):
        """The sentence for who points a draft at something else; to override."""
        return self.env._(
            "%(record)s stays with what it was made for: cancel it and make a new one.",
            record=self[:1].display_name,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requests(self):
        if self:
            raise UserError(
                self.env._(
                    "%(record)s can't be deleted: what was requested stays on record."
                    " Cancel it instead.",
                    record=self[0].display_name,
                )
            )

    # -------------------------------------------------------------------------
    # REQUEST
    # -------------------------------------------------------------------------

    @api.model
    def _approval_models(self):
        """Names of the models whose requests are approved by this door.

        All that inherit it: one that had to list itself could be forgotten, and then
        anybody could write its reviews.
        """
        approval = self.env.registry["utility.approval"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, approval) and not model._abstract
        ]

    def _needs_approval(self):
        """Whether somebody else must approve this request; to override."""
        self.ensure_one()
        return True

    def _execute(self):
        """Do what was requested, in this transaction; to override.

        Called as superuser on behalf of who approved, or of the author where nobody
        needs to approve. Must call ``_check_approved`` before it changes anything, and
        lock the accounts before it reads a balance.
        """
        raise NotImplementedError

    def action_request(self):
        """Ask for approval of these drafts, after checking them.

        :return: True
        :raises UserError: one clear sentence on what is wrong
        """
        self._check_ids()
        self.check_access("write")
        self._check_author()
        requests_sudo = self.sudo()
        requests_sudo._lock_involved()
        for request_sudo in requests_sudo:
            request_sudo._check_request()
        return self._request_approval()

    def _check_request(self):
        """Raise unless this may be asked for now; superuser; to override."""

    def _request_approval(self):
        """Freeze drafts and ask for approval; execute those that need none.

        :return: True
        :raises UserError: for records that are no drafts, or without any tier
        """
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s was already requested.",
                        record=request.display_name,
                    )
                )
            request_sudo = request.sudo()
            request_sudo.write(
                {
                    # Limits go by the lesser of who wrote it and who asks for it.
                    "requester_role": min(
                        filter(None, (request.requester_role, self._current_role())),
                        key=_ROLES.index,
                        default=False,
                    ),
                    "requested_by": self.env.uid,
                    "requested_at": fields.Datetime.now(),
                }
            )
            if not (request_sudo._needs_approval() or request_sudo.need_validation):
                request_sudo._execute()
                continue
            request_sudo.state = "to_approve"
            request_sudo.request_validation()
            # The reviews point here by model and id: the cache doesn't know.
            request.invalidate_recordset(["need_validation", "review_ids"])
            if not request_sudo.review_ids:
                raise UserError(
                    self.env._(
                        "%(record)s needs approval, but no approval tier is set up for"
                        " it: ask your administrator to set one up.",
                        record=request.display_name,
                    )
                )
        return True

    def request_validation(self):
        """Override of `base_tier_validation`: requests are made by our own buttons."""
        if self.env.su:
            return super().request_validation()
        raise UserError(
            self.env._("Use the button of the request itself to ask for approval.")
        )

    def restart_validation(self):
        """Override of `base_tier_validation`: what was decided stays decided."""
        raise UserError(
            self.env._("An approval can't be restarted: cancel and make a new request.")
        )

    def action_cancel(self):
        """Withdraw requests before they are executed; they stay on record.

        :return: True
        :raises AccessError: for anyone but the author or a Billing Manager
        :raises UserError: for a request that was decided
        """
        self._check_ids()
        self.check_access("write")
        for request in self:
            if not request._may_cancel():
                raise AccessError(
                    self.env._(
                        "%(record)s can be cancelled by its author or a Billing"
                        " Manager.",
                        record=request.display_name,
                    )
                )
            if request.state not in self._state_from:
                raise UserError(request._decided_message())
        self.sudo()._withdraw()
        return True

    def _may_cancel(self):
        """Whether the caller may withdraw this request while it isn't decided."""
        self.ensure_one()
        return (
            self.env.su
            or self.is_author
            or self.env.user.has_group("utility_consumers.group_billing_manager")
        )

    def _decided_message(self):
        """The sentence for who withdraws what was decided; to override."""
        return self.env._(
            "%(record)s was decided and can't be cancelled: make another request"
            " instead.",
            record=self.display_name,
        )

    def _lock_involved(self):
        """Lock what these requests touch, the first of all writes; to override.

        Whoever decides, withdraws or reverses comes through here, so that all write in
        the same order, and the second one reads what the first has done.
        """

    def _withdraw(self):
        """End requests before they are decided; superuser only, for doors."""
        self._lock_involved()
        open_reviews = self.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        )
        open_reviews.status = "cancel"
        self.state = self._cancel_state

    # -------------------------------------------------------------------------
    # DECISION
    # -------------------------------------------------------------------------

    def action_approve(self):
        """Approve: with the last signature, it is executed in the same transaction.

        :return: True
        :raises AccessError: for anyone who may not decide this
        """
        self._check_ids()
        for request in self:
            request.validate_tier()
        return True

    def action_refuse(self, reason=False):
        """Refuse a request; it ends there.

        :param str reason: why, for the author
        :return: True
        :raises AccessError: for anyone who may not decide this
        """
        self._check_ids()
        for request in self:
            request._check_may_decide()
            request.sudo()._lock_involved()
            request.sudo().refusal_reason = reason
            request.reject_tier()
        return True

    def action_open_refusal(self):
        """Ask for the reason of a refusal.

        :return: an action that opens the dialog
        :raises AccessError: for anyone who may not decide this
        """
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse %(record)s", record=self.display_name),
            "res_model": "utility.approval.refusal",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _approval_authors(self):
        """Users who may not approve this: who made it, who asked for it."""
        self.ensure_one()
        request_sudo = self.sudo()
        return (
            request_sudo.create_uid
            | request_sudo.requested_by
            | request_sudo.review_ids.requested_by
        )

    def _find_decision_obstacle(self):
        """Why the caller may not decide this, as one sentence; False if they may."""
        self.ensure_one()
        user = self.env.user
        reviews_sudo = self.sudo().review_ids
        if not user.has_group("utility_consumers.group_billing_manager"):
            return self.env._("Approving and refusing is for Billing Managers.")
        if self.sudo().company_id not in user.company_ids:
            return self.env._("It belongs to a company that you don't work for.")
        if user in self._approval_authors():
            return self.env._(
                "Nobody decides on their own request: another Billing Manager must."
            )
        if user in reviews_sudo.filtered(lambda r: r.status == "approved").done_by:
            return self.env._("You approved it already: the next must be another.")
        open_sudo = reviews_sudo.filtered(lambda r: r.status in ("waiting", "pending"))
        if user not in open_sudo.reviewer_ids:
            return self.env._("You are not among those who may approve it.")
        return False

    def _check_may_decide(self):
        """Raise unless the caller may decide and there is something to decide."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "to_approve":
            raise UserError(
                self.env._(
                    "%(record)s doesn't wait for approval: it is %(state)s.",
                    record=self.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ].lower(),
                )
            )
        if obstacle := self._find_decision_obstacle():
            raise AccessError(obstacle)

    def _validate_tier(self, tiers=False):
        """Override of `base_tier_validation`: the one door of approval."""
        self.ensure_one()
        self._check_may_decide()
        request_sudo = self.sudo()
        request_sudo._lock_involved()
        open_sudo = request_sudo.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        ).sorted("sequence")
        # One signature at a time: the next tier is for somebody else.
        res = super(UtilityApproval, request_sudo)._validate_tier(open_sudo[:1])
        request_sudo.write(
            {"decided_by": self.env.uid, "decided_at": fields.Datetime.now()}
        )
        if request_sudo.validation_status == "validated":
            request_sudo._execute()
        return res

    def _rejected_tier(self, tiers=False):
        """Override of `base_tier_validation`: the one door of refusal."""
        self.ensure_one()
        self._check_may_decide()
        request_sudo = self.sudo()
        request_sudo._lock_involved()
        reviews_sudo = request_sudo.review_ids
        res = super(UtilityApproval, request_sudo)._rejected_tier(reviews_sudo)
        request_sudo.write(
            {
                "state": self._refused_state,
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        return res

    def _check_approved(self):
        """Raise unless everything was approved by others; for what executes.

        :raises AccessError: when an approval is missing or not another's
        """
        for request in self.sudo():
            reviews = request.review_ids
            if not reviews and not request._needs_approval():
                continue
            approvers = reviews.done_by
            sound = (
                reviews
                and all(
                    review.status == "approved" and review.done_by for review in reviews
                )
                and len(approvers) == len(reviews)
                and not approvers & request._approval_authors()
                and all(
                    user.has_group("utility_consumers.group_billing_manager")
                    for user in approvers
                )
            )
            if not sound:
                raise AccessError(
                    self.env._(
                        "%(record)s isn't approved by a Billing Manager other than its"
                        " author: nothing was done.",
                        record=request.display_name,
                    )
                )

    # -------------------------------------------------------------------------
    # TIER VALIDATION
    # -------------------------------------------------------------------------

    def _notify_created_review_body(self):
        """Override of `base_tier_validation`: say what is asked of whom."""
        return self.env._(
            "%(user)s asks for approval of %(record)s.",
            user=self.env.user.name,
            record=self.display_name,
        )

    def _allow_to_remove_reviews(self, values):
        """Override of `base_tier_validation`: approvals stay on record."""
        return False

    def _tier_validation_check_state_on_write(self, vals):
        """Override of `base_tier_validation`: it would sign in the writer's name."""
        if vals.get("state") in self._state_to:
            self.filtered(
                lambda request: request.state in self._state_from
            )._check_approved()

    def _tier_validation_check_write_allowed(self, vals):
        """Override of `base_tier_validation`: ours is stricter, with no context key."""
        self._check_frozen(vals)
