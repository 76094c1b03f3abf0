from odoo import api, fields, models


class PaymentToken(models.Model):
    """A card that is taken away pays nothing any more (PLN-06)."""

    _inherit = "payment.token"

    utility_is_consumer = fields.Boolean(
        compute="_compute_utility_is_consumer",
        search="_search_utility_is_consumer",
        help="It is saved by a contact with a consumer account.",
    )

    @api.depends("partner_id")
    def _compute_utility_is_consumer(self):
        groups = (
            self.env["utility.account"]
            .sudo()
            ._read_group(
                [("commercial_partner_id", "in", self._get_owners().ids)],
                ["commercial_partner_id"],
            )
        )
        consumers = {partner.id for (partner,) in groups}
        for token in self:
            token.utility_is_consumer = token._get_owners().id in consumers

    @api.model
    def _search_utility_is_consumer(self, operator, value):
        if operator != "in":
            return NotImplemented
        consumers = self.env["utility.account"].sudo()._search([])
        return [
            (
                "partner_id.commercial_partner_id",
                "in",
                consumers.subselect("commercial_partner_id"),
            )
        ]

    def _get_owners(self):
        return self.sudo().partner_id.commercial_partner_id

    def _handle_archiving(self):
        """Extend: stop what is paid with these cards."""
        res = super()._handle_archiving()
        self.env["utility.payment.plan"].sudo()._stop_tokens(self)
        return res

    def get_linked_records_info(self):
        """Extend: tell the consumer which plans a card pays, before it is removed."""
        self.check_access("read")
        plans_sudo = (
            self.env["utility.payment.plan"]
            .sudo()
            .search(
                [
                    ("automatic_token_id", "=", self.id),
                    ("automatic_state", "=", "on"),
                    ("state", "in", ("draft", "active")),
                ]
            )
        )
        return super().get_linked_records_info() + [
            {
                "description": self.env._("Payment plan"),
                "id": plan_sudo.id,
                "name": plan_sudo.display_name,
                "url": plan_sudo._get_automatic_url(),
            }
            for plan_sudo in plans_sudo
        ]

    def _is_chargeable_for(self, plan):
        """Whether this card may pay a plan: in use, and its consumer's own.

        :param plan: a payment plan, as superuser
        """
        return bool(
            self
            and self.active
            and self.payment_method_id.active
            and self.provider_id.state != "disabled"
            and self.company_id == plan.company_id
            and self.partner_id.commercial_partner_id
            == plan.utility_account_id.commercial_partner_id
        )
