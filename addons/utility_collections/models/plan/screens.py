from odoo import api, fields, models


class UtilityPaymentPlan(models.Model):
    """What the screens of a plan show and open beside its own fields."""

    _name = "utility.payment.plan"
    _inherit = ["utility.payment.plan", "utility.search"]

    # The same expression as in the index, so that PostgreSQL uses it.
    _utility_search_columns = ("number",)

    version_ids = fields.Many2many(
        comodel_name="utility.payment.plan",
        string="Versions",
        compute="_compute_version_ids",
    )
    has_versions = fields.Boolean(compute="_compute_version_ids")
    payment_count = fields.Integer(
        string="Payments", compute="_compute_payment_count", compute_sudo=True
    )

    _utility_search_trigram = models.Index(
        "USING gin ((COALESCE(number, '')) gin_trgm_ops)"
    )
    # What is typed or scanned to find a consumer
    _lower_number_idx = models.Index("(lower(number) text_pattern_ops)")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("number", "version", "company_id")
    def _compute_version_ids(self):
        """All versions of the plan, the newest first (PLN-02)."""
        siblings = self.search(
            [
                ("number", "in", self.mapped("number")),
                ("company_id", "in", self.company_id.ids),
            ],
            order="version desc",
        ).grouped(lambda plan: (plan.company_id, plan.number))
        for plan in self:
            plan.version_ids = siblings.get((plan.company_id, plan.number), plan)
            plan.has_versions = len(plan.version_ids) > 1

    def _compute_payment_count(self):
        """Payments that were recorded for installments by name."""
        for plan in self:
            plan.payment_count = len(plan._get_payments())

    def _get_payments(self):
        """The payments of this plan's installments."""
        self.ensure_one()
        return (
            self.env["utility.payment.allocation"]
            .search([("installment_id", "in", self.installment_ids.ids)])
            .payment_id
        )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_details(self):
        """Open the plan.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.payment.plan",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_consumer(self):
        """Open the consumer's 360° page.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.account",
            "res_id": self.utility_account_id.id,
            "views": [(False, "form")],
        }

    def action_view_payments(self):
        """List the payments that were recorded for installments of the plan.

        :return: an action for the web client
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_payments.account_payment_action"
        )
        return action | {
            "name": self.env._("Payments of %(plan)s", plan=self.display_name),
            "domain": [("id", "in", self.sudo()._get_payments().ids)],
            "context": {},
        }

    def action_open_cancel(self):
        """Ask for the reason, then cancel.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw")
            if self.state == "draft"
            else self.env._("Cancel plan"),
            "res_model": "utility.payment.plan.cancel",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }
