from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.allocation import OpenItem
from odoo.addons.utility_payments.tools.collection import Rejection

from ..plan.utility_payment_plan_cover import ASKING
from ..plans_wait import PlansWait

ZERO = Decimal(0)


class AccountPayment(models.Model):
    """Stage: an installment's money goes to what its plan covers, oldest first."""

    _inherit = "account.payment"

    @api.model
    def _collect_deferred_condition(self):
        """Override of `utility_payments`: what a plan in force still asks for."""
        self.env["utility.payment.plan.cover"].flush_model()
        return SQL(
            "EXISTS (SELECT FROM utility_payment_plan_cover cover"
            " WHERE cover.line_id = line.id AND %s)",
            ASKING,
        )

    @api.model
    def _collect_allocate(self, batch, settled=None):
        """Extend: what a door around this has reversed is unpaid by now."""
        if wait := PlansWait.of(self):
            self.env["utility.payment.plan"].sudo()._follow_waiting(wait)
        return super()._collect_allocate(batch, settled)

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
        Installment = self.env["utility.payment.plan.installment"].sudo()
        rows = Installment.search(
            Installment._get_unpaid_domain(accounts),
            order="due_date, plan_id, sequence",
        )
        # For the whole batch at once: each request looks at its own.
        rows.plan_id.cover_ids.line_id.fetch(["amount_residual"])
        by_account = rows.grouped("utility_account_id")
        for item in wanted:
            if not item.request.get("documents"):
                item.parts = by_account.get(item.account, rows.browse())
        parts |= {
            row.id: row.plan_id._money(row.amount - row.paid_amount) for row in rows
        }
        if PlansWait.of(self):
            parts |= self._collect_directable_parts(wanted)
        return parts

    @api.model
    def _collect_settle_parts(self, parts, settled):
        """Extend: installments by their names."""
        parts = super()._collect_settle_parts(parts, settled)
        rows = self.env["utility.payment.plan.installment"].sudo().browse(parts)
        for row in rows:
            amount = row.plan_id._money(settled.get(row.display_name))
            parts[row.id] = max(parts[row.id] - amount, ZERO)
        return parts

    @api.model
    def _collect_directable_parts(self, wanted):
        """What may be paid of named installments when a payment is recorded anew.

        When a payment for one is taken back, money that nobody directed takes its
        place, oldest first. It makes room again for the payment that replaces it.
        """
        rows = self.env["utility.payment.plan.installment"].sudo()
        rows = rows.union(*(i.parts for i in wanted if i.request.get("documents")))
        rows = rows.filtered(lambda row: row.plan_id.state == "active")
        directed = rows.plan_id._read_directed() if rows else {}
        return {
            row.id: row.plan_id._money(row.amount)
            - sum(directed.get(row.id, {}).values(), ZERO)
            for row in rows
        }

    @api.model
    def _collect_scope(self, item, entries, parts):
        """Extend: the pieces of the covered items that make up each installment."""
        if item.type != "installment":
            return super()._collect_scope(item, entries, parts)
        named = bool(item.request.get("documents"))
        by_line = {entry.line_id: entry for entry in entries}
        # Entries come oldest due first.
        position = {entry.line_id: rank for rank, entry in enumerate(entries)}
        room = {}
        covered = {}
        for plan in item.parts.plan_id:
            covers = plan.cover_ids.filtered(
                lambda cover: cover.in_force and cover.line_id.id in by_line
            )
            for cover in covers:
                room[cover.line_id.id] = self._collect_cover_room(
                    cover, by_line[cover.line_id.id]
                )
            covered[plan] = sorted(covers.line_id.ids, key=position.get)
        scope = []
        item.parts_before = {}
        for row in item.parts:
            wanted = parts.get(row.id, ZERO)
            if not wanted and named:
                raise Rejection("document_not_open", self._collect_explain_closed(row))
            item.parts_before[row.id] = wanted
            for line_id in covered[row.plan_id]:
                piece = min(wanted, room[line_id])
                if not piece:
                    continue
                entry = by_line[line_id]
                scope.append(
                    OpenItem(
                        line_id, entry.document_id, entry.kind, piece, True, row.id
                    )
                )
                room[line_id] -= piece
                wanted -= piece
            # Where an earlier request of the batch has paid the bill itself.
            item.parts_before[row.id] -= wanted
        return scope

    @api.model
    def _collect_cover_room(self, cover, entry):
        """What a plan still asks for of an item: the item may owe more than that.

        A payment from before the plan that was returned is owed beside it.
        """
        money = cover.plan_id._money
        taken = money(cover.line_id.amount_residual) - entry.residual
        left = money(cover.amount) - money(cover.paid_amount) - taken
        return max(min(left, entry.residual), ZERO)

    @api.model
    def _collect_explain_closed(self, row):
        """Why an installment takes no money, and what does."""
        plan = row.plan_id
        if row.state == "paid":
            return self.env._(
                "%(document)s is already paid: pick another installment, or none.",
                document=row.display_name,
            )
        if plan.state == "draft":
            return self.env._(
                "%(document)s is of a draft: activate plan %(plan)s first, or pay its"
                " bills.",
                document=row.display_name,
                plan=plan.display_name,
            )
        if plan.state in ("broken", "cancelled"):
            return self.env._(
                "%(document)s asks for nothing any more, because plan %(plan)s is"
                " %(state)s: pay the bills or charges that it covered.",
                document=row.display_name,
                plan=plan.display_name,
                state=dict(plan._fields["state"]._description_selection(self.env))[
                    plan.state
                ].lower(),
            )
        return self.env._(
            "%(document)s is not an unpaid installment of an active plan: pick another,"
            " or none.",
            document=row.display_name,
        )
