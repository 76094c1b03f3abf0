from odoo import api, fields, models


class AccountPayment(models.Model):
    """What the payment list and the details page show of a payment."""

    _name = "account.payment"
    _inherit = ["account.payment", "utility.search"]

    # The same expression as in the index, so that PostgreSQL uses it.
    _utility_search_columns = (
        "receipt_number",
        "payment_number",
        "transaction_number",
        "payment_reference",
    )

    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", string="Consumer"
    )
    account_number = fields.Char(related="utility_account_id.number")
    service_address = fields.Char(related="utility_account_id.service_address")
    consumer_phone = fields.Char(related="utility_account_id.phone", string="Phone")
    mode_kind = fields.Selection(related="mode_id.kind", string="Kind of Mode")
    received_by_label = fields.Char(
        string="Received By (Text)", compute="_compute_received_by_label"
    )
    processing_time = fields.Char(compute="_compute_processing_time")
    group_payment_ids = fields.Many2many(
        comodel_name="account.payment",
        string="Recorded Together",
        compute="_compute_group_payment_ids",
        help="The payments of the same transaction, printed on one receipt (REC-17).",
    )

    _utility_search_trigram = models.Index(
        "USING gin ((COALESCE(receipt_number, '') || ' '"
        " || COALESCE(payment_number, '') || ' '"
        " || COALESCE(transaction_number, '') || ' '"
        " || COALESCE(payment_reference, '')) gin_trgm_ops)"
        " WHERE utility_account_id IS NOT NULL"
    )
    _utility_list_idx = models.Index(
        "(date DESC, id DESC) WHERE utility_account_id IS NOT NULL"
    )
    # The few that somebody has to look at, among the many that are fine.
    _utility_unverified_idx = models.Index(
        "(date DESC, id DESC) WHERE verification_state = 'pending'"
    )
    _utility_not_posted_idx = models.Index(
        "(utility_state, date DESC, id DESC) WHERE utility_state <> 'posted'"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("receipt_number", "payment_number", "utility_account_id")
    def _compute_display_name(self):
        """Override of `account`: people know a consumer's payment by its receipt."""
        consumer_payments = self.filtered("utility_account_id")
        for payment in consumer_payments:
            payment.display_name = (
                payment.receipt_number
                or payment.payment_number
                or self.env._("Payment attempt")
            )
        return super(AccountPayment, self - consumer_payments)._compute_display_name()

    @api.depends("received_by")
    def _compute_received_by_label(self):
        for payment in self:
            receiver_sudo = payment.sudo().received_by
            payment.received_by_label = receiver_sudo.name or self.env._("System")

    @api.depends("received_by", "processing_days", "settlement_state")
    def _compute_processing_time(self):
        """PAY-07: immediate for staff; days, with one decimal, for online payments."""
        for payment in self:
            if payment.received_by or payment.settlement_state == "not_applicable":
                payment.processing_time = self.env._("Immediate")
            elif payment.settlement_state == "settled":
                payment.processing_time = self.env._(
                    "%(days).1f days", days=payment.processing_days
                )
            else:
                payment.processing_time = self.env._("Not settled yet")

    @api.depends("receipt_group")
    def _compute_group_payment_ids(self):
        for payment in self:
            payment.group_payment_ids = payment._receipt_group()

    # -------------------------------------------------------------------------
    # VIEWS
    # -------------------------------------------------------------------------

    @api.model
    def get_views(self, views, options=None):
        """Override of `web`: our screens offer our own print and action menus.

        Those of `account` post, send and print payments in ways that a consumer's
        payment must not take.
        """
        result = super().get_views(views, options)
        if not self.env.context.get("utility_payments"):
            return result
        own = self._utility_toolbar_actions()
        for view in result["views"].values():
            toolbar = view.get("toolbar") or {}
            for kind, actions in toolbar.items():
                toolbar[kind] = [
                    action for action in actions if action["id"] in own.ids
                ]
        return result

    @api.model
    def _utility_toolbar_actions(self):
        """The bound actions that our screens show; add-ons above add theirs."""
        return self.env.ref("utility_payments.action_report_receipt").sudo()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_details(self):
        """Open the details page of this payment (LST-02).

        :return: an action on the primary form view of consumers' payments
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.id,
            "views": [
                [self.env.ref("utility_payments.account_payment_view_form").id, "form"]
            ],
            "context": {"utility_payments": True},
        }

    def action_view_consumer(self):
        """Open the 360° page of the consumer (LST-02).

        :return: an action on the form of the consumer account
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.account",
            "res_id": self.utility_account_id.id,
            "views": [[False, "form"]],
        }
