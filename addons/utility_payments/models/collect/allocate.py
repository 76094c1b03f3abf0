from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.allocation import ZERO, OpenItem, allocate, most_accepted, settle
from ...tools.amounts import to_decimal
from ...tools.collection import Rejection


class AccountPayment(models.Model):
    """Stage: share each amount among open documents (REC-03, REC-07 to REC-09)."""

    _inherit = "account.payment"

    @api.model
    def _collect_allocate(self, batch, settled=None):
        """Share each amount among open documents, in memory, in the order given.

        When a request of a group fails, the whole group leaves and the rest is
        allocated anew, as if it had never been there.

        :param dict settled: amounts by document that are no longer open by then
        """
        accounts = (
            self.env["utility.account"].sudo().union(*(item.account for item in batch))
        )
        open_items = self._collect_open_items(accounts)
        if settled:
            open_items = {
                account.id: settle(
                    open_items[account.id],
                    {
                        document_id: to_decimal(
                            amount, account.currency_id.decimal_places
                        )
                        for document_id, amount in settled.items()
                    },
                )
                for account in accounts
            }
        balances = accounts._get_balances()
        deferred = {
            entry.line_id
            for entries in open_items.values()
            for entry in entries
            if entry.deferred
        }
        similar = self._collect_similar(batch)
        pending = batch
        while pending:
            residuals = {
                entry.line_id: entry.residual
                for entries in open_items.values()
                for entry in entries
            }
            current = {
                account_id: balance["current"]
                for account_id, balance in balances.items()
            }
            parts = self._collect_open_parts(pending)
            if settled:
                parts = self._collect_settle_parts(parts, settled)
            seen = dict(similar)
            for item in pending:
                try:
                    self._collect_allocate_one(item, open_items, residuals, parts)
                except Rejection as rejection:
                    item.reject(rejection.code, rejection.message)
                    continue
                self._collect_warn(item, seen)
                # What a plan defers isn't in the current balance (CON-04).
                current[item.account.id] -= float(
                    item.kept
                    - sum(
                        (
                            share.amount
                            for share in item.shares
                            if share.line_id in deferred
                        ),
                        ZERO,
                    )
                )
                item.balance_after = current[item.account.id]
            failed_groups = self._collect_fail_groups(pending)
            pending = self._collect_alive(pending)
            if not failed_groups:
                return

    @api.model
    def _collect_open_parts(self, batch):
        """What is unpaid of parts of debt, where an add-on above divides it.

        :return: {part id: Decimal in company currency}
        """
        return {}

    @api.model
    def _collect_settle_parts(self, parts, settled):
        """What is unpaid of parts after amounts of them were settled otherwise.

        :param dict settled: amounts by document, and by the name of a part
        """
        return parts

    @api.model
    def _collect_allocate_one(self, item, open_items, residuals, parts):
        entries = [
            OpenItem(
                entry.line_id,
                entry.document_id,
                entry.kind,
                residuals[entry.line_id],
                entry.deferred,
            )
            for entry in open_items[item.account.id]
            if residuals[entry.line_id]
        ]
        scope = self._collect_scope(item, entries, parts)
        company_currency = item.company.currency_id
        decimals = company_currency.decimal_places
        item.kept = self._collect_convert(item, item.amount)
        item.outstanding = sum((entry.residual for entry in scope), ZERO)
        self._collect_check_limit(item)
        item.shares, item.excess = allocate(item.kept, scope)
        for share in item.shares:
            residuals[share.line_id] -= share.amount
            if share.part:
                parts[share.part] -= share.amount
        item.excess = item.excess.quantize(Decimal(1).scaleb(-decimals))

    @api.model
    def _collect_scope(self, item, entries, parts):
        """The open items that a request pays, in the order in which it pays them.

        Named documents in the order named, else all of the type outside of active
        plans, oldest due first (REC-03, REC-07).

        :param list entries: open items of the account, oldest due first
        :param dict parts: what is unpaid of parts of debt; see `_collect_open_parts`
        """
        if not item.documents:
            return [
                entry
                for entry in entries
                if entry.kind == item.type and not entry.deferred
            ]
        position = {move_id: rank for rank, move_id in enumerate(item.documents.ids)}
        scope = [entry for entry in entries if entry.document_id in position]
        open_ids = {entry.document_id for entry in scope}
        for document in item.documents:
            if document.id not in open_ids:
                raise Rejection(
                    "document_not_open",
                    self.env._(
                        "%(document)s is already paid: pick another document, or none.",
                        document=document.name,
                    ),
                )
        return sorted(scope, key=lambda entry: position[entry.document_id])

    @api.model
    def _collect_check_limit(self, item):
        """REC-07: what is owed plus the allowable overpayment, no more."""
        company = item.company
        decimals = company.currency_id.decimal_places
        allowance = to_decimal(
            max(company.utility_overpayment_amount, item.account.overpayment_limit),
            decimals,
        )
        limit = most_accepted(
            item.outstanding,
            allowance,
            Decimal(str(company.utility_overpayment_percent)),
            Decimal(1).scaleb(-decimals),
        )
        # Not item.amount: money handed over and kept on purpose isn't limited.
        asked = self._collect_convert(item, item.asked)
        if asked <= limit:
            return
        if not limit:
            raise Rejection(
                "nothing_due",
                self.env._(
                    "Nothing of this type is due on account %(account)s, and payments"
                    " in advance are switched off.",
                    account=item.account.number,
                ),
            )
        raise Rejection(
            "amount_above_limit",
            self.env._(
                "%(amount)s is too much: %(outstanding)s is outstanding, and at most"
                " %(limit)s is accepted.",
                amount=self._collect_money(asked, company.currency_id),
                outstanding=self._collect_money(item.outstanding, company.currency_id),
                limit=self._collect_money(limit, company.currency_id),
            ),
        )

    @api.model
    def _collect_convert(self, item, amount):
        """An amount of the payment's currency in company currency, as a decimal."""
        target = item.company.currency_id
        if item.currency == target:
            return amount
        converted = item.currency._convert(
            float(amount), target, item.company, item.date
        )
        return to_decimal(converted, target.decimal_places)

    @api.model
    def _collect_open_items(self, accounts):
        """Open receivable items of accounts, oldest due first.

        :return: {account id: [OpenItem]} with residuals in company currency
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["utility_kind", "currency_id"])
        items = {account.id: [] for account in accounts}
        decimals = {
            account.id: account.company_id.currency_id.decimal_places
            for account in accounts
        }
        for (
            line_id,
            move_id,
            account_id,
            kind,
            residual,
            deferred,
        ) in self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, line.utility_account_id,
                       COALESCE(move.utility_kind, 'bill'), line.amount_residual,
                       %s
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.utility_account_id = ANY(%s)
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                 ORDER BY COALESCE(line.date_maturity, line.date), line.id
                """,
                self._collect_deferred_condition(),
                accounts.ids,
            )
        ):
            items[account_id].append(
                OpenItem(
                    line_id,
                    move_id,
                    kind,
                    to_decimal(float(residual), decimals[account_id]),
                    deferred,
                )
            )
        return items

    @api.model
    def _collect_deferred_condition(self):
        """SQL on the alias `line`: whether a plan of an add-on above defers it."""
        return SQL("FALSE")

    @api.model
    def _collect_similar(self, batch):
        """Receipts of the same amount on the same account just before (REC-15).

        :return: {(account id, amount): receipt number}
        """
        hours = max(item.company.utility_similar_hours for item in batch)
        if not hours:
            return {}
        since = fields.Datetime.now() - timedelta(hours=hours)
        rows = self.sudo()._read_group(
            [
                ("utility_account_id", "in", [item.account.id for item in batch]),
                ("utility_state", "=", "posted"),
                ("payment_type", "=", "inbound"),
                ("create_date", ">=", since),
            ],
            ["utility_account_id", "amount"],
            ["receipt_number:max"],
        )
        return {
            (account.id, to_decimal(amount, account.currency_id.decimal_places)): number
            for account, amount, number in rows
        }

    @api.model
    def _collect_warn(self, item, seen):
        """Say what the cashier should know, without refusing (REC-14, REC-15)."""
        item.warnings = []
        pair = (item.account.id, item.amount)
        if item.company.utility_similar_hours and pair in seen:
            item.warnings.append(
                self.env._(
                    "A similar payment of %(amount)s on this account was just recorded:"
                    " receipt %(receipt)s.",
                    amount=self._collect_money(item.amount, item.currency),
                    receipt=seen[pair] or self.env._("of the same batch"),
                )
            )
        seen[pair] = seen.get(pair, "")
        if item.account.state == "closed":
            item.warnings.append(
                self.env._(
                    "Account %(account)s is closed.", account=item.account.number
                )
            )
