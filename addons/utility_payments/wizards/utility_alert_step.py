from datetime import timedelta

from odoo import Command, api, fields, models


class UtilityAlertStep(models.TransientModel):
    """The dialog of what is done about alerts, one or many (KPI-08)."""

    _name = "utility.alert.step"
    _description = "Step of an Alert"

    step = fields.Selection(
        selection=[("snooze", "Snooze"), ("assign", "Assign"), ("resolve", "Resolve")],
        required=True,
        readonly=True,
        default="resolve",
    )
    alert_ids = fields.Many2many(comodel_name="utility.alert", readonly=True)
    alert_count = fields.Integer(compute="_compute_alert_count")
    until = fields.Date(
        default=lambda self: self.env.company._utility_today() + timedelta(days=3)
    )
    user_id = fields.Many2one(
        comodel_name="res.users", domain="[('id', 'in', selectable_user_ids)]"
    )
    selectable_user_ids = fields.Many2many(
        comodel_name="res.users", compute="_compute_selectable_user_ids"
    )
    note = fields.Text()

    @api.depends("alert_ids")
    def _compute_alert_count(self):
        for step in self:
            step.alert_count = len(step.alert_ids)

    @api.depends("alert_ids")
    def _compute_selectable_user_ids(self):
        staff_sudo = self.env.ref("utility_consumers.group_customer_executive").sudo()
        for step in self:
            companies = step.alert_ids.company_id
            users = staff_sudo.all_user_ids.filtered(
                lambda user, companies=companies: (
                    user.active and not user.share and companies <= user.company_ids
                )
            )
            step.selectable_user_ids = [Command.set(users.ids)]

    def action_apply(self):
        """Do the step on all its alerts.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        if self.step == "snooze":
            self.alert_ids._snooze(self.until)
        elif self.step == "assign":
            self.alert_ids._assign(self.user_id)
        else:
            self.alert_ids._resolve(self.note)
        return {"type": "ir.actions.act_window_close"}
