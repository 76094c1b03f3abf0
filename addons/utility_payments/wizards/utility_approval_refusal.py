from odoo import fields, models
from odoo.exceptions import UserError


class UtilityApprovalRefusal(models.TransientModel):
    """Why a request is refused: the author reads it (ROL-03)."""

    _name = "utility.approval.refusal"
    _description = "Refuse a Request"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(string="Request", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_refuse(self):
        """Refuse the request, with the reason.

        :return: an action that closes the dialog
        :raises AccessError: for anyone who may not decide the request
        """
        self.ensure_one()
        self._find_request().action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _find_request(self):
        """The request that is refused; it must be one that is approved by the door."""
        self.ensure_one()
        if self.res_model not in self.env["utility.approval"]._approval_models():
            raise UserError(self.env._("Only requests for approval can be refused."))
        return self.env[self.res_model].browse(self.res_id)
