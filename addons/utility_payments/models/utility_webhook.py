import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
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
        wanted = [
            webhook_id
            for webhook_id, company_id in self._ids_by_event()[event]
            if company_id in companies.ids
        ]
        return self.sudo().browse(wanted).exists()

    @api.model
    @tools.ormcache()
    def _ids_by_event(self):
        """Ids of the active webhooks, with those of their companies, by event.

        Kept in memory: every payment asks, and most utilities have few or none.
        """
        webhooks = self.sudo().search([("active", "=", True)])
        return {
            event: tuple(
                (webhook.id, webhook.company_id.id)
                for webhook in webhooks
                if webhook[f"on_{event}"]
            )
            for event in EVENTS
        }

    @api.model_create_multi
    def create(self, vals_list):
        webhooks = super().create(vals_list)
        self.env.registry.clear_cache()
        return webhooks

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
