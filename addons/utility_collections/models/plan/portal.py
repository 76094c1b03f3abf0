from odoo import api, models


class UtilityPaymentPlan(models.Model):
    """Plans that consumers see online, and sign there (PLN-01, ONL-01)."""

    _inherit = "utility.payment.plan"

    def _compute_access_url(self):
        """Override of `portal`: the page of one plan."""
        res = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/payment-plans/{plan.id}"
        return res

    @api.model
    def _portal_domain(self, partner):
        """The plans that a contact sees online; the record rule says the same."""
        return [
            (
                "utility_account_id.commercial_partner_id",
                "=",
                partner.commercial_partner_id.id,
            ),
            "|",
            ("activated_on", "!=", False),
            ("offered_on", "!=", False),
        ]

    def _can_sign_online(self):
        """Whether the consumer was asked to sign this plan, and has not."""
        self.ensure_one()
        return bool(
            self.offered_on and not self.signature and self.state in ("draft", "active")
        )

    def _sign_online(self, name, image, user):
        """Sign for the consumer, and activate the plan where all else allows it.

        The page showed these terms: the caller compared their digest; superuser.

        :param user: who is logged in, or the public user with a link
        """
        self.ensure_one()
        self._sign(name, image, self._terms_digest())
        self._activate_when_signed()
        self._keep_signed_agreement(
            self.env._(
                "%(name)s, online (%(login)s)",
                name=self.signed_by,
                login=self.env._("by link") if user._is_public() else user.name,
            )
        )
