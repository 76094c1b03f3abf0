from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityCollectionCaseChange(models.TransientModel):
    """Why, and until when: cases that are paused, closed or moved by hand (COL-04)."""

    _name = "utility.collection.case.change"
    _description = "Change Collections Cases"

    kind = fields.Selection(
        selection=[("pause", "Pause"), ("close", "Close"), ("move", "Move")],
        required=True,
        readonly=True,
    )
    case_ids = fields.Many2many(
        comodel_name="utility.collection.case", string="Cases", readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    reason = fields.Char()
    until = fields.Date(default=lambda self: self._default_until())
    not_before = fields.Date(
        string="Not Again Before",
        default=lambda self: self._default_not_before(),
        help="Empty: as soon as the debt says so.",
    )
    process_id = fields.Many2one(comodel_name="utility.collection.process")

    @api.model
    def _default_until(self):
        return self.env.company._utility_today() + timedelta(days=7)

    @api.model
    def _default_not_before(self):
        return self.env.company._utility_today() + timedelta(days=30)

    @api.depends("case_ids")
    def _compute_company_id(self):
        for change in self:
            change.company_id = change.case_ids[:1].company_id

    def action_apply(self):
        """Do it to the cases.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        if not self.case_ids:
            raise UserError(self.env._("Choose the cases that this is done to."))
        if self.kind == "pause":
            self.case_ids.action_pause(self.until, self.reason)
        elif self.kind == "close":
            self.case_ids.action_close(self.reason, self.not_before)
        else:
            self.case_ids.action_move(self.process_id.id)
        return {"type": "ir.actions.act_window_close"}
