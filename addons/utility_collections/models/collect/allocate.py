from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.allocation import OpenItem
from odoo.addons.utility_payments.tools.collection import Rejection


class AccountPayment(models.Model):
    """Stage: an installment's money goes to what its plan covers, oldest first."""

    _inherit = "account.payment"

    @api.model
    def _collect_deferred_condition(self):
        """Override of `utility_payments`: what a plan in force covers."""
        self.env["utility.payment.plan.cover"].flush_model()
        return SQL(
            "EXISTS (SELECT FROM utility_payment_plan_cover cover"
            " WHERE cover.line_id = line.id AND cover.in_force)"
        )

    @api.model
    def _collect_open_parts(self, batch):
        """Extend: what is unpaid of the installments that the batch may pay.

        Without names these are all unpaid ones of the account, oldest due first.
        """
        parts = super()._collect_open_parts(batch)
        wanted = [item for item in batch if item.type == "installment"]
        if not wanted:
            return parts
        accounts = self.env["utility.account"].union(*(i.account for i in wanted))
        rows = (
            self.env["utility.payment.plan.installment"]
            .sudo()
            .search(
                [
                    ("utility_account_id", "in", accounts.ids),
                    ("plan_id.state", "=", "active"),
                    ("state", "in", ("due", "partial", "missed")),
                ],
                order="due_date, plan_id, sequence",
            )
        )
        by_account = rows.grouped("utility_account_id")
        for item in wanted:
            item.parts = item.parts or by_account.get(
                item.account.with_env(rows.env), rows.browse()
            )
        return parts | {
            row.id: row.plan_id._money(row.amount - row.paid_amount) for row in rows
        }

    @api.model
    def _collect_scope(self, item, entries, parts):
        """Extend: the pieces of the covered items that make up each installment."""
        if item.type != "installment":
            return super()._collect_scope(item, entries, parts)
        named = bool(item.request.get("documents"))
        left = {entry.line_id: entry.residual for entry in entries}
        by_line = {entry.line_id: entry for entry in entries}
        covered = {
            plan: [line.id for line in plan.cover_ids.line_id if line.id in by_line]
            for plan in item.parts.plan_id
        }
        # Entries come oldest due first; covers in the order they were made.
        position = {entry.line_id: rank for rank, entry in enumerate(entries)}
        scope = []
        for row in item.parts:
            wanted = parts.get(row.id, Decimal(0))
            if not wanted and named:
                raise Rejection(
                    "document_not_open",
                    self.env._(
                        "%(document)s is not an unpaid installment of an active plan:"
                        " pick another, or none.",
                        document=row.display_name,
                    ),
                )
            for line_id in sorted(covered[row.plan_id], key=position.get):
                piece = min(wanted, left[line_id])
                if not piece:
                    continue
                entry = by_line[line_id]
                scope.append(
                    OpenItem(
                        line_id, entry.document_id, entry.kind, piece, True, row.id
                    )
                )
                left[line_id] -= piece
                wanted -= piece
        return scope
