from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .utility_dispute import OPEN_STATES

ACTIVITY_TYPE = "utility_collections.mail_activity_type_dispute"


class UtilityDispute(models.Model):
    """The way of a dispute through its stages, and how long that took (COL-09)."""

    _inherit = "utility.dispute"

    stage_time_ids = fields.One2many(
        comodel_name="utility.dispute.stage.time",
        inverse_name="dispute_id",
        string="Time in Stages",
        readonly=True,
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    days_open = fields.Float(
        compute="_compute_days_open",
        digits=(16, 1),
        help="From its opening until it was closed, or now.",
    )

    @api.depends("create_date", "closed_at")
    def _compute_days_open(self):
        now = fields.Datetime.now()
        for dispute in self:
            start = dispute.create_date or now
            end = dispute.closed_at or now
            dispute.days_open = max((end - start).total_seconds(), 0) / 86400

    @api.model
    def _get_new_action(self, **defaults):
        """The form of a new dispute."""
        self._check_author()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Dispute"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "current",
            "context": defaults,
        }

    def _get_view_action(self):
        """The one dispute, or the list of these."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_dispute_action"
        )
        if len(self) == 1:
            return action | {"views": [(False, "form")], "res_id": self.id}
        return action | {"domain": [("id", "in", self.ids)], "context": {}}

    # -------------------------------------------------------------------------
    # DOORS
    # -------------------------------------------------------------------------

    def _move_to(self, state):
        """Move open disputes to another open stage, for a caller who was checked."""
        states = dict(self._fields["state"]._description_selection(self.env))
        if state not in OPEN_STATES:
            raise (UserError if state in states else ValidationError)(
                self.env._(
                    "A dispute is closed by its buttons Resolve and Withdraw: it"
                    " says then how it was settled."
                )
            )
        disputes_sudo = self.sudo()
        disputes_sudo._lock()
        for dispute_sudo in disputes_sudo:
            if dispute_sudo.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Dispute %(number)s is closed: a Billing Manager may reopen"
                        " it.",
                        number=dispute_sudo.number,
                    )
                )
        moved = disputes_sudo.filtered(lambda dispute: dispute.state != state)
        moved.write({"state": state})
        moved._enter()

    def action_withdraw(self):
        """Close open disputes whose consumers don't insist; the debt is due again.

        :return: True
        :raises UserError: for a dispute that is closed
        """
        self.check_access("write")
        self._check_author()
        disputes_sudo = self.sudo()
        disputes_sudo._lock()
        disputes_sudo._check_open()
        disputes_sudo._close("cancelled", self.env._("Withdrawn."))
        return True

    def action_reopen(self):
        """Take up closed disputes again: what is still owed is on hold anew.

        :return: True
        :raises AccessError: for anyone below Billing Manager
        :raises UserError: for a dispute that is open, or of which nothing is left
        """
        self.check_access("write")
        self._check_role(
            "billing_manager",
            self.env._("A closed dispute is reopened by a Billing Manager: ask one."),
        )
        disputes_sudo = self.sudo()
        disputes_sudo._lock()
        for dispute_sudo in disputes_sudo:
            if dispute_sudo.state in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Dispute %(number)s is open already.",
                        number=dispute_sudo.number,
                    )
                )
            most = dispute_sudo._get_most()
            payment_sudo = dispute_sudo.payment_id
            if most <= 0 or (payment_sudo and not payment_sudo._is_adjustable()):
                raise UserError(
                    self.env._(
                        "Nothing is left to dispute of %(document)s: open a dispute of"
                        " the payment that counts now.",
                        document=dispute_sudo.subject_name,
                    )
                )
            # What was paid since isn't owed any more.
            dispute_sudo.amount = min(dispute_sudo.amount, float(most))
        disputes_sudo.write(
            {
                "state": "investigation",
                "closed_at": False,
                "resolution": False,
                "resolved_by": False,
                "credit_note_id": False,
                "adjustment_id": False,
                "correction_move_id": False,
                "remark": False,
            }
        )
        disputes_sudo._enter()
        disputes_sudo._log("dispute_reopened")
        disputes_sudo._plan_activity()
        disputes_sudo.utility_account_id._debt_changed()
        return True

    def _check_open(self):
        for dispute in self:
            if dispute.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Dispute %(number)s is closed already.", number=dispute.number
                    )
                )

    # -------------------------------------------------------------------------
    # STEPS: superuser, accounts locked
    # -------------------------------------------------------------------------

    def _open(self):
        """Let everything know of new disputes."""
        self._log("dispute_opened")
        self._plan_activity()
        for dispute in self:
            self.env["utility.usage.event"]._log(
                "collection_action", company=dispute.company_id
            )
        self._notify("opened")
        self.utility_account_id._debt_changed()

    def _close(self, state, note, **values):
        """Close disputes: what they held may be collected again."""
        self.write({"state": state, "closed_at": fields.Datetime.now(), **values})
        self._enter()
        self._log("dispute_resolved", note)
        for dispute in self:
            self.env["utility.usage.event"]._log(
                "inquiry_resolved",
                company=dispute.company_id,
                inquiry_category="payment" if dispute.payment_id else "bill",
                duration=(dispute.closed_at - dispute.create_date).total_seconds(),
            )
        self._find_activities().action_feedback(feedback=note)
        if state == "resolved":
            self._notify("resolved")
        self.utility_account_id._debt_changed()

    def _enter(self):
        """These disputes are in another stage from now on."""
        Time = self.env["utility.dispute.stage.time"]
        Time.search([("dispute_id", "in", self.ids), ("left_at", "=", False)])._leave()
        now = fields.Datetime.now()
        Time.create(
            [
                {
                    "dispute_id": dispute.id,
                    "state": dispute.state,
                    "entered_at": now,
                    "entered_by": self.env.uid,
                }
                for dispute in self
            ]
        )

    def _log(self, kind, note=False):
        """Write to the timeline of collections."""
        self.company_id._figures_changed()
        self.env["utility.collection.event"]._log(
            kind,
            self,
            notes={
                dispute.id: " ".join(
                    filter(None, [dispute.number, dispute.category_id.name, note])
                )
                for dispute in self
            },
            amounts={dispute.id: dispute.amount for dispute in self},
        )

    def _plan_activity(self):
        """The owner has one activity, on the day by which it is to be settled."""
        type_id = self.env.ref(ACTIVITY_TYPE).id
        by_dispute = self._find_activities().grouped("res_id")
        vals_list = []
        for dispute in self:
            values = {
                "user_id": dispute.user_id.id,
                "date_deadline": dispute.date_deadline
                or dispute.company_id._utility_today(),
            }
            if activity := by_dispute.get(dispute.id):
                activity[:1].write(values)
            elif dispute.user_id:
                vals_list.append(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": dispute.id,
                        "activity_type_id": type_id,
                        "summary": self.env._(
                            "Settle %(number)s: %(category)s",
                            number=dispute.number,
                            category=dispute.category_id.name,
                        ),
                        "automated": True,
                        **values,
                    }
                )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    def _find_activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                ("automated", "=", True),
            ]
        )
