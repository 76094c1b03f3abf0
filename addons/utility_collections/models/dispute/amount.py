from decimal import Decimal

from odoo import api, models
from odoo.exceptions import ValidationError

from .utility_dispute import OPEN_STATES

ZERO = Decimal(0)


class UtilityDispute(models.Model):
    """How much may be disputed: what is open, or was paid, and isn't disputed yet."""

    _inherit = "utility.dispute"

    @api.depends("move_id", "payment_id")
    def _compute_amount(self):
        """All that is possible, unless somebody said less."""
        for dispute in self:
            dispute.amount = float(max(dispute._get_most(), ZERO))

    @api.depends("move_id", "payment_id", "amount")
    def _compute_most_amount(self):
        for dispute in self:
            dispute.most_amount = float(max(dispute._get_most(), ZERO))

    def _get_subject_amount(self):
        """What is open of the bill, or what the payment is worth.

        :rtype: decimal.Decimal
        """
        self.ensure_one()
        dispute_sudo = self.sudo()
        if dispute_sudo.move_id:
            return self._exact(dispute_sudo.move_id._utility_residual())
        payment_sudo = dispute_sudo.payment_id
        return self._exact(payment_sudo.amount_company_currency_signed)

    def _get_most(self):
        """The most that this dispute may be about, other open ones taken off."""
        self.ensure_one()
        if not (self.move_id or self.payment_id):
            return ZERO
        others = self._get_others()
        taken = sum((self._exact(other.amount) for other in others), ZERO)
        return self._get_subject_amount() - taken

    def _get_others(self):
        """Other open disputes of the same bill or payment."""
        self.ensure_one()
        return self.sudo().search(
            [
                ("move_id", "=", self.move_id.id),
                ("payment_id", "=", self.payment_id.id),
                ("state", "in", OPEN_STATES),
                ("id", "not in", self._origin.ids),
            ]
        )

    def _check_amounts(self):
        """Raise for an amount that isn't above zero, or above what is possible.

        :raises ValidationError: naming the most that is possible
        """
        for dispute in self:
            most = max(dispute._get_most(), ZERO)
            values = {
                "amount": dispute.currency_id.format(dispute.amount),
                "most": dispute.currency_id.format(float(most)),
                "document": dispute.subject_name,
            }
            if not most:
                raise ValidationError(
                    self.env._("All of %(document)s is disputed already.", **values)
                )
            if dispute._exact(dispute.amount) <= 0:
                raise ValidationError(
                    self.env._(
                        "A dispute needs an amount above zero: at most %(most)s of"
                        " %(document)s is possible.",
                        **values,
                    )
                )
            if dispute._exact(dispute.amount) > most:
                raise ValidationError(
                    self.env._(
                        "%(amount)s is too much: at most %(most)s of %(document)s can"
                        " be disputed.",
                        **values,
                    )
                )
