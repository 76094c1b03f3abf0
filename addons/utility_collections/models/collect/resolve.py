import re

from odoo import api, models

_NAME = re.compile(r"(?P<number>.+)/(?P<sequence>\d{1,4})")


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
                or self._collect_names_installments(item)
            )
        ]
        if named:
            self._collect_resolve_installments(named)
        return super()._collect_resolve_documents(batch)

    @api.model
    def _collect_names_installments(self, item):
        """Whether a request without a type names installments."""
        return not item.request.get("type") and any(
            isinstance(reference, str) and _NAME.fullmatch(reference.strip())
            for reference in self._collect_document_references(item)
        )

    @api.model
    def _collect_resolve_installments(self, named):
        Installment = self.env["utility.payment.plan.installment"].sudo()
        references = [ref for _item, refs in named for ref in refs]
        matches = [
            _NAME.fullmatch(ref.strip()) for ref in references if isinstance(ref, str)
        ]
        found = Installment.search(
            [
                ("company_id", "in", self.env.companies.ids),
                "|",
                ("id", "in", [ref for ref in references if isinstance(ref, int)]),
                ("plan_id.number", "in", [m["number"] for m in matches if m]),
            ],
            order="plan_id desc, sequence",
        )
        by_reference = {row.id: row for row in found}
        for row in found:
            # Of several versions, the newest one that is active.
            known = by_reference.get(row.display_name)
            if not known or (known.plan_id.state, row.plan_id.state) != (
                "active",
                "active",
            ):
                if not known or row.plan_id.state == "active":
                    by_reference[row.display_name] = row
        for item, refs in named:
            item.documents = self.env["account.move"].sudo()
            item.parts = Installment
            for ref in refs:
                row = by_reference.get(ref.strip() if isinstance(ref, str) else ref)
                if not row:
                    item.reject(
                        "unknown_document",
                        self.env._(
                            "There is no installment %(document)s: pick one of the"
                            " unpaid ones of account %(account)s.",
                            document=ref,
                            account=item.account.number,
                        ),
                    )
                    break
                if row.utility_account_id != item.account:
                    item.reject(
                        "document_of_other_account",
                        self.env._(
                            "%(document)s belongs to another account than %(account)s:"
                            " record its payment there.",
                            document=row.display_name,
                            account=item.account.number,
                        ),
                    )
                    break
                item.parts |= row

    @api.model
    def _collect_document_types(self, item):
        """Extend: what names installments is of their type."""
        types = super()._collect_document_types(item)
        return types | {"installment"} if item.parts else types
