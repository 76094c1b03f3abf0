from collections import defaultdict

from odoo import fields, models

from odoo.addons.utility_consumers.tools import like_escape

from ..models.utility_account_search import INSTALLMENT


class UtilityRecordPayment(models.TransientModel):
    """Installments at the counter (REC-03); what a plan covers is paid only if ticked.

    A plan's number, or an installment's such as PP-2025-0034/1, finds its account and
    ticks the installment.
    """

    _inherit = "utility.record.payment"

    installment_balance = fields.Monetary(
        related="utility_account_id.installment_balance",
        related_sudo=False,
        currency_field="company_currency_id",
    )

    def _get_open_documents(self):
        """Extend: unpaid installments; what plans cover comes last, and says so."""
        result = super()._get_open_documents()
        account = self.utility_account_id
        if not account:
            return result
        plans = self._get_covering_plans()
        if plans:
            for code, documents in result.items():
                marked = [self._mark_covered(doc, plans) for doc in documents]
                result[code] = sorted(
                    marked, key=lambda doc: bool(doc.get("is_deferred"))
                )
        installments = self._get_open_installments()
        if installments:
            result["installment"] = installments
        return result

    def _get_covering_plans(self):
        """The plans that put off documents of the account.

        :return: {document id: name of its plan}
        """
        covers_sudo = (
            self.env["utility.payment.plan.cover"]
            .sudo()
            .search(
                [
                    ("in_force", "=", True),
                    ("plan_id.utility_account_id", "=", self.utility_account_id.id),
                ]
            )
        )
        return {
            cover.line_id.move_id.id: cover.plan_id.display_name
            for cover in covers_sudo
            # What came back of before the plan is due by itself.
            if cover.paid_amount < cover.amount
        }

    def _mark_covered(self, document, plans):
        """Say of a document which plan puts it off, if one does."""
        plan = plans.get(document["document_id"])
        if not plan:
            return document
        note = self.env._("in plan %(plan)s", plan=plan)
        return document | {
            "detail": ", ".join(part for part in (document["detail"], note) if part),
            "is_overdue": False,
            "is_deferred": True,
        }

    def _get_open_installments(self):
        """Unpaid installments as lines, oldest due first, less what the visit pays."""
        Installment = self.env["utility.payment.plan.installment"]
        rows = Installment.search(
            Installment._get_unpaid_domain(self.utility_account_id),
            order="due_date, plan_id, sequence",
        )
        planned = defaultdict(float)
        for share in self._get_planned_shares() if rows else []:
            planned[share.part] += float(share.amount)
        by_credit = self.tender_ids._get_settled_amounts()
        today = self.company_id._utility_today()
        return [
            {
                "document_id": row.id,
                "name": row.display_name,
                "detail": row.position_label,
                "date_due": row.due_date,
                "is_overdue": row.due_date < today,
                "outstanding": outstanding,
            }
            for row in rows
            if (
                outstanding := row.currency_id.round(
                    row.remaining_amount
                    - planned[row.id]
                    - by_credit.get(row.display_name, 0.0)
                )
            )
            > 0
        ]

    def _find_scanned(self, documents):
        """Extend: the number of a plan is that of its oldest unpaid installment.

        Of all of them, where the plan is to be paid off.
        """
        found = super()._find_scanned(documents)
        start = f"{(self.scanned or '').strip().lower()}/"
        if found or start == "/":
            return found
        found = [
            doc for doc in documents or [] if doc["name"].lower().startswith(start)
        ]
        return found if self.env.context.get("utility_pay_off") else found[:1]

    def _find_scanned_account(self):
        """Extend by the number of a plan or an installment."""
        number = INSTALLMENT.sub("", self.scanned.strip())
        plan = self.env["utility.payment.plan"].search(
            [
                ("number", "=ilike", like_escape(number)),
                ("company_id", "in", self.env.companies.ids),
            ],
            limit=1,
        )
        return plan.utility_account_id or super()._find_scanned_account()

    def _takes_credit(self):
        """Extend: credit pays installments, by their names (CRN-10)."""
        return self.utility_type == "installment" or super()._takes_credit()

    def _find_creditable(self, document_ids):
        """Extend: installments whose plan covers debt on one receivable account."""
        if self.utility_type != "installment":
            return super()._find_creditable(document_ids)
        rows_sudo = self.env["utility.payment.plan.installment"].sudo()
        rows_sudo = rows_sudo.browse(document_ids).exists()
        return {row.id: row.plan_id.cover_ids.line_id.account_id for row in rows_sudo}
