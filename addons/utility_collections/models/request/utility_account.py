from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityAccount(models.Model):
    """The service requests of an account (COL-02, COL-05)."""

    _inherit = "utility.account"

    service_request_ids = fields.One2many(
        comodel_name="utility.service.request",
        inverse_name="utility_account_id",
        string="Service Requests",
        readonly=True,
    )
    open_request_count = fields.Integer(
        string="Open Requests", compute="_compute_open_request_count"
    )

    @api.depends("service_request_ids.state")
    def _compute_open_request_count(self):
        counts = dict(
            self.env["utility.service.request"]._read_group(
                [
                    ("utility_account_id", "in", self.ids),
                    ("state", "not in", ("done", "cancelled")),
                ],
                ["utility_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.open_request_count = counts.get(account._origin, 0)

    def action_new_request(self, type_code=False):
        """Ask what is to be done for the account, by whom and by when (COL-05).

        :param str type_code: of `utility.service.request.type`, to have it chosen; also
            `utility_request_type` of the context
        :return: a window action: the dialog of a new request
        :raises UserError: for a type that doesn't exist
        """
        self.ensure_one()
        self.check_access("read")
        self.env["utility.service.request"].check_access("create")
        context = {"default_utility_account_id": self.id}
        code = type_code or self.env.context.get("utility_request_type")
        if code:
            request_type = self.env["utility.service.request.type"]._find(code)
            if not request_type:
                raise UserError(
                    self.env._(
                        "There is no type of service request with the code “%(code)s”.",
                        code=code,
                    )
                )
            context["default_type_id"] = request_type.id
        view = self.env.ref("utility_collections.utility_service_request_view_new")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New request"),
            "res_model": "utility.service.request",
            "views": [(view.id, "form")],
            "target": "new",
            "context": context,
        }

    def action_open_requests(self):
        """Show the service requests of these accounts.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_service_request_action"
        )
        return action | {
            "domain": [("utility_account_id", "in", self.ids)],
            "context": {"default_utility_account_id": self[:1].id},
            "path": False,
        }
