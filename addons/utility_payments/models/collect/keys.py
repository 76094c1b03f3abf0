from odoo import api, models


class AccountPayment(models.Model):
    """Idempotency: the same request again is recorded once (REC-13)."""

    _inherit = "account.payment"

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
