from odoo import api, fields, models


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    cash_only = fields.Boolean(
        tracking=True,
        help="Refuse cheques, cards and transfers, as after returned ones (REC-17).",
    )
    cash_only_reason = fields.Char(tracking=True)
    overpayment_limit = fields.Monetary(
        string="Higher allowable overpayment",
        tracking=True,
        groups="utility_consumers.group_billing_manager",
        help="Accept this much above what is owed, if it is more than the company's"
        " setting (REC-07).",
    )
    payment_ids = fields.One2many(
        comodel_name="account.payment",
        inverse_name="utility_account_id",
        domain=[("payment_type", "=", "inbound")],
        readonly=True,
    )
    payment_count = fields.Integer(compute="_compute_payment_count")

    @api.depends("payment_ids")
    def _compute_payment_count(self):
        counts = dict(
            self.env["account.payment"]._read_group(
                [
                    ("utility_account_id", "in", self.ids),
                    ("payment_type", "=", "inbound"),
                ],
                ["utility_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.payment_count = counts.get(account._origin, 0)

    def action_view_payments(self):
        """Open the payments of this account, newest first (CON-06).

        :return: an action on the payment list
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_payments.account_payment_action"
        )
        return {
            **action,
            "domain": [
                ("utility_account_id", "=", self.id),
                ("payment_type", "=", "inbound"),
            ],
            "context": {"utility_payments": True},
        }

    def action_record_payment(self):
        """Open the Record Payment form on this account (REC-01)."""
        self.ensure_one()
        return self.env["utility.record.payment"]._get_form_action(
            utility_account_id=self.id
        )

    def _find_open_moves(self):
        """The bills and charges of this account that are owed on, oldest due first.

        Credits aren't among them; what a plan covers is.
        """
        self.ensure_one()
        return self.env["account.move"].search(
            [
                ("utility_account_id", "=", self.id),
                ("utility_kind", "!=", False),
                ("state", "=", "posted"),
                ("amount_residual_signed", ">", 0),
            ],
            order="invoice_date_due, id",
        )

    def _document_lang(self):
        """The consumer's language, else that of the company (DOC-06)."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang
