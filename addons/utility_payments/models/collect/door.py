import logging

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from ...tools.collection import Collection, clean_request

_logger = logging.getLogger(__name__)

# Requests that share a savepoint, an entry creation and a reconciliation plan.
_CHUNK = 500


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
    def _collect_preview(self, requests, settled=None):
        """Find out what would become of requests, without recording anything.

        No lock is taken and no key claimed: another payment may still come first.

        :param list[dict] requests: as of :meth:`record_collections`
        :param dict settled: amounts by document, in company currency, that will have
            been settled otherwise before
        :return: their collections in order, allocated, or with the reason in ``error``
        """
        batch = self._collect_prepare(requests)
        alive = self._collect_alive(batch)
        if alive:
            self._collect_allocate(alive, settled)
        return batch

    @api.model
    def _collect_prepare(self, requests):
        """Run the stages that need no lock: resolve and validate."""
        self._collect_check_caller()
        if not isinstance(requests, list | tuple):
            raise UserError(
                self.env._("Payments are recorded from a list of requests: send one.")
            )
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
    # LOCK
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
        chunk = []
        for members in self._collect_units(batch):
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
                    items = [item for unit in half for item in unit]
                    for item in items:
                        item.payment = None
                    self._collect_execute(items)
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
