from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import SQL

from ...tools.allocation import share_in_proportion

# Number of the payment: num format that it is drawn from (REC-12).
_NUMBERS = {
    "payment_number": "utility.payment",
    "transaction_number": "utility.transaction",
    "receipt_number": "utility.receipt",
}
# Nothing of a batch waits for mails, and nobody follows 500 payments.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    # Entries come with all their lines, balanced: nothing to derive from them.
    "skip_invoice_sync": True,
    "tracking_disable": True,
}


class AccountPayment(models.Model):
    """Stages: draw the numbers, then post and reconcile (REC-12)."""

    _inherit = "account.payment"

    @api.model
    def _collect_number(self, batch):
        """Draw the numbers of the batch (REC-12), when nothing else can refuse it.

        The entry carries the payment number, so this comes right before posting.
        """
        Sequence = self.env["ir.sequence"].sudo()
        by_company = defaultdict(list)
        for item in batch:
            by_company[item.company].append(item)
        for company, items in by_company.items():
            dates = [item.date for item in items]
            # All formats are read at once, not one by one.
            Sequence.browse(
                Sequence._utility_sequence_id(code, company.id)
                for code in _NUMBERS.values()
            ).fetch(["prefix", "suffix", "padding"])
            for name, code in _NUMBERS.items():
                numbers = Sequence._utility_draw(code, company, len(items), dates)
                for item, number in zip(items, numbers, strict=True):
                    item.numbers[name] = number

    @api.model
    def _collect_post(self, batch):
        """Create payments and entries at once, link them, reconcile in one plan."""
        quiet = self.sudo().with_context(**QUIET)
        payments = quiet.create([self._collect_payment_vals(item) for item in batch])
        for item, payment in zip(batch, payments, strict=True):
            item.payment = payment
        accounts = self._collect_receivables(batch)
        if not quiet.env["account.analytic.distribution.model"].search_count(
            [], limit=1
        ):
            # Where nothing is distributed, no line needs to ask for it.
            quiet = quiet.with_context(skip_analytic_sync=True)
        moves = quiet.env["account.move"].create(
            [quiet._collect_move_vals(item, accounts) for item in batch]
        )
        moves._post(soft=False)
        self._collect_link(payments, moves)
        self._collect_reconcile(batch, moves)

    @api.model
    def _collect_payment_vals(self, item):
        """Values of the payment of a request."""
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "company_id": item.company.id,
            "partner_id": item.account.commercial_partner_id.id,
            "amount": float(item.amount),
            "currency_id": item.currency.id,
            "date": item.date,
            "journal_id": item.mode.journal_id.id,
            "payment_method_line_id": item.mode.payment_method_line_id.id,
            "outstanding_account_id": item.mode.outstanding_account_id.id,
            "destination_account_id": self._collect_receivable(item).id,
            "memo": item.reference or False,
            "payment_reference": item.reference or False,
            "utility_account_id": item.account.id,
            "utility_type": item.type,
            "channel_id": item.channel.id,
            "mode_id": item.mode.id,
            "utility_state": "posted",
            "settlement_state": "not_applicable",
            "verification_state": self._collect_verification(item),
            "amount_tendered": float(item.tendered),
            "change_given": float(item.change),
            "amount_excess": float(item.excess),
            "balance_after": item.balance_after,
            "idempotency_key": item.key or False,
            "received_by": item.received_by.id if item.received_by else False,
            "received_at": item.received_at,
            "payer_name": item.payer or False,
            "utility_note": item.note or False,
            "receipt_group": item.group or False,
            **item.numbers,
        }

    @api.model
    def _collect_verification(self, item):
        """PAY-07: what the system took online waits until somebody verifies it."""
        alone = not item.received_by and item.channel.code == "online"
        return "pending" if alone else "verified"

    @api.model
    def _collect_receivables(self, batch):
        """Receivable account of each line that is paid and of each consumer.

        :return: {"lines": {line id: account id}, item: account id of its excess}
        """
        lines = (
            self.env["account.move.line"]
            .sudo()
            .browse({share.line_id for item in batch for share in item.shares})
        )
        accounts = {"lines": {line.id: line.account_id.id for line in lines}}
        for item in batch:
            accounts[item] = self._collect_receivable(item).id
        return accounts

    @api.model
    def _collect_receivable(self, item):
        """The receivable account of a consumer."""
        return item.account._get_receivable_account()

    @api.model
    def _collect_move_vals(self, item, accounts):
        """Values of the entry of a request (design.md, The ledger)."""
        credits = defaultdict(Decimal)
        for share in item.shares:
            credits[accounts["lines"][share.line_id], False] += share.amount
        if item.excess:
            credits[accounts[item], True] += item.excess
        balances = list(credits.values())
        unit = Decimal(1).scaleb(-item.currency.decimal_places)
        company_currency = item.company.currency_id
        foreign = (
            balances
            if item.currency == company_currency
            else share_in_proportion(item.amount, balances, unit)
        )
        parts = [
            # Credit is kept in company currency, whatever the rate will be.
            (account_id, balance, company_currency, balance)
            if excess
            else (account_id, balance, item.currency, amount_currency)
            for ((account_id, excess), balance), amount_currency in zip(
                credits.items(), foreign, strict=True
            )
        ]
        partner_id = item.account.commercial_partner_id.id
        label = f"{item.mode.name}: {item.numbers['receipt_number']}"
        common = {
            "name": label,
            "partner_id": partner_id,
            "currency_id": item.currency.id,
            # What Odoo would derive: given, it isn't derived line by line.
            "display_type": "product",
            "product_uom_id": False,
            "quantity": 1.0,
            "tax_ids": [],
        }
        if self.env.context.get("skip_analytic_sync"):
            common["analytic_distribution"] = False
        return {
            "move_type": "entry",
            "name": item.numbers["payment_number"],
            "ref": item.reference or False,
            "date": item.date,
            "journal_id": item.mode.journal_id.id,
            "company_id": item.company.id,
            "partner_id": partner_id,
            "currency_id": item.currency.id,
            "utility_account_id": item.account.id,
            "origin_payment_id": item.payment.id,
            "always_tax_exigible": True,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": item.mode.outstanding_account_id.id,
                        "amount_currency": float(item.amount),
                        "price_subtotal": float(item.amount),
                        "price_total": float(item.amount),
                        "balance": float(item.kept),
                        "date_maturity": item.date,
                    }
                ),
                *(
                    Command.create(
                        {
                            **common,
                            "account_id": account_id,
                            "currency_id": currency.id,
                            "amount_currency": -float(amount_currency),
                            "price_subtotal": -float(amount_currency),
                            "price_total": -float(amount_currency),
                            "balance": -float(balance),
                            "date_maturity": item.date,
                        }
                    )
                    for account_id, balance, currency, amount_currency in parts
                ),
            ],
        }

    @api.model
    def _collect_link(self, payments, moves):
        """Link payments and entries in one statement.

        Writing ``move_id`` through the ORM walks the trigger tree of each payment,
        which costs more than all the rest of a batch.
        """
        self.env.flush_all()
        rows = SQL(", ").join(
            SQL("(%s::int, %s::int, %s::varchar)", payment.id, move.id, move.name)
            for payment, move in zip(payments, moves, strict=True)
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_payment AS payment
                   SET move_id = v.move_id, name = v.name, state = 'in_process'
                  FROM (VALUES %s) AS v(id, move_id, name)
                 WHERE payment.id = v.id
                """,
                rows,
            )
        )
        payments.invalidate_recordset(["move_id", "name", "state"], flush=False)
        moves.invalidate_recordset(["payment_ids"], flush=False)

    @api.model
    def _collect_reconcile(self, batch, moves):
        """Reconcile each payment with its documents, in one plan."""
        Line = self.env["account.move.line"].sudo()
        plan = []
        caps = []
        for item, move in zip(batch, moves, strict=True):
            if not item.shares:
                continue
            credit_by_account = {}
            for line in move.line_ids:
                if line.account_id.account_type == "asset_receivable":
                    # The excess, if on the same account, comes last and stays open.
                    credit_by_account.setdefault(line.account_id.id, line)
            # Several parts of one item are one match.
            amounts = defaultdict(Decimal)
            for share in item.shares:
                amounts[share.line_id] += share.amount
            for line_id, amount in amounts.items():
                document_line = Line.browse(line_id)
                credit = credit_by_account[document_line.account_id.id]
                plan.append(credit + document_line)
                if len(amounts) > 1 and any(share.part for share in item.shares):
                    # A part of what the item owes, not as much as fits.
                    caps.append((credit.id, line_id, float(amount)))
        if plan:
            quiet = Line.with_context(**QUIET)
            if caps:
                quiet = quiet.with_context(utility_caps=tuple(caps))
            quiet._reconcile_plan(plan)
