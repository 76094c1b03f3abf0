from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UtilityPaymentMode(models.Model):
    """How a payment is made (REC-04), and where the ledger books it.

    The payment method line carries journal and outstanding account natively; a mode
    adds the rules of the counter: reference, change, kind.
    """

    _name = "utility.payment.mode"
    _description = "Payment Mode"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Name of the mode in files and in the API, such as cash.",
    )
    kind = fields.Selection(
        selection=[
            ("cash", "Cash"),
            ("card", "Card"),
            ("bank", "Bank"),
            ("cheque", "Cheque"),
            ("wallet", "Wallet"),
            ("online", "Online"),
        ],
        required=True,
        default="cash",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="Journal of the entries. Empty: the company's first one of the kind.",
    )
    payment_method_line_id = fields.Many2one(
        comodel_name="account.payment.method.line",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    outstanding_account_id = fields.Many2one(
        comodel_name="account.account",
        related="payment_method_line_id.payment_account_id",
        readonly=False,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', True)]",
        help="Account that holds the money until the bank statement shows it.",
    )
    reference_required = fields.Boolean(
        help="Cheque number, card slip or bank reference must be given."
    )
    gives_change = fields.Boolean(
        help="The consumer may hand over more than the amount and get change."
    )

    _code_unique = models.UniqueIndex(
        "(lower(code), company_id)",
        "Another payment mode of this company has this code: choose a different one.",
    )

    @api.constrains("outstanding_account_id", "payment_method_line_id")
    def _check_outstanding_account(self):
        for mode in self.sudo().filtered("outstanding_account_id"):
            account = mode.outstanding_account_id
            if account.account_type != "asset_current" or not account.reconcile:
                raise ValidationError(
                    self.env._(
                        "%(account)s can't hold the money of %(mode)s: choose a current"
                        " asset account that allows reconciliation.",
                        account=account.display_name,
                        mode=mode.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        modes = super().create(vals_list)
        modes._ensure_journal()
        return modes

    def write(self, vals):
        if "journal_id" in vals:
            moved = self.filtered(lambda mode: mode.journal_id.id != vals["journal_id"])
            accounts = {mode: mode.sudo().outstanding_account_id for mode in moved}
            res = super().write(vals)
            # Recorded payments keep the line that they were booked with.
            moved.payment_method_line_id = False
            for mode, account in accounts.items():
                mode._ensure_journal(account)
            return res
        return super().write(vals)

    def _ensure_journal(self, outstanding_account=None):
        """Complete modes that lack a journal or an outstanding account.

        Does nothing on a company that has no chart of accounts yet; it is called
        again when one arrives.
        """
        for mode in self.sudo().filtered(lambda mode: not mode.payment_method_line_id):
            company = mode.company_id
            if not company._utility_has_chart():
                continue
            if not mode.journal_id:
                mode.journal_id = mode._find_or_create_journal()
            if mode.payment_method_line_id:
                continue
            mode.payment_method_line_id = (
                self.env["account.payment.method.line"]
                .sudo()
                .with_company(company)
                .create(
                    {
                        "name": mode._method_line_name(),
                        "payment_method_id": self.env.ref(
                            "utility_payments.account_payment_method_utility_in"
                        ).id,
                        "journal_id": mode.journal_id.id,
                        "payment_account_id": (
                            outstanding_account or mode._create_outstanding_account()
                        ).id,
                    }
                )
            )

    def _method_line_name(self):
        """Name of the method line, unique in its journal as Odoo wants it."""
        self.ensure_one()
        taken = set(self.journal_id.inbound_payment_method_line_ids.mapped("name"))
        name, number = self.name, 1
        while name in taken:
            number += 1
            name = f"{self.name} {number}"
        return name

    def _find_or_create_journal(self):
        self.ensure_one()
        kind = "cash" if self.kind == "cash" else "bank"
        Journal = self.env["account.journal"].sudo().with_company(self.company_id)
        domain = [
            *Journal._check_company_domain(self.company_id),
            ("type", "=", kind),
        ]
        return Journal.search(domain, limit=1) or Journal.create(
            {
                "name": (
                    self.env._("Counter cash")
                    if kind == "cash"
                    else self.env._("Collections bank")
                ),
                "type": kind,
                "company_id": self.company_id.id,
            }
        )

    def _create_outstanding_account(self):
        self.ensure_one()
        company = self.company_id
        Account = self.env["account.account"].sudo().with_company(company)
        pattern = company._utility_outstanding_account("debit")
        return Account.create(
            {
                "name": self.env._("Outstanding Receipts: %(mode)s", mode=self.name),
                "code": Account._search_new_account_code(pattern.code or "101400"),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [(6, 0, company.root_id.ids)],
            }
        )
