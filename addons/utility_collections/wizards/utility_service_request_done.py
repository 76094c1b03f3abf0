from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityServiceRequestDone(models.TransientModel):
    """What came of a request, and what comes next (COL-05)."""

    _name = "utility.service.request.done"
    _description = "Close a Service Request"

    request_id = fields.Many2one(
        comodel_name="utility.service.request", required=True, readonly=True
    )
    is_cancel = fields.Boolean(readonly=True)
    open_step_count = fields.Integer(compute="_compute_open_step_count")
    outcome = fields.Selection(
        selection=lambda self: (
            self.env["utility.service.request"]
            ._fields["outcome"]
            ._description_selection(self.env)
        )
    )
    contact_mode = fields.Selection(
        selection=lambda self: (
            self.env["utility.service.request"]
            ._fields["contact_mode"]
            ._description_selection(self.env)
        ),
        string="Contact Made",
    )
    note = fields.Char(string="Remark")
    follow_up_type_id = fields.Many2one(
        comodel_name="utility.service.request.type", string="Follow-up"
    )
    follow_up_date = fields.Date(
        compute="_compute_follow_up_date", store=True, readonly=False
    )

    @api.depends("request_id")
    def _compute_open_step_count(self):
        for dialog in self:
            # With the caller's rights: another's request shows nothing here either.
            steps = dialog.request_id.step_ids
            dialog.open_step_count = len(steps.filtered(lambda step: not step.done_at))

    @api.depends("follow_up_type_id")
    def _compute_follow_up_date(self):
        for dialog in self:
            company = dialog.request_id.company_id or self.env.company
            today = company._utility_today()
            dialog.follow_up_date = dialog.follow_up_type_id and fields.Date.add(
                today, days=dialog.follow_up_type_id.days
            )

    def action_done(self):
        """Close the request with its outcome, and open its follow-up.

        :return: an action that closes the dialog
        :raises UserError: without an outcome
        """
        self.ensure_one()
        request = self.request_id
        # A remark is said before the request is closed, so is what follows.
        if self.follow_up_type_id and not request.has_access("create"):
            raise UserError(
                self.env._(
                    "Follow-ups are opened at the counter: say so in the remark."
                )
            )
        request.action_done(self.outcome, self.note, self.contact_mode)
        if self.follow_up_type_id:
            request.create(
                {
                    "utility_account_id": request.utility_account_id.id,
                    "type_id": self.follow_up_type_id.id,
                    "date_deadline": self.follow_up_date,
                    "previous_id": request.id,
                    "note": self.note,
                }
            )
        return {"type": "ir.actions.act_window_close"}

    def action_cancel(self):
        """Close the request as not needed any more.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.request_id.action_cancel(self.note)
        return {"type": "ir.actions.act_window_close"}
