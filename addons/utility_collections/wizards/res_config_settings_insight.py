from odoo import api, fields, models

VIEWERS = "utility_collections.group_view_account_debt"
# Who is above a role in this order has what the role has.
ROLES = (
    "group_view_account_debt_customer",
    "group_view_account_debt_recovery",
    "group_view_account_debt_manager",
)


class ResConfigSettings(models.TransientModel):
    """For which roles the user action View Account Debt is enabled (COL-03)."""

    _inherit = "res.config.settings"

    group_view_account_debt_customer = fields.Boolean(
        string="Customer Executives",
        group="utility_consumers.group_customer_executive",
        implied_group=VIEWERS,
    )
    group_view_account_debt_recovery = fields.Boolean(
        string="Recovery Executives",
        group="utility_consumers.group_recovery_executive",
        implied_group=VIEWERS,
    )
    group_view_account_debt_manager = fields.Boolean(
        string="Billing Managers",
        group="utility_consumers.group_billing_manager",
        implied_group=VIEWERS,
    )
    group_view_account_debt_collector = fields.Boolean(
        string="Field Collectors",
        group="utility_consumers.group_field_collector",
        implied_group=VIEWERS,
        help="On the accounts assigned to them.",
    )

    @api.onchange("group_view_account_debt_customer")
    def _onchange_view_account_debt_customer(self):
        if self.group_view_account_debt_customer:
            self.group_view_account_debt_recovery = True

    @api.onchange("group_view_account_debt_recovery")
    def _onchange_view_account_debt_recovery(self):
        if self.group_view_account_debt_recovery:
            self.group_view_account_debt_manager = True
        else:
            self.group_view_account_debt_customer = False

    @api.onchange("group_view_account_debt_manager")
    def _onchange_view_account_debt_manager(self):
        if not self.group_view_account_debt_manager:
            self.group_view_account_debt_recovery = False

    def set_values(self):
        """Extend: what is taken from a role stays with the roles below that have it."""
        res = super().set_values()
        viewers = self.env.ref(VIEWERS).sudo()
        for name in ROLES:
            if self[name]:
                self.env.ref(self._fields[name].group).sudo()._apply_group(viewers)
        return res
