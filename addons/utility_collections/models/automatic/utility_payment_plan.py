from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..plan.utility_payment_plan_installment import UNPAID
from ..reader import read_text

# Why automatic payment ended of itself, which somebody should look into.
ALARMING = ("failed", "card", "returned", "report")


class UtilityPaymentPlan(models.Model):
    """What the consumer agreed to: this card pays these installments (PLN-06).

    The agreement belongs to one version of a plan: with other terms it is asked anew.
    """

    _inherit = "utility.payment.plan"

    automatic_state = fields.Selection(
        selection=[("on", "On"), ("stopped", "Stopped")],
        string="Automatic Payment",
        readonly=True,
        copy=False,
        help="Empty: the consumer wasn't asked, or didn't agree.",
    )
    automatic_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Saved Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    automatic_card = fields.Char(string="Card", compute="_compute_automatic_card")
    automatic_agreed_at = fields.Datetime(string="Agreed", readonly=True, copy=False)
    automatic_agreed_on = fields.Date(
        string="Day of Agreement",
        readonly=True,
        copy=False,
        help="Where the company is. Charges of the days right after it were told in the"
        " agreement itself.",
    )
    automatic_agreed_by = fields.Char(
        string="Agreed By", readonly=True, copy=False, help="The consumer's name."
    )
    automatic_agreed_mode = fields.Selection(
        selection=[
            ("counter", "At the counter"),
            ("phone", "By phone"),
            ("field", "At the door"),
            ("portal", "Online"),
        ],
        string="Agreed How",
        readonly=True,
        copy=False,
    )
    automatic_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken Down By",
        readonly=True,
        copy=False,
        help="The user who was logged in.",
    )
    automatic_stopped_at = fields.Datetime(string="Stopped", readonly=True, copy=False)
    automatic_stop_kind = fields.Selection(
        selection=[
            ("consumer", "By the consumer"),
            ("staff", "By staff"),
            ("failed", "The card was declined"),
            ("card", "The card was removed"),
            ("returned", "A payment was taken back"),
            ("report", "The gateway reported another amount"),
            ("plan", "The plan ended"),
        ],
        string="Why Stopped",
        readonly=True,
        copy=False,
    )
    automatic_stop_reason = fields.Char(string="In Words", readonly=True, copy=False)
    charge_ids = fields.One2many(
        comodel_name="payment.transaction",
        inverse_name="utility_plan_id",
        string="Charges",
        readonly=True,
    )
    next_charge_date = fields.Date(compute="_compute_next_charge")
    next_charge_amount = fields.Monetary(
        string="Next Charge", compute="_compute_next_charge"
    )

    _automatic_idx = models.Index("(company_id) WHERE automatic_state = 'on'")

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("automatic_token_id")
    def _compute_automatic_card(self):
        for plan in self:
            plan.automatic_card = plan._get_card_label(plan.sudo().automatic_token_id)

    @api.model
    def _get_card_label(self, token_sudo):
        """What staff and consumers read of a saved card, such as `Visa •••• 4242`."""
        if not token_sudo:
            return False
        method = token_sudo.payment_method_id.name
        return f"{method} {token_sudo.display_name}" if method else str(token_sudo.id)

    @api.depends(
        "automatic_state",
        "state",
        "installment_ids.state",
        "installment_ids.paid_amount",
        "installment_ids.automatic_next_on",
    )
    def _compute_next_charge(self):
        for plan in self:
            rows = plan.sudo()._get_charges_to_come()[:1]
            is_on = plan.automatic_state == "on"
            plan.next_charge_date = is_on and rows._get_charge_date()
            plan.next_charge_amount = rows.remaining_amount if is_on else 0.0

    def _get_charges_to_come(self):
        """The unpaid installments that a card would pay, in the order of their days."""
        return self.installment_ids.filtered(
            lambda row: row.state in UNPAID and not row._is_charged()
        ).sorted(lambda row: (row._get_charge_date(), row.sequence))

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_open_automatic(self):
        """Ask for the consumer's agreement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay automatically"),
            "res_model": "utility.payment.plan.automatic",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_start_automatic(self, token_id, agreed_by=False, mode="counter"):
        """Write down that the consumer agreed: this card pays the installments.

        :param int token_id: a saved card of this consumer
        :param str agreed_by: who agreed; default: the consumer
        :param str mode: counter, phone or field
        :return: True
        :raises UserError: one clear sentence on why this card can't pay this plan
        """
        self.ensure_one()
        self._check_automatic_rights()
        if mode not in ("counter", "phone", "field"):
            raise ValidationError(
                self.env._(
                    "Say how the consumer agreed: at the counter, by phone or at the"
                    " door."
                )
            )
        token_sudo = self.env["payment.token"].sudo()
        if type(token_id) is int:
            token_sudo = token_sudo.search([("id", "=", token_id)])
        self.sudo()._start_automatic(token_sudo, read_text(agreed_by), mode)
        return True

    def action_stop_automatic(self, reason=False):
        """End automatic payment: no card is charged from here on.

        A charge that the gateway has been asked for already goes on, and is recorded.

        :param str reason: for the record
        :return: True
        """
        self._check_automatic_rights()
        reason = read_text(reason) or False
        plans_sudo = self._lock_plans()
        for plan_sudo in plans_sudo:
            if plan_sudo.automatic_state != "on":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s isn't paid automatically: there is nothing to"
                        " stop.",
                        plan=plan_sudo.display_name,
                    )
                )
        plans_sudo._stop_automatic("staff", reason)
        return True

    def _check_automatic_rights(self):
        """Staff of the office only: a collector takes money, no standing agreements."""
        self.check_access("write")
        if self.env.su or self.env.user.has_group(
            "utility_consumers.group_customer_executive"
        ):
            return
        raise AccessError(
            self.env._(
                "Automatic payment is agreed on at the counter or online: it needs the"
                " role Customer Executive."
            )
        )

    # -------------------------------------------------------------------------
    # START AND STOP; superuser
    # -------------------------------------------------------------------------

    def _start_automatic(self, token, agreed_by, mode):
        """Put the agreement into force; rights were checked.

        :param token: the saved card
        :param str agreed_by: the consumer's name; empty: that of the account
        :param str mode: counter, phone, field or portal
        """
        self.ensure_one()
        self._lock_plans()
        if self.state not in ("draft", "active"):
            raise UserError(
                self.env._(
                    "Plan %(plan)s has ended: there is nothing left to charge.",
                    plan=self.display_name,
                )
            )
        if self.automatic_state == "on":
            raise UserError(
                self.env._(
                    "Plan %(plan)s is paid automatically already: stop that first.",
                    plan=self.display_name,
                )
            )
        if not token._is_chargeable_for(self):
            raise ValidationError(
                self.env._(
                    "Choose a saved card of %(consumer)s that can be charged: another"
                    " person's, or one that was removed, can't pay this plan.",
                    consumer=self.consumer_name,
                )
            )
        self.write(
            {
                "automatic_state": "on",
                "automatic_token_id": token.id,
                "automatic_agreed_at": fields.Datetime.now(),
                "automatic_agreed_on": self.company_id._utility_today(),
                "automatic_agreed_by": agreed_by or self.consumer_name,
                "automatic_agreed_mode": mode,
                "automatic_user_id": self.env.uid,
                "automatic_stopped_at": False,
                "automatic_stop_kind": False,
                "automatic_stop_reason": False,
            }
        )
        self.installment_ids.write(
            {
                "automatic_failures": 0,
                "automatic_next_on": False,
                "automatic_noticed_on": False,
                "automatic_noticed_amount": 0.0,
            }
        )
        modes = dict(
            self._fields["automatic_agreed_mode"]._description_selection(self.env)
        )
        self._log_event(
            "automatic_on",
            note=self.env._(
                "%(name)s, %(mode)s, with %(card)s",
                name=self.automatic_agreed_by,
                mode=modes[mode].lower(),
                card=self.automatic_card,
            ),
        )

    def _stop_automatic(self, kind, reason=False):
        """End the agreements that are in force; accounts are locked.

        :param str kind: of ``automatic_stop_kind``
        :param str reason: for the record
        """
        plans = self.filtered(lambda plan: plan.automatic_state == "on")
        plans.write(
            {
                "automatic_state": "stopped",
                "automatic_stopped_at": fields.Datetime.now(),
                "automatic_stop_kind": kind,
                "automatic_stop_reason": reason,
            }
        )
        kinds = dict(
            self._fields["automatic_stop_kind"]._description_selection(self.env)
        )
        plans._log_event(
            "automatic_off", note=f"{kinds[kind]}: {reason}" if reason else kinds[kind]
        )
        for plan in plans:
            if kind in ALARMING:
                plan._alert_automatic(
                    self.env._("Automatic payment stopped: %s", kinds[kind].lower()),
                    reason,
                )
        if kind != "plan":
            plans.filtered(lambda plan: plan.state == "active")._mail_automatic(
                "utility_collections.mail_template_automatic_stopped"
            )

    @api.model
    def _stop_tokens(self, tokens):
        """Stop what is paid with cards that are taken away."""
        plans = self.search(
            [("automatic_token_id", "in", tokens.ids), ("automatic_state", "=", "on")]
        )
        plans._lock_plans()._stop_automatic("card")

    def _release(self, state, reason):
        """Extend: a plan that ends charges nothing any more."""
        res = super()._release(state, reason)
        self._stop_automatic("plan")
        return res

    def _alert_automatic(self, summary, note=False):
        """Ask the one who looks after this plan to see to it, once for each matter."""
        self.ensure_one()
        user = self.user_id or self.company_id.utility_plan_user_id
        open_ones = self.activity_ids.filtered(lambda row: row.summary == summary)
        if user and user.active and not open_ones:
            self.with_user(SUPERUSER_ID).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=summary,
                note=note or "",
            )

    def _mail_automatic(self, xmlid):
        """Queue a mail on each of these plans whose consumer has an address."""
        plans = self.filtered("utility_account_id.email")
        if plans:
            self.env.ref(xmlid).send_mail_batch(plans.ids, force_send=False)

    # -------------------------------------------------------------------------
    # WORDS
    # -------------------------------------------------------------------------

    def _get_automatic_url(self):
        """Where the consumer agrees to automatic payment, and stops it."""
        self.ensure_one()
        return f"/my/payment-plans/{self.id}/automatic"

    def _get_announcements(self):
        """The charges to come, as the agreement tells them.

        :return: [(date, amount)], the past ones as of today
        """
        self.ensure_one()
        today = self.company_id._utility_today()
        return [
            (max(row._get_charge_date(), today), row.remaining_amount)
            for row in self._get_charges_to_come()
        ]

    def _get_agreement_text(self):
        """The sentences that the consumer agrees to, in their language."""
        self.ensure_one()
        company = self.company_id
        sentences = [
            self.env._(
                "%(company)s may charge my card with what is unpaid of each installment"
                " of payment plan %(plan)s on its due date, never with more than the"
                " installment.",
                company=company.name,
                plan=self.display_name,
            )
        ]
        if company.utility_automatic_notice_days >= 0:
            sentences.append(
                self.env._(
                    "I am told by e-mail %(days)s days before each charge.",
                    days=company.utility_automatic_notice_days,
                )
            )
        if company.utility_automatic_attempts > 1:
            sentences.append(
                self.env._(
                    "If the card is declined it is tried again after %(days)s days, at"
                    " most %(attempts)s times in all.",
                    days=company.utility_automatic_retry_days,
                    attempts=company.utility_automatic_attempts,
                )
            )
        sentences.append(
            self.env._("I can stop this at any time, online or at the counter.")
        )
        return " ".join(sentences)

    def _told_until(self):
        """Charges due before this day were told in the agreement itself."""
        self.ensure_one()
        days = max(self.company_id.utility_automatic_notice_days, 0)
        return self.automatic_agreed_on + timedelta(days=days)

    def _get_unpaid(self):
        """The installments that the consumer is to pay, in order."""
        self.ensure_one()
        return self.installment_ids.filtered(lambda row: row.state in UNPAID).sorted(
            "sequence"
        )
