from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal import PLAN


class AutomaticPaymentController(http.Controller):
    """The consumer agrees to automatic payment, or stops it, on the portal (PLN-06)."""

    @http.route(
        f"{PLAN}/automatic",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def automatic_payment(self, plan_id, error=None, **kwargs):
        """Show what the consumer may agree to, or has agreed to."""
        plan_sudo = self._get_own_plan(plan_id)
        return request.render(
            "utility_collections.portal_automatic",
            {
                "plan": plan_sudo,
                "cards": self._get_own_cards(plan_sudo),
                "error": error,
                "page_name": "payment_plan_automatic",
                "get_card_label": plan_sudo._get_card_label,
            },
        )

    @http.route(
        f"{PLAN}/automatic/start",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def start_automatic_payment(self, plan_id, token_id="", agreed=None, **kwargs):
        """Take down the agreement of the consumer who is logged in."""
        plan_sudo = self._get_own_plan(plan_id)
        token_sudo = self._get_own_cards(plan_sudo).filtered(
            lambda token: str(token.id) == token_id
        )
        if not agreed or not token_sudo:
            return self.automatic_payment(
                plan_id,
                error=request.env._("Choose a card, and tick that you agree."),
            )
        try:
            plan_sudo._start_automatic(
                token_sudo, request.env.user.partner_id.name, "portal"
            )
        except UserError as error:
            return self.automatic_payment(plan_id, error=str(error))
        return request.redirect(plan_sudo._get_automatic_url())

    @http.route(
        f"{PLAN}/automatic/stop",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def stop_automatic_payment(self, plan_id, **kwargs):
        """The consumer wants no card to be charged any more."""
        plan_sudo = self._get_own_plan(plan_id)
        plan_sudo._lock_plans()._stop_automatic(
            "consumer", request.env.user.partner_id.name
        )
        return request.redirect(plan_sudo._get_automatic_url())

    def _get_own_plan(self, plan_id):
        """The consumer's own plan as superuser; others look as if they didn't exist."""
        Plan_sudo = request.env["utility.payment.plan"].sudo()
        own = Plan_sudo._portal_domain(request.env.user.partner_id)
        plan_sudo = Plan_sudo.search([("id", "=", plan_id), *own])
        if not plan_sudo:
            raise NotFound
        return plan_sudo

    def _get_own_cards(self, plan_sudo):
        """The cards that the consumer saved under their own name."""
        tokens_sudo = (
            request.env["payment.token"]
            .sudo()
            .search([("partner_id", "=", request.env.user.partner_id.id)])
        )
        return tokens_sudo.filtered(lambda token: token._is_chargeable_for(plan_sudo))
