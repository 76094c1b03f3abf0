from odoo import api, fields, models


class UtilityPlanSign(models.TransientModel):
    """The consumer signs a payment plan on our screen (PLN-01)."""

    _name = "utility.plan.sign"
    _description = "Sign a Payment Plan"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", required=True, readonly=True
    )
    # Read with the caller's rights: another's plan shows nothing here either.
    currency_id = fields.Many2one(related="plan_id.currency_id", related_sudo=False)
    state = fields.Selection(related="plan_id.state", related_sudo=False)
    account_number = fields.Char(
        string="Account", related="plan_id.account_number", related_sudo=False
    )
    amount_covered = fields.Monetary(
        string="Debt", related="plan_id.amount_covered", related_sudo=False
    )
    installment_ids = fields.One2many(
        related="plan_id.installment_ids", related_sudo=False
    )
    terms = fields.Char(
        readonly=True,
        compute="_compute_terms",
        store=True,
        help="Digest of what the consumer was shown.",
    )
    signed_by = fields.Char(
        string="Name",
        compute="_compute_signed_by",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    signature = fields.Binary(attachment=False)

    @api.depends("plan_id")
    def _compute_terms(self):
        for wizard in self:
            wizard.terms = wizard.plan_id and wizard.plan_id.sudo()._terms_digest()

    @api.depends("plan_id")
    def _compute_signed_by(self):
        for wizard in self:
            wizard.signed_by = wizard.plan_id.consumer_name

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards.plan_id.check_access("write")
        return wizards

    def action_sign(self):
        """Put the signature under the plan.

        :return: an action that closes the dialog
        :raises UserError: when there is none, or the terms changed meanwhile
        """
        self._sign()
        return {"type": "ir.actions.act_window_close"}

    def action_sign_and_activate(self):
        """Put the signature under the plan, and the plan in force.

        :return: an action that closes the dialog
        :raises UserError: when the plan can't be signed or activated
        """
        self._sign(activate=True)
        return {"type": "ir.actions.act_window_close"}

    def _sign(self, activate=False):
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        plan._check_author()
        plan_sudo = plan.sudo()
        plan_sudo._sign(self.signed_by, self.signature, self.terms)
        if activate and plan_sudo.state == "draft":
            plan.action_activate()
        plan_sudo._keep_signed_agreement(plan_sudo.signed_by)
