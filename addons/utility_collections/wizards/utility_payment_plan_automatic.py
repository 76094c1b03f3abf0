from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date


class UtilityPaymentPlanAutomatic(models.TransientModel):
    """The consumer agrees, at the counter or by phone, that a card pays (PLN-06)."""

    _name = "utility.payment.plan.automatic"
    _description = "Agree on Automatic Payment"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", required=True, readonly=True
    )
    # Read with the caller's rights: another's plan shows nothing here either.
    company_id = fields.Many2one(related="plan_id.company_id", related_sudo=False)
    consumer_name = fields.Char(related="plan_id.consumer_name", related_sudo=False)
    commercial_partner_id = fields.Many2one(
        related="plan_id.utility_account_id.commercial_partner_id", related_sudo=False
    )
    token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Card",
        domain="[('partner_id', 'child_of', commercial_partner_id),"
        " ('company_id', '=', company_id)]",
    )
    has_card = fields.Boolean(compute="_compute_has_card")
    agreed_by = fields.Char(
        compute="_compute_agreed_by",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    mode = fields.Selection(
        selection=[
            ("counter", "At the counter"),
            ("phone", "By phone"),
            ("field", "At the door"),
        ],
        string="How",
        required=True,
        default="counter",
    )
    words = fields.Text(string="Read to the Consumer", compute="_compute_words")
    schedule = fields.Text(string="Charges", compute="_compute_words")
    has_agreed = fields.Boolean(string="The consumer agrees to this")

    @api.depends("plan_id")
    def _compute_has_card(self):
        for wizard in self:
            wizard.has_card = bool(wizard._get_cards())

    def _get_cards(self):
        """The saved cards that can pay the plan."""
        self.plan_id.check_access("read")
        plan_sudo = self.plan_id.sudo()
        tokens_sudo = (
            self.env["payment.token"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", self.commercial_partner_id.id),
                    ("company_id", "=", plan_sudo.company_id.id),
                ]
            )
        )
        return tokens_sudo.filtered(lambda token: token._is_chargeable_for(plan_sudo))

    @api.depends("plan_id")
    def _compute_agreed_by(self):
        for wizard in self:
            wizard.agreed_by = wizard.plan_id.consumer_name

    @api.depends("plan_id")
    def _compute_words(self):
        for wizard in self:
            wizard.plan_id.check_access("read")
            wizard.words = wizard.schedule = False
            if not wizard.plan_id:
                continue
            plan_sudo = wizard.plan_id.sudo()
            lang = plan_sudo.utility_account_id.partner_id.lang or self.env.lang
            plan_sudo = plan_sudo.with_context(lang=lang)
            wizard.words = plan_sudo._get_agreement_text()
            money = partial(
                format_amount, plan_sudo.env, currency=plan_sudo.currency_id
            )
            wizard.schedule = "\n".join(
                f"{format_date(plan_sudo.env, day)}  {money(amount)}"
                for day, amount in plan_sudo._get_announcements()
            )

    @api.model
    def default_get(self, fields):
        """Extend: choose the card where there is only one."""
        values = super().default_get(fields)
        if values.get("plan_id"):
            cards = self.new({"plan_id": values["plan_id"]})._get_cards()
            if len(cards) == 1:
                values["token_id"] = cards.id
        return values

    def action_start(self):
        """Write the agreement down.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        if not self.has_agreed:
            raise ValidationError(
                self.env._(
                    "Read the agreement to the consumer, and tick that they agree to"
                    " it."
                )
            )
        self.plan_id.action_start_automatic(self.token_id.id, self.agreed_by, self.mode)
        return {"type": "ir.actions.act_window_close"}
