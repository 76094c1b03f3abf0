from collections import defaultdict

from odoo import SUPERUSER_ID, api, models

# A longer batch reads them as it goes on, and forgets them.
_READ_TOGETHER = 500


class AccountPayment(models.Model):
    """Stage: codes, numbers and names become records, one query for each kind."""

    _inherit = "account.payment"

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
        self._collect_read_contacts(self._collect_alive(batch))

    @api.model
    def _collect_read_contacts(self, batch):
        """Read the contacts that the stages need together, not one after the other."""
        accounts = self.env["utility.account"].sudo()
        accounts = accounts.union(*(item.account for item in batch[:_READ_TOGETHER]))
        contacts = (
            self.env.user.sudo().partner_id
            | accounts.company_id.partner_id
            | accounts.commercial_partner_id
        )
        contacts.mapped("tz")

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
        # Who took the money then may have left since.
        everyone = self.with_context(active_test=False)
        user = everyone._collect_find("res.users", "login", wanted)
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
                self._collect_reject_foreign(item, candidates[0].name)
            else:
                # A union would forget that all documents are read together.
                documents = item.documents | own[0]
                item.documents = documents.with_prefetch(found._prefetch_ids)

    @api.model
    def _collect_reject_foreign(self, item, name):
        """Refuse money for a document of another account."""
        item.reject(
            "document_of_other_account",
            self.env._(
                "%(document)s belongs to another account than %(account)s:"
                " record its payment there.",
                document=name,
                account=item.account.number,
            ),
        )

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
