from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import AccessError, ValidationError

from ..plan.reading import is_id
from ..plan.utility_payment_plan_installment import UNPAID

VIEWERS = "utility_collections.group_view_account_debt"
UNRESOLVED = ("new", "in_progress", "waiting")
# What `get_debt_summary` promises; `read_debt_drawer` says more.
SUMMARY = (
    "percent_behind",
    "total_in_collections",
    "minimum_due",
    "last_payment",
    "credit_rating",
    "billing_accounts",
    "service_requests",
)
PAYMENT = ("amount", "date")
ACCOUNT = ("number", "amount_in_collections", "scheduled_payments")
SCHEDULED = ("date", "amount", "kind")
REQUEST = ("id", "name", "type", "state", "date_deadline")


class UtilityAccount(models.Model):
    """The debt summary of an account, for who may see it (COL-02, COL-03)."""

    _inherit = "utility.account"

    def get_debt_summary(self):
        """Say what the consumer of this account owes and what is agreed (COL-02).

        An account is a premise; its contact may have several. Totals, billing accounts
        and requests are those of all of them that the caller may read, in this
        company; the other figures are this account's. Amounts are in the company's
        currency, dates written as 2026-01-31.

        :return: {`percent_behind`, `total_in_collections`, `minimum_due`,
            `last_payment` {`amount`, `date`} or False, `credit_rating` or False,
            `billing_accounts` [{`number`, `amount_in_collections`,
            `scheduled_payments` [{`date`, `amount`, `kind`}]}], this one first,
            `service_requests` [{`id`, `name`, `type`, `state`, `date_deadline`}]}
        :rtype: dict
        :raises AccessError: without the user action View Account Debt
        """
        summary = _pick(self._check_debt_viewer()._read_debt_summary(), SUMMARY)
        summary["last_payment"] = summary["last_payment"] and _pick(
            summary["last_payment"], PAYMENT
        )
        summary["billing_accounts"] = [
            _pick(account, ACCOUNT)
            | {
                "scheduled_payments": [
                    _pick(payment, SCHEDULED)
                    for payment in account["scheduled_payments"]
                ]
            }
            for account in summary["billing_accounts"]
        ]
        summary["service_requests"] = [
            _pick(request, REQUEST) for request in summary["service_requests"]
        ]
        return summary

    def _check_debt_viewer(self):
        """COL-03: one account, and a caller who may see what it owes."""
        if not self.env.su and not self.env.user.has_group(VIEWERS):
            raise AccessError(
                self.env._(
                    "You may not see the debt of accounts: ask an administrator to"
                    " enable View Account Debt for your role."
                )
            )
        if len(self) != 1 or not is_id(self.id) or not self.exists():
            raise ValidationError(
                self.env._("A debt summary is of one account: give the id of one.")
            )
        self.check_access("read")
        return self

    # -------------------------------------------------------------------------
    # READING: as many queries for a hundred premises as for one
    # -------------------------------------------------------------------------

    def _read_debt_summary(self):
        """Read all that the debt summary tells; rights were checked."""
        self.ensure_one()
        accounts = self | self._get_sibling_accounts()
        debts = accounts._get_debts()
        cases_sudo = accounts._map_open_cases()
        owed = {
            account: debts[account.id].collectible
            for account in accounts
            if account.id in cases_sudo
        }
        scheduled = accounts._get_scheduled_payments()
        contributing = (accounts - self).filtered(
            lambda account: owed.get(account) or account.id in scheduled
        )
        debt = debts[self.id]
        return {
            "percent_behind": debt.percent_behind,
            "total_in_collections": float(sum(owed.values(), Decimal(0))),
            "minimum_due": float(debt.minimum_due),
            "last_payment": self._get_last_payment(),
            "credit_rating": self.credit_rating or False,
            "billing_accounts": [
                {
                    "id": account.id,
                    "number": account.number,
                    "address": account.service_address or "",
                    "closed": account.state == "closed",
                    "overdue": float(debts[account.id].overdue),
                    "amount_in_collections": float(owed.get(account, 0)),
                    "scheduled_payments": scheduled.get(account.id, []),
                }
                for account in (
                    self,
                    *contributing.sorted(
                        lambda account: (-owed.get(account, 0), account.number)
                    ),
                )
            ],
            "service_requests": self._get_unresolved_requests(accounts),
            "days_overdue": debt.days_overdue(self.company_id._utility_today()),
            "overdue": float(debt.overdue),
            "payoff": float(debt.payoff),
            "disputed": float(debt.disputed),
            "premises": self._count_premises(accounts, debts),
        }

    def _get_sibling_accounts(self):
        """The accounts of the same contacts and companies that the caller may read."""
        return self.search(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )

    def _count_premises(self, accounts, debts):
        """COL-01: on how many of the contact's premises something is overdue.

        Closed accounts are no premises any more, unless it is the one looked at.
        """
        premises = self | accounts.filtered(lambda account: account.state == "active")
        return {
            "behind": sum(debts[account.id].overdue > 0 for account in premises),
            "total": len(premises),
        }

    def _map_open_cases(self):
        """The case that each account is in, paused ones included.

        :return: {account id: case}, superuser
        """
        return {
            case.utility_account_id.id: case
            for case in self.env["utility.collection.case"]
            .sudo()
            .search([("utility_account_id", "in", self.ids), ("state", "!=", "closed")])
        }

    def _get_last_payment(self):
        """The last payment that stands, or False."""
        payment_sudo = (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "=", self.id),
                    ("payment_type", "=", "inbound"),
                    ("utility_state", "=", "posted"),
                ],
                order="date desc, id desc",
                limit=1,
            )
        )
        return bool(payment_sudo) and {
            "id": payment_sudo.id,
            "number": payment_sudo.receipt_number or payment_sudo.payment_number or "",
            "mode": payment_sudo.mode_id.name or "",
            # In the company's currency, as all other amounts
            "amount": abs(payment_sudo.amount_company_currency_signed),
            "date": fields.Date.to_string(payment_sudo.date),
        }

    def _get_scheduled_payments(self):
        """What is to come by agreement: installments, drafts and promises.

        A draft is an installment that a saved card pays, as the consumer agreed
        (PLN-06).

        :return: {account id: [payments by date]}, no account without any
        """
        payments = defaultdict(list)
        for account_id, payment in (
            *self._get_scheduled_installments(),
            *self._get_scheduled_promises(),
        ):
            payments[account_id].append(payment)
        for rows in payments.values():
            rows.sort(key=lambda row: (row["date"], row["name"]))
        return dict(payments)

    def _get_scheduled_installments(self):
        rows_sudo = (
            self.env["utility.payment.plan.installment"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "in", self.ids),
                    ("plan_id.state", "=", "active"),
                    ("state", "in", UNPAID),
                ],
                order="due_date, plan_id, sequence",
            )
        )
        for row in rows_sudo:
            today = row.company_id._utility_today()
            is_draft = row.plan_id.automatic_state == "on"
            yield (
                row.utility_account_id.id,
                self._say_scheduled(
                    "draft" if is_draft else "installment",
                    max(row._get_charge_date(), today) if is_draft else row.due_date,
                    row.remaining_amount,
                    row.plan_id,
                    name=row.display_name,
                    detail=is_draft and row.plan_id.automatic_card,
                ),
            )

    def _get_scheduled_promises(self):
        promises_sudo = (
            self.env["utility.payment.promise"]
            .sudo()
            .search([("utility_account_id", "in", self.ids), ("state", "=", "open")])
        )
        for promise in promises_sudo:
            missing = promise.currency_id.round(promise.amount - promise.paid_amount)
            if missing > 0:
                yield (
                    promise.utility_account_id.id,
                    self._say_scheduled("promise", promise.date, missing, promise),
                )

    def _say_scheduled(self, kind, date, amount, record, name="", detail=""):
        return {
            "date": fields.Date.to_string(date),
            "amount": amount,
            "kind": kind,
            "name": name,
            "detail": detail or "",
            "late": date < record.company_id._utility_today(),
            "model": record._name,
            "record_id": record.id,
        }

    def _get_unresolved_requests(self, accounts):
        """Service requests of collections that wait for somebody, this account's first.

        :param accounts: the contact's accounts
        """
        category = self.company_id._get_request_category()
        requests_sudo = (
            self.env["utility.service.request"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "in", accounts.ids),
                    ("state", "in", UNRESOLVED),
                    ("category_id", "in", category.ids),
                ]
            )
            .sorted(lambda request: request.utility_account_id != self)
        )
        return [
            {
                "id": request.id,
                "name": request.name or request.display_name,
                "type": request.type_id.name,
                "state": request.state,
                "date_deadline": bool(request.date_deadline)
                and fields.Date.to_string(request.date_deadline),
                "type_code": request.type_id.code or "",
                "owner": request.user_id.name or "",
                "late": request.is_overdue,
                "next_step": request.next_step or "",
                "account_id": request.utility_account_id.id,
                "account": request.utility_account_id.number,
            }
            for request in requests_sudo
        ]


def _pick(values, names):
    return {name: values[name] for name in names}
