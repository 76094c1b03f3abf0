import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

EVENTS = ("posted", "failed", "returned")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class UtilityWebhook(models.Model):
    """Another program that wants to hear of payments (CFG-03)."""

    _name = "utility.webhook"
    _description = "Webhook"
    _order = "name, id"

    name = fields.Char(required=True)
    url = fields.Char(
        string="Address", required=True, help="Receives a POST for each event."
    )
    secret = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self._default_secret(),
        groups="utility_consumers.group_billing_manager",
        help="Signs each message; the receiver checks the signature with it.",
    )
    on_posted = fields.Boolean(string="Payment posted", default=True)
    on_failed = fields.Boolean(string="Payment failed", default=True)
    on_returned = fields.Boolean(string="Payment returned", default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    delivery_ids = fields.One2many(
        comodel_name="utility.webhook.delivery", inverse_name="webhook_id"
    )

    @api.model
    def _default_secret(self):
        return f"whsec_{secrets.token_urlsafe(32)}"

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            parts = urlsplit(webhook.url or "")
            if parts.hostname and (
                parts.scheme == "https"
                or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
            ):
                continue
            raise ValidationError(
                self.env._(
                    "%(url)s can't receive webhooks: give an address that begins with"
                    " https://.",
                    url=webhook.url,
                )
            )

    def action_send_test(self):
        """Queue a message without a payment, to try the receiver.

        :return: True
        """
        self.check_access("write")
        self.env["utility.webhook.delivery"].sudo()._queue(
            [(webhook, "ping", False, {}) for webhook in self]
        )
        return True

    @api.model
    def _find_for_event(self, event, companies):
        """The webhooks of companies that want an event, superuser records.

        :param str event: posted, failed or returned
        """
        return self.sudo().search(
            [("company_id", "in", companies.ids), (f"on_{event}", "=", True)]
        )
