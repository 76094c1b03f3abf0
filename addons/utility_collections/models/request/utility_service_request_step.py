from odoo import api, fields, models
from odoo.exceptions import UserError

from .utility_service_request_procedure import KINDS


class UtilityServiceRequestStep(models.Model):
    """A step of the procedure of one request: who did it, and when (COL-05).

    Copied from the type when the request is opened: a change of the procedure changes
    no request. Users tick steps through its methods and never write them.
    """

    _name = "utility.service.request.step"
    _description = "Service Request Step"
    _inherit = ["utility.inserting"]
    _order = "request_id, sequence, id"

    request_id = fields.Many2one(
        comodel_name="utility.service.request",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, precompute=True
    )
    request_state = fields.Selection(related="request_id.state", string="Request State")
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="What to Do", required=True, readonly=True)
    kind = fields.Selection(
        selection=KINDS, required=True, default="manual", readonly=True
    )
    is_done = fields.Boolean(string="Done", compute="_compute_is_done")
    done_at = fields.Datetime(string="Done On", readonly=True)
    done_by = fields.Many2one(comodel_name="res.users", readonly=True)

    @api.depends("done_at")
    def _compute_is_done(self):
        for step in self:
            step.is_done = bool(step.done_at)

    def action_toggle(self):
        """Tick steps that are done by hand, or take the tick back.

        :return: True
        :raises UserError: for a step with a button of its own, or of a closed request
        """
        self._check_workable()
        for step in self:
            if step.kind != "manual":
                raise UserError(
                    self.env._(
                        "“%(step)s” is ticked when it happens: use its button.",
                        step=step.name,
                    )
                )
        done = self.filtered("done_at")
        (self - done)._tick()
        done.sudo().write({"done_at": False, "done_by": False})
        return True

    def action_work(self):
        """Do what the step asks for: send, confirm, print, or tick it.

        :return: an action, or True
        """
        self.ensure_one()
        self._check_workable()
        if self.kind == "manual":
            return self.action_toggle()
        return getattr(self.request_id, self._get_methods()[self.kind])()

    @api.model
    def _get_methods(self):
        """The method of the request that does a step of a kind."""
        return {
            "email": "action_send_bills",
            "verify": "action_verify_contact",
            "letter": "action_print_letter",
        }

    def _check_workable(self):
        """Raise unless the caller works on the requests of these steps."""
        self.check_access("read")
        self.request_id._check_open()

    def _tick(self):
        """Note who did these steps, now; work on a new request has begun."""
        requests_sudo = self.request_id.sudo()
        self.sudo().write({"done_at": fields.Datetime.now(), "done_by": self.env.uid})
        requests_sudo.filtered(lambda request: request.state == "new").write(
            {"state": "in_progress"}
        )
