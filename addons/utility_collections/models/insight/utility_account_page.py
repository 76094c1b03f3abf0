from odoo import api, fields, models
from odoo.exceptions import AccessError

# How many of each the page shows, the newest first
_EVENTS = 30
_RECORDS = 8
_LISTS = {
    "page_promise_ids": "utility.payment.promise",
    "page_request_ids": "utility.service.request",
    "page_dispute_ids": "utility.dispute",
    "page_notice_ids": "utility.collection.notice",
    "page_order_ids": "utility.disconnection.order",
}


class UtilityAccount(models.Model):
    """The page Collections of a consumer: what was done about debt (CON-06)."""

    _inherit = "utility.account"

    collection_ladder = fields.Json(
        compute="_compute_collection_ladder",
        help="The steps of the case that the account is in, and how far it is.",
    )
    page_event_ids = fields.One2many(
        comodel_name="utility.collection.event",
        inverse_name="utility_account_id",
        string="Collections Timeline",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    page_promise_ids = fields.Many2many(
        comodel_name="utility.payment.promise",
        string="Latest Promises",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    page_request_ids = fields.Many2many(
        comodel_name="utility.service.request",
        string="Latest Requests",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    page_dispute_ids = fields.Many2many(
        comodel_name="utility.dispute",
        string="Latest Disputes",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    page_notice_ids = fields.Many2many(
        comodel_name="utility.collection.notice",
        string="Latest Notices",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    page_order_ids = fields.Many2many(
        comodel_name="utility.disconnection.order",
        string="Latest Orders",
        compute="_compute_collections_page",
        compute_sudo=True,
    )
    has_collections = fields.Boolean(
        compute="_compute_collections_page", compute_sudo=True
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("case_ids.state", "case_ids.step_id", "case_ids.next_step_id")
    @api.depends_context("lang")
    def _compute_collection_ladder(self):
        """Each step as taken, next or to come; False without a case."""
        cases = self._origin._map_open_cases()
        for account in self:
            case_sudo = cases.get(account._origin.id)
            account.collection_ladder = bool(case_sudo) and {
                "case": account._origin._get_case_facts(),
                "steps": account._origin._get_ladder_steps(case_sudo),
            }

    def _get_ladder_steps(self, case_sudo):
        """The steps of a case in the order of their days."""
        steps = case_sudo.process_id.step_ids.sorted(
            lambda step: (step.days_overdue, step.sequence, step.id)
        )
        taken = steps.ids.index(case_sudo.step_id.id) if case_sudo.step_id else -1
        return [
            {
                "id": step.id,
                "name": step.name,
                "days": step.days_overdue,
                "state": "taken"
                if position <= taken
                else "next"
                if step == case_sudo.next_step_id
                else "later",
            }
            for position, step in enumerate(steps)
        ]

    def _compute_collections_page(self):
        """What is there, as far as the caller may read it.

        Superuser, because not even an empty list may be set of what isn't readable.
        """
        env = self.sudo(False).env
        Event = env["utility.collection.event"]
        for account in self:
            mine = [("utility_account_id", "=", account._origin.id)]
            account.page_event_ids = Event.has_access("read") and Event.search(
                mine, order="happened_at desc, id desc", limit=_EVENTS
            )
            for name, model in _LISTS.items():
                Model = env[model]
                account[name] = Model.has_access("read") and Model.search(
                    mine, order="id desc", limit=_RECORDS
                )
            account.has_collections = bool(
                account.page_event_ids or any(account[name] for name in _LISTS)
            )

    # -------------------------------------------------------------------------
    # WHO LOOKS AFTER IT
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("recovery_user_id") for vals in vals_list):
            self._check_recovery_assigner()
        return super().create(vals_list)

    def write(self, vals):
        if "recovery_user_id" in vals:
            self._check_recovery_assigner()
        return super().write(vals)

    @api.model
    def _check_recovery_assigner(self):
        """COL-04: who is responsible for debt is decided by those who recover it."""
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_recovery_executive"
        ):
            raise AccessError(
                self.env._(
                    "Who looks after an account in collections is decided by Recovery"
                    " Executives: ask one to take it over."
                )
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_debt(self):
        """Open the debt summary beside the page that is shown, as from a list.

        :return: a client action
        """
        account = self._check_debt_viewer()
        return {
            "type": "ir.actions.client",
            "tag": "utility_debt_summary",
            "params": {"account_id": account.id},
        }
