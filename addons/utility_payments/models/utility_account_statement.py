from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.amounts import to_decimal

# Days past due, up to which an open item is in which column of the ageing.
AGEING = ((0, "not_due"), (30, "to_30"), (60, "to_60"), (90, "to_90"), (None, "older"))
_GROUPS = ("bill", "service", "payment", "credit", "other")


class UtilityAccount(models.Model):
    """Statements of account, read from the ledger (DOC-05)."""

    _inherit = "utility.account"

    def action_statement(self):
        """Ask for the period of a statement of these accounts (DOC-05).

        :return: an action that opens the dialog
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_payments.utility_statement_action"
        )
        return {**action, "context": {"default_account_ids": self.ids}}

    def _get_statements(self, date_from, date_to):
        """Return the statements of accounts: one query for what happened, one for
        what is open at the end, whatever the number of accounts.

        Superuser only: the caller has checked who asks. Amounts are decimals in the
        currency of the account's company. What is open is counted as of the last day,
        by the matches that the ledger has now.

        :return: for each account id a dict of ``opening``, ``lines``, ``totals`` by
            group, ``closing``, ``open_items``, ``ageing``, ``owed``, ``credits``,
            ``credit``; ``closing`` = ``owed`` - ``credit`` = the payoff of that day
        :rtype: dict[int, dict]
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        opening, moves = self._read_statement_moves(date_from, date_to)
        items = self._read_statement_items(date_to)
        result = {}
        for lang, accounts in self.grouped(lambda acc: acc._document_lang()).items():
            move_ids = {
                row[1]
                for account in accounts
                for rows in (moves[account.id], items[account.id])
                for row in rows
            }
            texts = (
                self.env["account.move"]
                .with_context(lang=lang)
                .browse(move_ids)
                ._statement_texts()
            )
            for account in accounts:
                result[account.id] = account._prepare_statement(
                    opening[account.id],
                    moves[account.id],
                    items[account.id],
                    texts,
                    date_to,
                )
        return result

    def _read_statement_moves(self, date_from, date_to):
        """Sums by account of what was before the period, and by entry within it.

        An entry that leaves what the account owes as it was isn't in the period.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.utility_account_id,
                       CASE WHEN line.date >= %(date_from)s THEN line.move_id END,
                       MIN(line.date) AS date,
                       SUM(line.balance)
                  FROM account_move_line line
                 WHERE line.utility_account_id = ANY(%(ids)s)
                   AND line.parent_state = 'posted'
                   AND line.date <= %(date_to)s
              GROUP BY 1, 2
                HAVING SUM(line.balance) != 0
              ORDER BY 3, 2
                """,
                ids=self.ids,
                date_from=date_from,
                date_to=date_to,
            )
        )
        opening = defaultdict(float)
        moves = defaultdict(list)
        for account_id, move_id, date, balance in rows:
            if move_id:
                moves[account_id].append((date, move_id, balance))
            else:
                opening[account_id] = balance
        return opening, moves

    def _read_statement_items(self, date_to):
        """Items that were open at the end of that day, with what was open of each."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT * FROM (
                    SELECT line.utility_account_id,
                           COALESCE(line.date_maturity, line.date) AS due,
                           line.move_id,
                           line.id,
                           line.date,
                           line.balance,
                           line.balance - COALESCE((
                               SELECT SUM(part.amount)
                                 FROM account_partial_reconcile part
                                WHERE part.debit_move_id = line.id
                                  AND part.max_date <= %(date_to)s
                           ), 0) + COALESCE((
                               SELECT SUM(part.amount)
                                 FROM account_partial_reconcile part
                                WHERE part.credit_move_id = line.id
                                  AND part.max_date <= %(date_to)s
                           ), 0) AS residual
                      FROM account_move_line line
                     WHERE line.utility_account_id = ANY(%(ids)s)
                       AND line.parent_state = 'posted'
                       AND line.date <= %(date_to)s
                ) item
                 WHERE residual != 0
              ORDER BY due, move_id, id
                """,
                ids=self.ids,
                date_to=date_to,
            )
        )
        items = defaultdict(list)
        for account_id, due, *row in rows:
            items[account_id].append((due, *row))
        return items

    def _prepare_statement(self, opening, moves, items, texts, date_to):
        self.ensure_one()
        decimals = self.company_id.currency_id.decimal_places
        opening = to_decimal(opening, decimals)
        totals = dict.fromkeys(_GROUPS, Decimal(0))
        balance = opening
        lines = []
        for date, move_id, summed in moves:
            amount = to_decimal(summed, decimals)
            balance += amount
            totals[texts[move_id]["group"]] += amount
            lines.append(
                {**texts[move_id], "date": date, "amount": amount, "balance": balance}
            )
        ageing = dict.fromkeys((name for _days, name in AGEING), Decimal(0))
        open_items, credits_ = [], []
        for due, move_id, line_id, date, billed, residual in items:
            item = {
                **texts[move_id],
                "line_id": line_id,
                "move_id": move_id,
                "date": date,
                "due": due,
                "original": to_decimal(abs(billed), decimals),
                "residual": to_decimal(abs(residual), decimals),
                "days": max((date_to - due) // timedelta(days=1), 0),
            }
            if residual < 0:
                credits_.append(item)
                continue
            open_items.append(item)
            bucket = next(n for top, n in AGEING if top is None or item["days"] <= top)
            ageing[bucket] += item["residual"]
        return {
            "opening": opening,
            "lines": lines,
            "totals": totals,
            "closing": balance,
            "open_items": open_items,
            "ageing": ageing,
            "owed": sum(ageing.values(), Decimal(0)),
            "credits": credits_,
            "credit": sum((item["residual"] for item in credits_), Decimal(0)),
        }
