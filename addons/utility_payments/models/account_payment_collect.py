import logging
from collections import defaultdict
from datetime import date as date_type
from datetime import datetime, timedelta
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools.allocation import (
    ZERO,
    OpenItem,
    allocate,
    most_accepted,
    share_in_proportion,
)
from ..tools.amounts import AmountError, read_amount, to_decimal
from ..tools.collection import Collection, Rejection, clean_request

_logger = logging.getLogger(__name__)

# Requests that share a savepoint, an entry creation and a reconciliation plan.
_CHUNK = 500
# Number of the payment: num format that it is drawn from (REC-12).
_NUMBERS = {
    "payment_number": "utility.payment",
    "transaction_number": "utility.transaction",
    "receipt_number": "utility.receipt",
}
# By which the clock of a device may be ahead.
_CLOCK_DIFFERENCE = timedelta(minutes=5)
# Nothing of a batch waits for mails, and nobody follows 500 payments.
_QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    # Entries come with all their lines, balanced: nothing to derive from them.
    "skip_invoice_sync": True,
    "tracking_disable": True,
}


class AccountPayment(models.Model):
    """The one door for money: ``record_collections`` and its stages.

    Every stage works on a list of :class:`Collection` and may be extended by an
    add-on above; a request leaves the batch with :meth:`Collection.reject`.
    """

    _inherit = "account.payment"

    @api.model
    def record_collections(self, requests):
        """Record payments of consumers: the only way in, for any channel.

        :param list[dict] requests: see docs/api.md. Mandatory: ``account`` (number or
            id), ``amount`` (currency of the payment, its decimals), ``mode`` (code).
            Optional: ``type``, ``channel`` (code), ``date`` (user's time zone),
            ``documents`` (numbers or ids), ``reference``, ``idempotency_key``,
            ``tendered``, ``excess`` ('credit' or 'change'), ``payer``, ``note``,
            ``currency`` (code), ``group``, ``received_at`` (UTC), ``received_by``.
        :return: one dict per request, in order: ``status`` ('posted', 'duplicate',
            'rejected'), the three numbers, ``payment_id``, ``applied``, ``credit``,
            ``change``, ``outstanding``, ``warnings``, and ``error`` (``code``,
            ``message``) of a rejected one. Never None: empty values are False.
        :raises AccessError: when the caller has no role that may record payments
        """
        batch = self._collect_prepare(requests)
        fresh = self._collect_claim_keys(self._collect_alive(batch))
        self._collect_lock(fresh)
        for chunk in self._collect_chunks(fresh):
            self._collect_execute(chunk)
            if len(fresh) > _CHUNK:
                # Memory stays flat however long the batch is.
                self.env.flush_all()
                self.env.invalidate_all(flush=False)
        self._collect_settle_keys(batch)
        self._collect_answer_repeats(batch)
        return [self._collect_outcome(item) for item in batch]

    @api.model
    def _collect_preview(self, requests):
        """Find out what would become of requests, without recording anything.

        No lock is taken and no key claimed: another payment may still come first.

        :param list[dict] requests: as of :meth:`record_collections`
        :return: their collections in order, allocated, or with the reason in ``error``
        """
        batch = self._collect_prepare(requests)
        alive = self._collect_alive(batch)
        if alive:
            self._collect_allocate(alive)
        return batch

    @api.model
    def _collect_prepare(self, requests):
        """Run the stages that need no lock: resolve and validate."""
        self._collect_check_caller()
        batch = [
            Collection(index, clean_request(request))
            for index, request in enumerate(requests)
        ]
        self._collect_resolve(batch)
        self._collect_validate(self._collect_alive(batch))
        self._collect_fail_groups(batch)
        return batch

    # -------------------------------------------------------------------------
    # CALLER
    # -------------------------------------------------------------------------

    @api.model
    def _collect_check_caller(self):
        """Raise an AccessError unless the caller's role records payments."""
        user = self.env.user
        if self.env.su or any(
            user.has_group(f"utility_consumers.{group}")
            for group in ("group_customer_executive", "group_field_collector")
        ):
            return
        raise AccessError(
            self.env._(
                "Recording payments needs the role Customer Executive or Field"
                " Collector: ask your administrator for it."
            )
        )

    @api.model
    def _collect_is_manager(self):
        """Whether the caller may do what needs a Billing Manager."""
        return self.env.su or self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        )

    # -------------------------------------------------------------------------
    # STAGE: RESOLVE
    # -------------------------------------------------------------------------

    @api.model
    def _collect_resolve(self, batch):
        """Turn numbers and codes into records, one query for each kind of them."""
        self._collect_resolve_accounts(batch)
        alive = self._collect_alive(batch)
        self._collect_resolve_codes(alive)
        self._collect_resolve_documents(alive)
        self._collect_resolve_types(self._collect_alive(alive))

    @api.model
    def _collect_resolve_accounts(self, batch):
        """Find the accounts that the caller may see; all others are unknown."""
        Account = self.env["utility.account"]
        numbers = {
            item.request["account"]
            for item in batch
            if isinstance(item.request.get("account"), str)
        }
        ids = {
            item.request["account"]
            for item in batch
            if isinstance(item.request.get("account"), int)
            and not isinstance(item.request.get("account"), bool)
        }
        by_number = {}
        for company in self.env.companies if numbers else ():
            # The same number may exist in several companies: the current one wins.
            by_number = Account._find_by_numbers(list(numbers), company) | by_number
        by_id = {
            account.id: account
            for account in Account.search(
                [("id", "in", list(ids)), ("company_id", "in", self.env.companies.ids)]
            )
        }
        for item in batch:
            wanted = item.request.get("account")
            if isinstance(wanted, str):
                account = by_number.get(wanted)
            else:
                # True and 1.0 would be found as number 1; not all can be hashed.
                account = type(wanted) is int and by_id.get(wanted)
            if not account:
                item.reject(
                    "unknown_account",
                    self.env._(
                        "There is no consumer account %(account)s: search for the"
                        " consumer by name or number.",
                        account=wanted or self.env._("(none)"),
                    ),
                )
                continue
            item.account = account.sudo()
            item.company = item.account.company_id

    @api.model
    def _collect_resolve_codes(self, batch):
        """Find channel, mode, currency and receiving user of each request."""
        companies = self.env["res.company"].union(*(item.company for item in batch))
        channels = (
            self.env["utility.payment.channel"]
            .sudo()
            .search_fetch(
                [("company_id", "in", [*companies.ids, False])],
                ["code", "company_id", "name"],
            )
        )
        modes = (
            self.env["utility.payment.mode"]
            .sudo()
            .search_fetch(
                [("company_id", "in", companies.ids)],
                [
                    "code",
                    "company_id",
                    "gives_change",
                    "journal_id",
                    "kind",
                    "name",
                    "payment_method_line_id",
                    "reference_required",
                ],
            )
        )
        channel_by_code = {
            (channel.company_id.id, channel.code.lower()): channel
            for channel in channels
        }
        mode_by_code = {(mode.company_id.id, mode.code.lower()): mode for mode in modes}
        for item in batch:
            code = str(item.request.get("channel") or "walk_in").lower()
            item.channel = channel_by_code.get(
                (item.company.id, code)
            ) or channel_by_code.get((False, code))
            if not item.channel:
                item.reject(
                    "unknown_channel",
                    self.env._(
                        "There is no active channel %(code)s: use one of %(known)s.",
                        code=code,
                        known=", ".join(channels.mapped("code")),
                    ),
                )
            code = str(item.request.get("mode") or "").lower()
            item.mode = mode_by_code.get((item.company.id, code))
            if not item.mode:
                known = modes.filtered(
                    lambda mode, i=item: mode.company_id == i.company
                )
                item.reject(
                    "unknown_mode",
                    self.env._(
                        "There is no active payment mode %(code)s: use one of"
                        " %(known)s.",
                        code=code or self.env._("(none)"),
                        known=", ".join(known.mapped("code")),
                    ),
                )
            self._collect_resolve_currency(item)
            self._collect_resolve_receiver(item)

    @api.model
    def _collect_resolve_currency(self, item):
        wanted = item.request.get("currency")
        item.currency = item.company.currency_id
        if not wanted or wanted == item.currency.name or wanted == item.currency.id:
            return
        item.currency = self._collect_find("res.currency", "name", wanted)
        if not item.currency:
            item.reject(
                "unknown_currency",
                self.env._(
                    "%(currency)s is not an active currency: use a code such as"
                    " %(own)s.",
                    currency=wanted,
                    own=item.company.currency_id.name,
                ),
            )

    @api.model
    def _collect_resolve_receiver(self, item):
        """Who took the money: the caller, unless a manager says who it was."""
        if self.env.uid != SUPERUSER_ID:
            item.received_by = self.env.user
        wanted = item.request.get("received_by")
        if not wanted or wanted in (self.env.uid, self.env.user.login):
            return
        user = self._collect_find("res.users", "login", wanted)
        if not self._collect_is_manager() or not user:
            item.reject(
                "unknown_receiver",
                self.env._(
                    "%(user)s can't be named as the receiver: that needs a Billing"
                    " Manager and an existing user.",
                    user=wanted,
                ),
            )
        item.received_by = user

    @api.model
    def _collect_find(self, model, code_field, wanted):
        """The record that a request names by id or by code, or an empty one."""
        by_id = isinstance(wanted, int) and not isinstance(wanted, bool)
        domain = [("id", "=", wanted)] if by_id else [(code_field, "=", str(wanted))]
        return self.env[model].sudo().search(domain, limit=1)

    @api.model
    def _collect_resolve_documents(self, batch):
        """Find the named documents of each request: bills and charges.

        An add-on above resolves its own kind before calling super().
        """
        wanted = [
            (item, reference)
            for item in batch
            if item.documents is None
            for reference in self._collect_document_references(item)
        ]
        names = {ref.strip() for _item, ref in wanted if isinstance(ref, str)}
        ids = {ref for _item, ref in wanted if isinstance(ref, int)}
        Move = self.env["account.move"].sudo()
        found = (
            Move.search(
                [
                    ("utility_account_id", "!=", False),
                    ("utility_kind", "!=", False),
                    ("company_id", "in", self.env.companies.ids),
                    "|",
                    ("id", "in", list(ids)),
                    ("name", "in", list(names)),
                ]
            )
            if wanted
            else Move
        )
        by_reference = defaultdict(list)
        for move in found:
            by_reference[move.id].append(move)
            by_reference[move.name].append(move)
        for item in batch:
            if item.documents is None:
                item.documents = Move
        for item, reference in wanted:
            key = reference.strip() if isinstance(reference, str) else reference
            candidates = by_reference[key]
            own = [
                move for move in candidates if move.utility_account_id == item.account
            ]
            if not candidates:
                item.reject(
                    "unknown_document",
                    self.env._(
                        "There is no bill or charge %(document)s: pick one of the open"
                        " ones of account %(account)s.",
                        document=reference,
                        account=item.account.number,
                    ),
                )
            elif not own:
                item.reject(
                    "document_of_other_account",
                    self.env._(
                        "%(document)s belongs to another account than %(account)s:"
                        " record its payment there.",
                        document=candidates[0].name,
                        account=item.account.number,
                    ),
                )
            else:
                # A union would forget that all documents are read together.
                documents = item.documents | own[0]
                item.documents = documents.with_prefetch(found._prefetch_ids)

    @api.model
    def _collect_document_references(self, item):
        documents = item.request.get("documents") or []
        if not isinstance(documents, list):
            documents = [documents]
        return list(
            dict.fromkeys(
                document if type(document) is int else str(document)
                for document in documents
            )
        )

    @api.model
    def _collect_resolve_types(self, batch):
        """The type of each request: as given, else that of its documents (REC-03)."""
        known = self._fields["utility_type"].get_values(self.env)
        for item in batch:
            kinds = self._collect_document_types(item)
            wanted = item.request.get("type")
            if wanted and wanted not in known:
                item.reject(
                    "unknown_type",
                    self.env._(
                        "There is no payment type %(type)s: use one of %(known)s.",
                        type=wanted,
                        known=", ".join(known),
                    ),
                )
            elif len(kinds) > 1:
                item.reject(
                    "unknown_type",
                    self.env._(
                        "The documents are of several types: send one request for each"
                        " type, with the same group."
                    ),
                )
            elif wanted and kinds and wanted not in kinds:
                item.reject(
                    "unknown_document",
                    self.env._(
                        "%(document)s can't be paid as type %(type)s: its type is"
                        " %(kind)s.",
                        document=item.documents[0].name,
                        type=wanted,
                        kind=next(iter(kinds)),
                    ),
                )
            item.type = wanted or next(iter(kinds), "bill")

    @api.model
    def _collect_document_types(self, item):
        """The payment types of the documents that a request names, as a set."""
        return set(item.documents.mapped("utility_kind"))

    # -------------------------------------------------------------------------
    # STAGE: VALIDATE (what needs no balance)
    # -------------------------------------------------------------------------

    @api.model
    def _collect_validate(self, batch):
        """Check each request by itself; nothing is read that a payment changes."""
        today = fields.Date.context_today(self)
        locks = {}
        for item in batch:
            try:
                self._collect_validate_amounts(item)
                self._collect_validate_mode(item)
                self._collect_validate_date(item, today, locks)
                self._collect_validate_texts(item)
                self._collect_validate_documents(item)
            except Rejection as rejection:
                item.reject(rejection.code, rejection.message)

    @api.model
    def _collect_validate_amounts(self, item):
        decimals = item.currency.decimal_places
        item.amount = self._collect_read_amount(item.request.get("amount"), item)
        tendered = item.request.get("tendered")
        item.tendered = (
            item.amount
            if tendered in (None, False, "")
            else self._collect_read_amount(tendered, item)
        )
        if item.tendered < item.amount:
            raise Rejection(
                "tendered_below_amount",
                self.env._(
                    "%(tendered)s was received, less than the amount %(amount)s: take"
                    " the rest, or record a smaller amount.",
                    tendered=self._collect_money(item.tendered, item.currency),
                    amount=self._collect_money(item.amount, item.currency),
                ),
            )
        excess = item.request.get("excess") or (
            "change" if item.mode.gives_change else "credit"
        )
        if excess not in ("change", "credit"):
            raise Rejection(
                "mode_not_allowed",
                self.env._(
                    "%(excess)s is not a way to treat extra money: use change or"
                    " credit.",
                    excess=excess,
                ),
            )
        item.asked = item.amount
        if excess == "credit":
            item.amount = item.tendered
        elif item.tendered > item.amount and not item.mode.gives_change:
            raise Rejection(
                "mode_not_allowed",
                self.env._(
                    "%(mode)s gives no change: record the amount that was received, or"
                    " keep the rest as credit.",
                    mode=item.mode.name,
                ),
            )
        item.change = (item.tendered - item.amount).quantize(
            Decimal(1).scaleb(-decimals)
        )

    @api.model
    def _collect_read_amount(self, value, item):
        decimals = item.currency.decimal_places
        try:
            return read_amount(value, decimals)
        except AmountError as error:
            messages = {
                "not_a_number": self.env._(
                    "%(value)s is not an amount: write digits and a point, such as"
                    " 145.50.",
                    value="" if value in (None, False) else value,
                ),
                "not_positive": self.env._(
                    "The amount must be above zero; %(value)s is not.", value=value
                ),
                "too_many_decimals": self.env._(
                    "%(value)s has too many decimals: %(currency)s has %(decimals)s.",
                    value=value,
                    currency=item.currency.name,
                    decimals=decimals,
                ),
            }
            raise Rejection(error.code, messages[error.code]) from None

    @api.model
    def _collect_validate_mode(self, item):
        mode = item.mode
        if not mode.payment_method_line_id:
            raise Rejection(
                "mode_not_allowed",
                self.env._(
                    "%(mode)s has no journal yet: choose a chart of accounts for"
                    " %(company)s in the Invoicing settings first.",
                    mode=mode.name,
                    company=item.company.name,
                ),
            )
        if item.account.cash_only and mode.kind != "cash":
            raise Rejection(
                "mode_not_allowed",
                self.env._(
                    "Account %(account)s pays in cash only (%(reason)s): choose a cash"
                    " method.",
                    account=item.account.number,
                    reason=item.account.cash_only_reason
                    or self.env._("returned payments"),
                ),
            )
        item.reference = str(item.request.get("reference") or "").strip()
        if mode.reference_required and not item.reference:
            raise Rejection(
                "mode_requires_reference",
                self.env._(
                    "%(mode)s needs a reference: give the cheque, card slip or bank"
                    " reference number.",
                    mode=mode.name,
                ),
            )

    @api.model
    def _collect_validate_date(self, item, today, locks):
        wanted = item.request.get("date") or today
        try:
            item.date = (
                wanted
                if isinstance(wanted, date_type) and not isinstance(wanted, datetime)
                else fields.Date.to_date(wanted)
            )
        except (TypeError, ValueError):
            raise Rejection(
                "not_a_date",
                self.env._(
                    "%(value)s is not a date: write it as year-month-day, such as"
                    " %(today)s.",
                    value=wanted,
                    today=today,
                ),
            ) from None
        if item.date > today:
            raise Rejection(
                "future_date",
                self.env._(
                    "%(date)s is in the future: a payment is dated %(today)s or"
                    " earlier.",
                    date=item.date,
                    today=today,
                ),
            )
        key = (item.company, item.date)
        if key not in locks:
            locks[key] = max(
                item.company._get_lock_date_violations(
                    item.date, sale=False, purchase=False, tax=False
                ),
                default=None,
            )
        if locks[key]:
            raise Rejection(
                "locked_date",
                self.env._(
                    "The books are closed up to %(lock)s: use a later date than"
                    " %(date)s.",
                    lock=locks[key][0],
                    date=item.date,
                ),
            )
        days = item.company.utility_backdate_days
        if (today - item.date).days <= days:
            return
        note = str(item.request.get("note") or "").strip()
        if not self._collect_is_manager() or not note:
            raise Rejection(
                "back_date",
                self.env._(
                    "%(date)s is more than %(days)s days back: that needs a Billing"
                    " Manager and a reason in the notes.",
                    date=item.date,
                    days=days,
                ),
            )

    @api.model
    def _collect_validate_texts(self, item):
        item.note = str(item.request.get("note") or "").strip()
        limit = item.company.utility_note_limit
        if len(item.note) > limit:
            raise Rejection(
                "note_too_long",
                self.env._(
                    "The note has %(length)s characters: shorten it to %(limit)s.",
                    length=len(item.note),
                    limit=limit,
                ),
            )
        try:
            item.received_at = (
                fields.Datetime.to_datetime(item.request.get("received_at"))
                or fields.Datetime.now()
            )
        except (TypeError, ValueError):
            raise Rejection(
                "not_a_date",
                self.env._(
                    "%(value)s is not a time: write it in UTC, such as %(now)s.",
                    value=item.request["received_at"],
                    now=fields.Datetime.to_string(fields.Datetime.now()),
                ),
            ) from None
        if item.received_at > fields.Datetime.now() + _CLOCK_DIFFERENCE:
            raise Rejection(
                "future_date",
                self.env._(
                    "%(value)s (UTC) is in the future: a payment was received now or"
                    " earlier.",
                    value=fields.Datetime.to_string(item.received_at),
                ),
            )
        item.payer = str(item.request.get("payer") or "").strip()
        item.key = str(item.request.get("idempotency_key") or "").strip()
        if item.request.get("receipt_number"):
            # Numbers given by a device come from a block that was reserved for it.
            raise Rejection(
                "receipt_not_reserved",
                self.env._(
                    "Receipt %(number)s is not from a reserved block: leave it empty,"
                    " and the next number is given.",
                    number=item.request["receipt_number"],
                ),
            )

    @api.model
    def _collect_validate_documents(self, item):
        for document in item.documents:
            if document.state != "posted":
                raise Rejection(
                    "document_not_open",
                    self.env._(
                        "%(document)s is not an open document: it is %(state)s.",
                        document=document.name or document.id,
                        state=dict(
                            document._fields["state"]._description_selection(self.env)
                        )[document.state].lower(),
                    ),
                )

    # -------------------------------------------------------------------------
    # KEYS (REC-13)
    # -------------------------------------------------------------------------

    @api.model
    def _collect_claim_keys(self, batch):
        """Claim the idempotency keys; return the requests that are new.

        A request whose key was used before gets the first outcome, or is rejected
        when it isn't the same request. A repeat inside the batch waits for the first.
        """
        claims = {}
        for item in batch:
            if item.key:
                claims.setdefault((item.company.id, item.key), item)
        taken = (
            self.env["utility.payment.key"]
            .sudo()
            ._claim([(*pair, item.digest) for pair, item in claims.items()])
        )
        fresh = []
        for item in batch:
            pair = (item.company.id, item.key)
            if not item.key:
                fresh.append(item)
                continue
            first = claims[pair]
            record = taken.get(pair)
            if (record.digest if record else first.digest) != item.digest:
                item.reject(
                    "key_reused",
                    self.env._(
                        "The key %(key)s was used for another payment: give each"
                        " payment a key of its own.",
                        key=item.key,
                    ),
                )
            elif record:
                item.outcome = {**record.outcome, "status": "duplicate"}
            elif first is item:
                item.claimed = True
                fresh.append(item)
        self._collect_fail_groups(batch)
        return self._collect_alive(fresh)

    @api.model
    def _collect_settle_keys(self, batch):
        """Keep the outcomes of posted requests, free the keys of rejected ones."""
        posted, released = [], []
        for item in batch:
            if not item.claimed:
                continue
            pair = (item.company.id, item.key)
            if item.payment:
                posted.append((*pair, item.payment.id, self._collect_outcome(item)))
            else:
                released.append(pair)
        self.env["utility.payment.key"].sudo()._settle(posted, released)

    @api.model
    def _collect_answer_repeats(self, batch):
        """Give repeats inside the batch the outcome of their first."""
        first = {}
        for item in batch:
            pair = (item.company and item.company.id, item.key)
            if not item.key or item.error or item.outcome:
                continue
            if item.payment:
                first[pair] = item
            elif pair in first:
                item.outcome = {
                    **self._collect_outcome(first[pair]),
                    "status": "duplicate",
                }
        for item in batch:
            if item.payment or item.error or item.outcome:
                continue
            # Its first was rejected: the same request has the same fault.
            twin = next(
                other for other in batch if other.key == item.key and other.error
            )
            item.error = twin.error

    # -------------------------------------------------------------------------
    # STAGE: LOCK
    # -------------------------------------------------------------------------

    @api.model
    def _collect_lock(self, batch):
        """Lock the accounts in id order, before any balance is read."""
        accounts = (
            self.env["utility.account"].sudo().union(*(item.account for item in batch))
        )
        accounts._lock_accounts()

    # -------------------------------------------------------------------------
    # EXECUTION
    # -------------------------------------------------------------------------

    @api.model
    def _collect_chunks(self, batch):
        """Cut the batch into chunks, never through a group."""
        groups = defaultdict(list)
        for item in batch:
            groups[item.group or item].append(item)
        chunk = []
        for item in batch:
            members = groups.pop(item.group or item, ())
            if chunk and len(chunk) + len(members) > _CHUNK:
                yield sorted(chunk, key=lambda member: member.index)
                chunk = []
            chunk.extend(members)
        if chunk:
            yield sorted(chunk, key=lambda member: member.index)

    @api.model
    def _collect_execute(self, chunk):
        """Record a chunk in one savepoint; halve it until a bad request is alone."""
        units = self._collect_units(self._collect_alive(chunk))
        if not units:
            return
        try:
            with self.env.cr.savepoint():
                self._collect_record([item for unit in units for item in unit])
        except (UserError, IntegrityError) as error:
            if len(units) > 1:
                middle = len(units) // 2
                for half in (units[:middle], units[middle:]):
                    for unit in half:
                        for item in unit:
                            item.payment = None
                    self._collect_execute([item for unit in half for item in unit])
                return
            _logger.info("A collection was refused by the ledger: %s", error)
            message = (
                error.args[0]
                if isinstance(error, UserError)
                else self.env._("The database refused it as inconsistent.")
            )
            for item in units[0]:
                item.payment = None
                item.reject("refused", message)

    @api.model
    def _collect_units(self, batch):
        """Requests that stand or fall together, as lists, in the order given."""
        units = {}
        for item in batch:
            units.setdefault(item.group or item, []).append(item)
        return list(units.values())

    @api.model
    def _collect_record(self, batch):
        """Run the stages that change something, for requests that were locked."""
        batch = sorted(batch, key=lambda item: item.index)
        self._collect_allocate(batch)
        batch = self._collect_alive(batch)
        if batch:
            self._collect_number(batch)
            self._collect_post(batch)
            self._collect_after(batch)

    # -------------------------------------------------------------------------
    # STAGE: ALLOCATE
    # -------------------------------------------------------------------------

    @api.model
    def _collect_allocate(self, batch):
        """Share each amount among open documents, in memory, in the order given.

        When a request of a group fails, the whole group leaves and the rest is
        allocated anew, as if it had never been there.
        """
        accounts = (
            self.env["utility.account"].sudo().union(*(item.account for item in batch))
        )
        open_items = self._collect_open_items(accounts)
        balances = accounts._get_balances()
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
            seen = dict(similar)
            for item in pending:
                try:
                    self._collect_allocate_one(item, open_items, residuals)
                except Rejection as rejection:
                    item.reject(rejection.code, rejection.message)
                    continue
                self._collect_warn(item, seen)
                current[item.account.id] -= float(item.kept)
                item.balance_after = current[item.account.id]
            failed_groups = self._collect_fail_groups(pending)
            pending = self._collect_alive(pending)
            if not failed_groups:
                return

    @api.model
    def _collect_allocate_one(self, item, open_items, residuals):
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
        scope = self._collect_scope(item, entries)
        company_currency = item.company.currency_id
        decimals = company_currency.decimal_places
        item.kept = self._collect_convert(item, item.amount)
        item.outstanding = sum((entry.residual for entry in scope), ZERO)
        self._collect_check_limit(item)
        item.shares, item.excess = allocate(item.kept, scope)
        for share in item.shares:
            residuals[share.line_id] -= share.amount
        item.excess = item.excess.quantize(Decimal(1).scaleb(-decimals))

    @api.model
    def _collect_scope(self, item, entries):
        """The open items that a request pays, in the order in which it pays them.

        Named documents in the order named, else all of the type outside of active
        plans, oldest due first (REC-03, REC-07).
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
        for line_id, move_id, account_id, kind, residual in self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, line.utility_account_id,
                       COALESCE(move.utility_kind, 'bill'), line.amount_residual
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.utility_account_id = ANY(%s)
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                 ORDER BY COALESCE(line.date_maturity, line.date), line.id
                """,
                accounts.ids,
            )
        ):
            items[account_id].append(
                OpenItem(
                    line_id,
                    move_id,
                    kind,
                    to_decimal(float(residual), decimals[account_id]),
                )
            )
        return items

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

    # -------------------------------------------------------------------------
    # STAGE: NUMBER
    # -------------------------------------------------------------------------

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

    # -------------------------------------------------------------------------
    # STAGE: POST
    # -------------------------------------------------------------------------

    @api.model
    def _collect_post(self, batch):
        """Create payments and entries at once, link them, reconcile in one plan."""
        quiet = self.sudo().with_context(**_QUIET)
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
        if len(batch) > 1:
            self._collect_refresh_statistics()
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
            # PAY-07: staff saw the money; what the system took waits for a check.
            "verification_state": "verified" if item.received_by else "pending",
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
        partner = item.account.commercial_partner_id.with_company(item.company)
        return partner.property_account_receivable_id

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
        foreign = (
            balances
            if item.currency == item.company.currency_id
            else share_in_proportion(item.amount, balances, unit)
        )
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
                            "amount_currency": -float(amount_currency),
                            "price_subtotal": -float(amount_currency),
                            "price_total": -float(amount_currency),
                            "balance": -float(balance),
                            "date_maturity": item.date,
                        }
                    )
                    for ((account_id, _excess), balance), amount_currency in zip(
                        credits.items(), foreign, strict=True
                    )
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
    def _collect_refresh_statistics(self):
        """Count tables anew that PostgreSQL counted when they were empty.

        Until autovacuum comes by again it takes them for empty, and Odoo's queries
        over matched items, which join by OR, then compare all with all: the first
        batch of 100 on a new database took minutes.
        """
        tables = [
            self.env[name]._table
            for name in (
                "account.move",
                "account.move.line",
                "account.partial.reconcile",
                "account.payment",
            )
        ]
        for (table,) in self.env.execute_query(
            SQL(
                """
                SELECT relname FROM pg_class
                 WHERE oid = ANY(%s::regclass[])
                   AND reltuples = 0
                   AND pg_relation_size(oid) > 0
                """,
                tables,
            )
        ):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    @api.model
    def _collect_reconcile(self, batch, moves):
        """Reconcile each payment with its documents, in one plan."""
        Line = self.env["account.move.line"].sudo()
        plan = []
        for item, move in zip(batch, moves, strict=True):
            if not item.shares:
                continue
            credit_by_account = {}
            for line in move.line_ids:
                if line.account_id.account_type == "asset_receivable":
                    # The excess, if on the same account, comes last and stays open.
                    credit_by_account.setdefault(line.account_id.id, line)
            for share in item.shares:
                document_line = Line.browse(share.line_id)
                plan.append(
                    credit_by_account[document_line.account_id.id] + document_line
                )
        if plan:
            Line.with_context(**_QUIET)._reconcile_plan(plan)

    # -------------------------------------------------------------------------
    # STAGE: AFTER
    # -------------------------------------------------------------------------

    @api.model
    def _collect_after(self, batch):
        """Write down allocations and events; add-ons above add their effects."""
        self.env["utility.payment.allocation"].sudo().create(
            [vals for item in batch for vals in self._collect_allocation_vals(item)]
        )
        payments = self.sudo().union(*(item.payment for item in batch))
        payments._log_event("recorded")

    @api.model
    def _collect_allocation_vals(self, item):
        """One row per document (PAY-03); the excess sits on the last one."""
        documents = {}
        for share in item.shares:
            before, applied = documents.get(share.document_id, (ZERO, ZERO))
            documents[share.document_id] = (
                before + share.outstanding_before,
                applied + share.amount,
            )
        moves = self.env["account.move"].sudo().browse(documents)
        rows = []
        for move in moves:
            before, applied = documents[move.id]
            rows.append(
                {
                    "payment_id": item.payment.id,
                    "move_id": move.id,
                    "company_id": item.company.id,
                    "amount_billed": abs(move.amount_total_signed),
                    "outstanding_before": float(before),
                    "amount_applied": float(applied),
                    "difference": float(applied - before),
                }
            )
        if rows:
            rows[-1]["difference"] += float(item.excess)
        return rows

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    @api.model
    def _collect_outcome(self, item):
        """The answer to a request, ready for XML-RPC: no None anywhere."""
        if item.outcome:
            return item.outcome
        outcome = {
            "status": "rejected",
            "payment_id": False,
            "payment_number": False,
            "transaction_number": False,
            "receipt_number": False,
            "applied": 0.0,
            "credit": 0.0,
            "credit_note": False,
            "change": 0.0,
            "outstanding": 0.0,
            "warnings": [],
            "error": item.error or False,
        }
        if item.payment:
            outcome |= {
                "status": "posted",
                "payment_id": item.payment.id,
                **item.numbers,
                "applied": float(item.applied),
                "credit": float(item.excess),
                "change": float(item.change),
                "outstanding": float(item.outstanding - item.applied),
                "warnings": item.warnings,
                "error": False,
            }
        return outcome

    @api.model
    def _collect_alive(self, batch):
        """The requests of a batch that were not rejected."""
        return [item for item in batch if item.error is None]

    @api.model
    def _collect_fail_groups(self, batch):
        """REC-17: when one of a group fails, the whole group does.

        :return: whether a group was failed now
        """
        failed = {item.group: item for item in batch if item.error and item.group}
        changed = False
        for item in batch:
            if item.group in failed and item.error is None:
                item.reject(
                    "group_failed",
                    self.env._(
                        "Nothing of this transaction was recorded, because of another"
                        " part of it: %(reason)s",
                        reason=failed[item.group].error["message"],
                    ),
                )
                changed = True
        return changed

    @api.model
    def _collect_money(self, amount, currency):
        return formatLang(self.env, float(amount), currency_obj=currency)
