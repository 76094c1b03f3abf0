from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.asking import ask
from ..debt.utility_account import NOTHING

# Kinds of protection that `tools.debt.Debt` has taken off already.
_IN_DEBT = ("plan", "dispute")


class UtilityCollectionNotice(models.Model):
    """What a notice says if it leaves now, or why it doesn't (COL-11).

    Read for many accounts at once: debt, disputes, promises, credit, online payments
    on their way. The list of documents and the amounts below it always add up.
    """

    _inherit = "utility.collection.notice"

    def _read_figures(self):
        """Read what these notices say as of now.

        :return: {notice id: dict}: what is kept in `figures` (amounts as float, dates
            as text), of which ``obstacle`` is a sentence, or False when it may leave
        """
        accounts = self.utility_account_id
        debts = accounts._get_debts()
        in_flight = accounts._get_money_in_flight()
        promises = self._read_promises(accounts)
        replaced = self._read_replaced()
        items = {}
        for company, mine in accounts.grouped("company_id").items():
            items |= self._read_items(company, mine)
        result = {}
        for notice in self:
            account_id = notice.utility_account_id.id
            debt = debts.get(account_id, NOTHING)
            promised, until = promises.get(account_id, (Decimal(0), False))
            mine = items.get(account_id, [])
            kept_out = sum((item["kept_out"] for item in mine), Decimal(0))
            asking = ask(debt, kept_out, promised, in_flight.get(account_id, 0))
            least = debt.minimum_due - asking.promised - asking.in_flight
            result[notice.id] = {
                "obstacle": notice._get_obstacle(asking, until)
                or notice.id in replaced
                and self.env._("A later notice takes its place."),
                "name": notice.consumer_name,
                "lang": notice.lang,
                "today": fields.Date.to_string(notice.company_id._utility_today()),
                "items": [
                    {
                        "name": item["name"],
                        "due": fields.Date.to_string(item["due"]),
                        "amount": float(item["amount"] - item["kept_out"]),
                    }
                    for item in mine
                    if item["amount"] > item["kept_out"]
                ],
                "late": float(asking.late),
                "credit": float(asking.credit),
                "disputed": float(asking.disputed),
                "promised": float(asking.promised),
                "promised_until": until and fields.Date.to_string(until),
                "in_flight": float(asking.in_flight),
                "amount": float(asking.amount),
                "minimum": float(least) if 0 < least < asking.amount else 0.0,
            }
        return result

    def _read_replaced(self):
        """Which of these waited until the ladder told of the same debt anew.

        So nobody is told twice of one debt when notices that waited leave together.
        A warning is what the law asks for: only another warning takes its place.

        :return: set of notice ids
        """
        self.flush_model(["utility_account_id", "state", "kind"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id
                  FROM utility_collection_notice notice
                 WHERE notice.id = ANY(%s)
                   AND EXISTS (
                       SELECT FROM utility_collection_notice later
                        WHERE later.utility_account_id = notice.utility_account_id
                          AND later.id > notice.id
                          AND later.state != 'not_sent'
                          AND (notice.kind = 'reminder'
                               OR later.kind = 'disconnection_warning')
                   )
                """,
                self.ids,
            )
        )
        return {notice_id for (notice_id,) in rows}

    def _read_promises(self, accounts):
        """What promises and the like protect beside what `Debt` knows.

        :return: {account id: (Decimal, day of the first or False)}
        """
        result = {}
        for account_id, protections in accounts._get_protections().items():
            amount, until = Decimal(0), False
            for protection in protections:
                if protection["kind"] in _IN_DEBT:
                    continue
                amount += Decimal(str(protection["amount"]))
                day = protection["until"]
                if protection["kind"] == "promise":
                    # What the consumer said; it protects a while longer.
                    day = protection["record"].date
                until = min(until, day) if until and day else until or day
            if amount:
                result[account_id] = (amount, until)
        return result

    def _read_items(self, company, accounts):
        """What is late on these accounts, by document and installment, oldest first.

        :return: {account id: list of dicts `name`, `due`, `amount`, `kept_out`}: of
            the amount, what nobody may be reminded of and no dispute holds already
        """
        condition = SQL("line.utility_account_id = ANY(%s)", accounts.ids)
        decimals = company.currency_id.decimal_places
        today = company._utility_today()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH held AS (
                    SELECT move_id, SUM(amount) AS amount
                      FROM (%(disputes)s) dispute
                     WHERE move_id IS NOT NULL
                  GROUP BY move_id
                )
                SELECT part.account_id,
                       part.due_date,
                       part.amount,
                       part.move_id,
                       COALESCE(move.name, plan.number || '/' || item.sequence) AS name,
                       COALESCE(line.no_followup, FALSE)
                       AND journal.type != 'general' AS kept_out,
                       COALESCE(held.amount, 0) AS held
                  FROM (%(parts)s) part
             LEFT JOIN account_move_line line
                    ON line.id = part.line_id AND part.move_id IS NOT NULL
             LEFT JOIN account_journal journal ON journal.id = line.journal_id
             LEFT JOIN account_move move ON move.id = part.move_id
             LEFT JOIN utility_payment_plan_installment item
                    ON item.id = part.line_id AND part.move_id IS NULL
             LEFT JOIN utility_payment_plan plan ON plan.id = item.plan_id
             LEFT JOIN held ON held.move_id = part.move_id
              ORDER BY part.due_date, part.line_id
                """,
                disputes=accounts._get_dispute_select(condition, today),
                parts=accounts._get_late_part_select(condition, today),
            )
        )
        result = defaultdict(list)
        held = {}
        for row in rows:
            amount = to_decimal(row["amount"], decimals)
            left = held.setdefault(row["move_id"], to_decimal(row["held"], decimals))
            taken = min(amount, left)
            held[row["move_id"]] = left - taken
            result[row["account_id"]].append(
                {
                    "name": row["name"],
                    "due": row["due_date"],
                    "amount": amount,
                    "kept_out": amount - taken if row["kept_out"] else Decimal(0),
                }
            )
        return result

    def _get_obstacle(self, asking, until):
        """Why this notice isn't told as things stand, if so.

        :param tools.asking.Asking asking: what it would ask for
        :param until: the day up to which the consumer's word holds, or False
        :return: a sentence, or False
        """
        self.ensure_one()
        case, step = self.case_id, self.step_id
        settled = asking.settled_by
        if settled == "promised" and until:
            return self.env._(
                "The consumer promised to pay: to be kept until %(date)s.",
                date=fields.Date.to_string(until),
            )
        if settled:
            return {
                "nothing": self.env._("Nothing is overdue any more."),
                "credit": self.env._("The consumer's credit covers it."),
                "disputed": self.env._("What is overdue is disputed."),
                "promised": self.env._("The consumer promised to pay."),
                "in_flight": self.env._("An online payment is on its way."),
            }[settled]
        if case.state == "closed":
            reasons = dict(
                case._fields["close_reason"]._description_selection(self.env)
            )
            return self.env._(
                "Collections have ended: %(reason)s.",
                reason=(reasons.get(case.close_reason) or self.env._("closed")).lower(),
            )
        if case.state == "paused":
            return self.env._(
                "Collections are paused: %(reason)s.",
                reason=(case.pause_reason or self.env._("no reason was given")).rstrip(
                    "."
                ),
            )
        if step and asking.amount < Decimal(str(step.amount_min)):
            return self.env._(
                "Only %(amount)s is left, and this step begins at %(minimum)s.",
                amount=self.currency_id.format(float(asking.amount)),
                minimum=self.currency_id.format(step.amount_min),
            )
        if (
            self.kind == "disconnection_warning"
            and self.utility_account_id.connection_state == "disconnected"
        ):
            return self.env._("The supply is disconnected already.")
        return False
