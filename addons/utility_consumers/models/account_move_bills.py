"""The one door for bills and service charges; see `record_bills`."""

import logging
from decimal import ROUND_HALF_UP, Decimal

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, split_every

from ..tools import parse_amount, parse_date
from .account_move import UTILITY_SEQUENCE_CODES

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
REQUEST_KEYS = frozenset(
    {
        "account",
        "kind",
        "amount",
        "lines",
        "number",
        "date",
        "due_date",
        "period_start",
        "period_end",
        "service_name",
        "service_date",
        "reference",
        "source",
        "currency",
    }
)
LINE_KEYS = frozenset({"name", "quantity", "price", "tax_ids"})
DATE_KEYS = ("date", "due_date", "period_start", "period_end", "service_date")


class BillRejected(Exception):
    """A request that can't become a document: `code` and a sentence for people."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class AccountMove(models.Model):
    _inherit = "account.move"

    # === DOOR === #

    @api.model
    def record_bills(self, requests):
        """Record bills and service charges: the only door for them (CON-05).

        The form, the import of files and the API all come through here. A bad request
        never stops the others, and a resent one is recorded once.

        request (dict):

        * `account`: account number (text) or id (integer) in the current company
        * `kind`: 'bill' (default) or 'service'
        * `amount`, or `lines`: [{`name`, `quantity` (1), `price`, `tax_ids` (none)}];
          with both, the lines must add up to the amount
        * `number`: the billing system's own number; default from the num format
        * `date`: document date, default today where the company is
        * `due_date`: default the company's days to pay after `date`
        * `period_start`, `period_end`: billing period
        * `service_name` (needed for a service), `service_date` (default `date`)
        * `reference`: free text; `source`: code of the journal of the billing system,
          default the company's; `currency`: code, default the company's

        outcome (dict), one per request, in order: `status` ('posted' | 'duplicate' |
        'rejected'), `move_id`, `number`, and for a rejected one `error` = {`code`,
        `message`}. Values are False, never None. A request is a duplicate when its
        number, account and total are those of a posted document.

        Codes: invalid_request, unknown_account, unknown_kind, unknown_source,
        unknown_currency, unknown_tax, no_journal, not_a_number, not_positive,
        too_many_decimals, amount_above_limit, amount_missing, amount_differs,
        invalid_date, due_before_date, invalid_period, locked_date,
        service_name_missing, number_taken, failed.

        :param list[dict] requests: see above
        :rtype: list[dict]
        :raise AccessError: when the caller isn't a Billing Manager
        """
        self._check_utility_bills_role()
        if not isinstance(requests, list | tuple):
            raise UserError(
                self.env._("Bills are recorded from a list of requests: send one.")
            )
        entries = self._resolve_bill_requests(list(requests))
        ready = [entry for entry in entries if not entry["outcome"]]
        self._reject_taken_numbers(ready)
        ready = [entry for entry in ready if not entry["outcome"]]
        for batch in split_every(BATCH_SIZE, ready, list):
            self._post_bill_entries(batch)
        for entry in entries:
            if repeated := entry.get("repeats"):
                first = repeated["outcome"]
                entry["outcome"] = (
                    {**first, "status": "duplicate"}
                    if first["status"] == "posted"
                    else dict(first)
                )
        return [entry["outcome"] for entry in entries]

    def _check_utility_bills_role(self):
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._("Only a Billing Manager can record bills and charges.")
            )

    # === RESOLVE AND VALIDATE === #

    def _resolve_bill_requests(self, requests):
        """Turn requests into entries with checked values, few queries for the batch.

        :return: one dict per request: `outcome` (False, or a rejection) and, for good
            ones, `account`, `journal`, `currency`, `lines`, `amount`, `vals`
        """
        company = self.env.company
        known = self._get_bill_lookups(requests, company)
        entries = []
        for request in requests:
            entry = {"request": request, "outcome": False}
            try:
                self._check_bill_request(entry, known)
            except BillRejected as rejected:
                self._reject_bill(entry, rejected.code, rejected.message)
            entries.append(entry)
        return entries

    def _get_bill_lookups(self, requests, company):
        """Fetch what the requests name, each kind of record with one query."""
        keys = [
            request.get("account") for request in requests if isinstance(request, dict)
        ]
        Account = self.env["utility.account"]
        numbers = list({key for key in keys if isinstance(key, str)})
        ids = {
            key
            for key in keys
            if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**31
        }
        accounts = Account._find_by_numbers(numbers, company) if numbers else {}
        if ids:
            found = Account.search(
                [("id", "in", list(ids)), ("company_id", "=", company.id)]
            )
            accounts.update({account.id: account for account in found})
        journals_sudo = (
            self.env["account.journal"]
            .sudo()
            .search([("company_id", "=", company.id), ("is_utility_bills", "=", True)])
        )
        # One fetch of what the loop reads of every account
        Account.union(*accounts.values()).sudo().partner_id.fetch(
            ["commercial_partner_id", "property_account_receivable_id"]
        )
        return {
            "company": company,
            "today": company._utility_today(),
            "accounts": accounts,
            "journals": {journal.code: journal for journal in journals_sudo},
            "default_journal": company.sudo().utility_bill_journal_id,
            "currencies": {
                currency.name: currency
                for currency in self.env["res.currency"].search([])
            },
            "locks": {
                journal: company.sudo()._get_user_fiscal_lock_date(journal)
                for journal in journals_sudo
            },
        }

    def _check_bill_request(self, entry, known):
        """Check one request and put its values into the entry.

        :raise BillRejected: with the first thing that is wrong
        """
        request = entry["request"]
        self._check_bill_shape(request)
        entry["account"] = known["accounts"].get(request.get("account"))
        if not entry["account"]:
            raise BillRejected(
                "unknown_account",
                self.env._(
                    "There is no account %(account)s in %(company)s; check the "
                    "account number.",
                    account=request.get("account") or "",
                    company=known["company"].name,
                ),
            )
        entry["kind"] = request.get("kind") or "bill"
        if entry["kind"] not in dict(self._fields["utility_kind"].selection):
            raise BillRejected(
                "unknown_kind",
                self.env._(
                    "'%(kind)s' is not a kind of document; use bill or service.",
                    kind=entry["kind"],
                ),
            )
        entry["journal"] = self._get_bill_journal(request, known)
        entry["currency"] = self._get_bill_currency(request, known)
        self._check_bill_dates(entry, known)
        self._check_bill_amounts(entry, known)
        entry["number"] = str(request.get("number") or "").strip()

    def _check_bill_shape(self, request):
        if not isinstance(request, dict):
            raise BillRejected(
                "invalid_request",
                self.env._("A request must be a set of named values."),
            )
        if unknown := sorted(str(key) for key in set(request) - REQUEST_KEYS):
            raise BillRejected(
                "invalid_request",
                self.env._(
                    "%(names)s is not part of a bill; known are %(known)s.",
                    names=", ".join(unknown),
                    known=", ".join(sorted(REQUEST_KEYS)),
                ),
            )
        account = request.get("account")
        if isinstance(account, bool) or not isinstance(account, (str, int)):
            raise BillRejected(
                "unknown_account",
                self.env._("The account is missing; give its number or its id."),
            )

    def _get_bill_journal(self, request, known):
        source = request.get("source")
        journal = known["journals"].get(source) if source else known["default_journal"]
        if source and not journal:
            raise BillRejected(
                "unknown_source",
                self.env._(
                    "There is no journal of bills with the code '%(code)s'; "
                    "known are %(known)s.",
                    code=source,
                    known=", ".join(sorted(known["journals"])) or "-",
                ),
            )
        if not journal:
            raise BillRejected(
                "no_journal",
                self.env._(
                    "%(company)s has no journal for bills yet; install a chart of "
                    "accounts first (Accounting settings, Fiscal localization).",
                    company=known["company"].name,
                ),
            )
        if not journal.default_account_id:
            raise BillRejected(
                "no_journal",
                self.env._(
                    "The journal %(journal)s has no income account; set its default "
                    "account.",
                    journal=journal.name,
                ),
            )
        return journal

    def _get_bill_currency(self, request, known):
        code = request.get("currency")
        if not code:
            return known["company"].currency_id
        currency = known["currencies"].get(code)
        if not currency:
            raise BillRejected(
                "unknown_currency",
                self.env._(
                    "The currency '%(code)s' is unknown or not active.", code=code
                ),
            )
        return currency

    def _check_bill_dates(self, entry, known):
        request, dates = entry["request"], {}
        for key in DATE_KEYS:
            value = request.get(key)
            dates[key] = parse_date(value) if value else False
            if value and not dates[key]:
                raise BillRejected(
                    "invalid_date",
                    self.env._(
                        "'%(value)s' is not a date (%(field)s); write it like "
                        "2025-04-20.",
                        value=value,
                        field=key,
                    ),
                )
        day = dates["date"] or known["today"]
        due = dates["due_date"] or known["company"]._utility_due_date(day)
        if due < day:
            raise BillRejected(
                "due_before_date",
                self.env._(
                    "The due date %(due)s is before the document date %(day)s.",
                    due=due,
                    day=day,
                ),
            )
        start, end = dates["period_start"], dates["period_end"]
        if start and end and end < start:
            raise BillRejected(
                "invalid_period",
                self.env._(
                    "The billing period ends on %(end)s, before it starts on "
                    "%(start)s.",
                    start=start,
                    end=end,
                ),
            )
        lock = known["locks"].get(entry["journal"])
        if lock and day <= lock:
            raise BillRejected(
                "locked_date",
                self.env._(
                    "The books are closed up to %(lock)s; the document date %(day)s "
                    "must be later.",
                    lock=lock,
                    day=day,
                ),
            )
        service_name = str(request.get("service_name") or "").strip()
        if entry["kind"] == "service" and not service_name:
            raise BillRejected(
                "service_name_missing",
                self.env._(
                    "A service charge needs the name of its service, like "
                    "Reconnection Fee."
                ),
            )
        entry["vals"] = {
            "invoice_date": day,
            "date": day,
            "invoice_date_due": due,
            "period_start": start,
            "period_end": end,
            "service_name": service_name or False,
            "service_date": dates["service_date"]
            or (day if entry["kind"] == "service" else False),
            "ref": str(request.get("reference") or "").strip() or False,
        }

    def _check_bill_amounts(self, entry, known):
        request, currency = entry["request"], entry["currency"]
        lines = request.get("lines") or []
        # Zero is an amount, and refused as such
        has_amount = request.get("amount") not in (None, "") and (
            request["amount"] is not False
        )
        if not lines and not has_amount:
            raise BillRejected(
                "amount_missing", self.env._("Give the bill an amount or lines.")
            )
        amount = (
            self._parse_bill_amount(request["amount"], currency.decimal_places)
            if has_amount
            else None
        )
        if not lines:
            entry["lines"] = [self._prepare_bill_line(entry, amount)]
        else:
            entry["lines"] = self._check_bill_lines(lines, currency)
        total = sum(line["total"] for line in entry["lines"])
        if amount is not None and amount != total:
            raise BillRejected(
                "amount_differs",
                self.env._(
                    "The lines add up to %(total)s, not to the amount %(amount)s.",
                    total=total,
                    amount=amount,
                ),
            )
        self._parse_bill_amount(total, currency.decimal_places)
        entry["amount"] = total

    def _check_bill_lines(self, lines, currency):
        result = []
        if not isinstance(lines, (list, tuple)):
            raise BillRejected(
                "invalid_request", self.env._("The lines must be a list.")
            )
        for line in lines:
            if not isinstance(line, dict) or set(line) - LINE_KEYS:
                raise BillRejected(
                    "invalid_request",
                    self.env._(
                        "A line has only these values: %(known)s.",
                        known=", ".join(sorted(LINE_KEYS)),
                    ),
                )
            # A tariff may have more decimals than the currency
            price = self._parse_bill_amount(line.get("price", 0), 12, signed=True)
            quantity = self._parse_bill_amount(line.get("quantity", 1), 12, signed=True)
            step = Decimal(1).scaleb(-currency.decimal_places)
            result.append(
                {
                    "name": str(line.get("name") or "").strip() or "-",
                    "price": price,
                    "quantity": quantity,
                    "total": (price * quantity).quantize(step, ROUND_HALF_UP),
                    "tax_ids": self._check_bill_taxes(line.get("tax_ids")),
                }
            )
        return result

    def _check_bill_taxes(self, tax_ids):
        if not tax_ids:
            return []
        Tax = self.env["account.tax"].sudo()
        taxes = Tax.search(
            [
                *Tax._check_company_domain(self.env.company),
                ("id", "in", tax_ids),
                ("type_tax_use", "=", "sale"),
            ]
        )
        if len(taxes) != len(set(tax_ids)):
            raise BillRejected(
                "unknown_tax",
                self.env._("A tax of a line is not a sales tax of this company."),
            )
        return taxes.ids

    def _parse_bill_amount(self, value, decimals, signed=False):
        amount, code = parse_amount(value, decimals, signed=signed)
        if not code:
            return amount
        messages = {
            "not_a_number": self.env._(
                "'%(value)s' is not an amount; write it like 145.50.", value=value
            ),
            "not_positive": self.env._(
                "The amount %(value)s must be greater than zero.", value=value
            ),
            "too_many_decimals": self.env._(
                "The amount %(value)s has more than %(count)s decimals.",
                value=value,
                count=decimals,
            ),
            "amount_above_limit": self.env._(
                "The amount %(value)s is too large.", value=value
            ),
        }
        raise BillRejected(code, messages[code])

    def _prepare_bill_line(self, entry, amount):
        vals = entry["vals"]
        if entry["kind"] == "service":
            name = vals["service_name"]
        elif vals["period_start"] and vals["period_end"]:
            name = self.env._(
                "Consumption, %(period)s",
                period=self._format_utility_period(
                    vals["period_start"], vals["period_end"]
                ),
            )
        else:
            name = self.env._("Consumption")
        return {
            "name": name,
            "price": amount,
            "quantity": Decimal(1),
            "total": amount,
            "tax_ids": [],
        }

    def _reject_taken_numbers(self, entries):
        """Find the numbers that are used already, in this batch or before it."""
        numbered = [entry for entry in entries if entry["number"]]
        existing = self._find_utility_documents(
            [entry["number"] for entry in numbered], self.env.company
        )
        first_of = {}
        for entry in numbered:
            key = (entry["journal"].id, entry["number"].lower())
            document_sudo = existing.get(key)
            if document_sudo:
                self._settle_taken_number(entry, document_sudo)
            elif key not in first_of:
                first_of[key] = entry
            elif (
                first_of[key]["account"] == entry["account"]
                and first_of[key]["amount"] == entry["amount"]
            ):
                entry["repeats"] = first_of[key]
                entry["outcome"] = {"status": "duplicate"}
            else:
                self._reject_taken_number(entry)

    def _settle_taken_number(self, entry, document_sudo):
        same = (
            document_sudo.state == "posted"
            and document_sudo.utility_account_id == entry["account"]
            and document_sudo.currency_id == entry["currency"]
            and not entry["currency"].compare_amounts(
                document_sudo.amount_untaxed, float(entry["amount"])
            )
        )
        if not same:
            self._reject_taken_number(entry)
            return
        entry["outcome"] = {
            "status": "duplicate",
            "move_id": document_sudo.id,
            "number": document_sudo.name,
            "error": False,
        }

    def _reject_taken_number(self, entry):
        self._reject_bill(
            entry,
            "number_taken",
            self.env._(
                "The number %(number)s is on another document already; give this one "
                "its own.",
                number=entry["number"],
            ),
        )

    @api.model
    def _find_utility_documents(self, numbers, company):
        """Return the documents of consumers with these numbers, by journal and number.

        :param list[str] numbers: document numbers; upper and lower case are the same
        :param company: the `res.company` of the documents
        :return: superuser records by (journal id, number in lower case)
        :rtype: dict[tuple[int, str], Model<account.move>]
        """
        if not numbers:
            return {}
        self.flush_model(["name", "company_id", "state", "utility_account_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT journal_id, lower(name), id FROM account_move"
                " WHERE lower(name) = ANY(%s) AND utility_account_id IS NOT NULL"
                " AND company_id = %s AND state != 'cancel'",
                list({number.lower() for number in numbers}),
                company.id,
            )
        )
        documents_sudo = self.sudo().browse(row[2] for row in rows)
        return {
            (journal_id, name): document_sudo
            for (journal_id, name, _id), document_sudo in zip(
                rows, documents_sudo, strict=True
            )
        }

    # === POST === #

    def _post_bill_entries(self, entries):
        """Post entries together; on an error halve them until the bad one is alone."""
        if not entries:
            return
        try:
            with self.env.cr.savepoint():
                self._number_bill_entries(entries)
                moves_sudo = self._create_bill_moves(entries)
                moves_sudo._post(soft=False)
                outcomes = [
                    {
                        "status": "posted",
                        "move_id": move_sudo.id,
                        "number": move_sudo.name,
                        "error": False,
                    }
                    for move_sudo in moves_sudo
                ]
        except (UserError, psycopg2.IntegrityError) as error:
            if len(entries) > 1:
                middle = len(entries) // 2
                self._post_bill_entries(entries[:middle])
                self._post_bill_entries(entries[middle:])
                return
            _logger.info("Bill rejected: %s", error)
            self._reject_failed_bill(entries[0], error)
            return
        for entry, outcome in zip(entries, outcomes, strict=True):
            entry["outcome"] = outcome

    def _number_bill_entries(self, entries):
        """Give entries without a number one of the num format, once.

        An entry that is tried again keeps its number: the counter doesn't go back.
        """
        for kind in dict(self._fields["utility_kind"].selection):
            todo = [
                entry
                for entry in entries
                if entry["kind"] == kind and not entry["number"]
            ]
            numbers = self.env["ir.sequence"]._utility_draw(
                UTILITY_SEQUENCE_CODES[kind],
                self.env.company,
                len(todo),
                date=[entry["vals"]["date"] for entry in todo],
                taken=lambda numbers: self._utility_taken_names(
                    numbers, self.env.company
                ),
            )
            for entry, number in zip(todo, numbers, strict=True):
                entry["number"] = number

    def _reject_failed_bill(self, entry, error):
        if isinstance(error, psycopg2.errors.UniqueViolation):
            self._reject_taken_number(entry)
            return
        message = (
            str(error)
            if isinstance(error, UserError)
            else self.env._(
                "The document could not be saved; check its values and send it again."
            )
        )
        self._reject_bill(entry, "failed", message)

    def _create_bill_moves(self, entries):
        """Create the draft invoices of entries, in order.

        A plain bill gets its complete lines, and Odoo's line by line synchronisation
        is skipped: it would find nothing to change. With taxes or a foreign currency
        Odoo makes the lines.
        """
        plain = [entry for entry in entries if self._is_plain_bill(entry)]
        other = [entry for entry in entries if not self._is_plain_bill(entry)]
        context = {"tracking_disable": True, "mail_create_nosubscribe": True}
        Move_sudo = self.sudo().with_context(**context)
        moves_sudo = Move_sudo.with_context(skip_invoice_sync=True).create(
            [self._prepare_plain_bill(entry) for entry in plain]
        )
        moves_sudo |= Move_sudo.create([self._prepare_bill(entry) for entry in other])
        by_entry = dict(
            zip((id(entry) for entry in plain + other), moves_sudo, strict=True)
        )
        return Move_sudo.union(*(by_entry[id(entry)] for entry in entries))

    def _is_plain_bill(self, entry):
        return entry["currency"] == entry["journal"].company_id.currency_id and not any(
            line["tax_ids"] for line in entry["lines"]
        )

    def _prepare_bill(self, entry):
        return {
            **self._prepare_bill_head(entry),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": line["name"],
                        "quantity": float(line["quantity"]),
                        "price_unit": float(line["price"]),
                        "account_id": entry["journal"].default_account_id.id,
                        "tax_ids": [Command.set(line["tax_ids"])],
                    }
                )
                for line in entry["lines"]
            ],
        }

    def _prepare_plain_bill(self, entry):
        account_sudo = entry["account"].sudo()
        partner_sudo = account_sudo.commercial_partner_id
        receivable = partner_sudo.with_company(
            account_sudo.company_id
        ).property_account_receivable_id
        vals = self._prepare_bill_head(entry)
        shared = {
            "partner_id": partner_sudo.id,
            "currency_id": entry["currency"].id,
            "tax_ids": [],
        }
        lines = [
            {
                **shared,
                "display_type": "product",
                "name": line["name"],
                "quantity": float(line["quantity"]),
                "price_unit": float(line["price"]),
                "account_id": entry["journal"].default_account_id.id,
                "balance": -float(line["total"]),
                "amount_currency": -float(line["total"]),
            }
            for line in entry["lines"]
        ]
        lines.append(
            {
                **shared,
                "display_type": "payment_term",
                "name": entry["number"],
                "account_id": receivable.id,
                "date_maturity": vals["invoice_date_due"],
                "balance": float(entry["amount"]),
                "amount_currency": float(entry["amount"]),
                "utility_account_id": account_sudo.id,
            }
        )
        return {**vals, "line_ids": [Command.create(line) for line in lines]}

    def _prepare_bill_head(self, entry):
        account_sudo = entry["account"].sudo()
        return {
            **entry["vals"],
            "name": entry["number"],
            "payment_reference": entry["number"],
            "move_type": "out_invoice",
            "journal_id": entry["journal"].id,
            "company_id": account_sudo.company_id.id,
            "currency_id": entry["currency"].id,
            "partner_id": account_sudo.partner_id.id,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "utility_account_id": account_sudo.id,
            "utility_kind": entry["kind"],
        }

    def _reject_bill(self, entry, code, message):
        entry["outcome"] = {
            "status": "rejected",
            "move_id": False,
            "number": False,
            "error": {"code": code, "message": message},
        }
