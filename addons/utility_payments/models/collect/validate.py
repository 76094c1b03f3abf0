from datetime import date as date_type
from datetime import datetime, timedelta
from decimal import Decimal

from odoo import api, fields, models

from ...tools.amounts import AmountError, read_amount
from ...tools.collection import Rejection

# By which the clock of a device may be ahead.
_CLOCK_DIFFERENCE = timedelta(minutes=5)


class AccountPayment(models.Model):
    """Stage: what can be checked without a balance (REC-04, REC-05, REC-10)."""

    _inherit = "account.payment"

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
                "amount_above_limit": self.env._(
                    "%(value)s is more than any payment can be: check the digits.",
                    value=value,
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
