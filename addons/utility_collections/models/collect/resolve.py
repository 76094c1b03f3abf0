import re
from collections import defaultdict

from odoo import api, models

_NAME = re.compile(r"(?P<number>.+)/(?P<sequence>\d{1,4})")


def _key(reference):
    return reference.strip() if isinstance(reference, str) else reference


class AccountPayment(models.Model):
    """Stage: installments are named by id, or as PP-2025-0034/1 (REC-03)."""

    _inherit = "account.payment"

    @api.model
    def _collect_resolve_documents(self, batch):
        """Extend: find the named installments, with one query."""
        named = [
            (item, self._collect_document_references(item))
            for item in batch
            if item.request.get("documents")
            and (
                item.request.get("type") == "installment"
                or self._collect_may_name_installments(item)
            )
        ]
        if named:
            self._collect_resolve_installments(named)
        return super()._collect_resolve_documents(batch)

    @api.model
    def _collect_may_name_installments(self, item):
        """Whether a request without a type looks as if it named installments."""
        return not item.request.get("type") and any(
            isinstance(reference, str) and _NAME.fullmatch(reference.strip())
            for reference in self._collect_document_references(item)
        )

    @api.model
    def _collect_resolve_installments(self, named):
        candidates = self._collect_find_installments(named)
        prefetch_ids = {row.id for rows in candidates.values() for row in rows}
        for item, references in named:
            rows = {ref: candidates.get(_key(ref), []) for ref in references}
            if item.request.get("type") != "installment" and not any(rows.values()):
                # Numbers of bills may look alike.
                continue
            item.documents = self.env["account.move"].sudo()
            item.parts = self.env["utility.payment.plan.installment"].sudo()
            for ref, found in rows.items():
                own = [row for row in found if row.utility_account_id == item.account]
                if not found:
                    item.reject(
                        "unknown_document",
                        self.env._(
                            "There is no installment %(document)s: pick one of the"
                            " unpaid ones of account %(account)s.",
                            document=ref,
                            account=item.account.number,
                        ),
                    )
                elif not own:
                    self._collect_reject_foreign(item, found[0].display_name)
                else:
                    item.parts |= own[0]
            # Plans and what they cover are read for the batch at once.
            item.parts = item.parts.with_prefetch(prefetch_ids)

    @api.model
    def _collect_find_installments(self, named):
        """Find installments by id or name; of several versions the one in force first.

        :return: {reference: list of installments}
        """
        references = {ref for _item, refs in named for ref in refs}
        matches = [
            _NAME.fullmatch(ref.strip()) for ref in references if isinstance(ref, str)
        ]
        # A number that no column can hold names nothing.
        ids = [ref for ref in references if isinstance(ref, int) and 0 < ref < 2**31]
        found = (
            self.env["utility.payment.plan.installment"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.env.companies.ids),
                    "|",
                    ("id", "in", ids),
                    ("plan_id.number", "in", [m["number"] for m in matches if m]),
                ],
                order="plan_id desc, sequence",
            )
        )
        candidates = defaultdict(list)
        for row in found.sorted(lambda row: row.plan_id.state != "active"):
            candidates[row.id].append(row)
            candidates[row.display_name].append(row)
        return candidates

    @api.model
    def _collect_document_types(self, item):
        """Extend: what names installments is of their type."""
        types = super()._collect_document_types(item)
        return types | {"installment"} if item.parts else types
