from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ..plan.utility_payment_plan_cover import ASKING
from .utility_dispute import OPEN_STATES

ZERO = Decimal(0)
# Of covered debt: what its plan still asks for, as far as it is open.
COVERED = SQL("LEAST(item.amount_residual, cover.amount - cover.paid_amount)")


class UtilityDispute(models.Model):
    """What open disputes hold, as shown on them."""

    _inherit = "utility.dispute"

    @api.depends("amount", "state", "utility_account_id.receivable_line_ids")
    def _compute_hold_amount(self):
        holds = self.utility_account_id._origin.sudo()._get_dispute_holds()
        for dispute in self:
            hold = holds.get(dispute.utility_account_id._origin.id, {})
            dispute.hold_amount = float(hold.get(dispute._origin.id, ZERO))


class UtilityAccount(models.Model):
    """Disputed amounts are owed, and left alone by collections (COL-09)."""

    _inherit = "utility.account"

    dispute_ids = fields.One2many(
        comodel_name="utility.dispute",
        inverse_name="utility_account_id",
        string="Disputes",
        readonly=True,
    )
    dispute_count = fields.Integer(compute="_compute_dispute_counts", compute_sudo=True)
    open_dispute_count = fields.Integer(
        string="Open Disputes",
        compute="_compute_dispute_counts",
        compute_sudo=True,
        help="While there is one, what it is about isn't collected (COL-09).",
    )

    @api.depends("dispute_ids.state")
    def _compute_dispute_counts(self):
        counts = {account: [0, 0] for account in self._origin.ids}
        for account, state, count in self.env["utility.dispute"]._read_group(
            [("utility_account_id", "in", self._origin.ids)],
            ["utility_account_id", "state"],
            ["__count"],
        ):
            counts[account.id][0] += count
            counts[account.id][1] += count if state in OPEN_STATES else 0
        for account in self:
            mine = counts.get(account._origin.id, (0, 0))
            account.dispute_count, account.open_dispute_count = mine

    def action_new_dispute(self):
        """Open a new dispute of this account.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["utility.dispute"]._get_new_action(
            default_utility_account_id=self.id
        )

    # -------------------------------------------------------------------------
    # WHAT COLLECTIONS ASK
    # -------------------------------------------------------------------------

    @api.model
    def _get_dispute_select(self, condition, today=None):
        """Override: open disputes by their bill; those of a payment name none.

        What a payment should have paid isn't known by document, so its dispute takes
        up the oldest debt. So does the dispute of a bill that a plan covers, as far as
        installments of the plan are past due: the plan asks for the money, not the
        bill.
        """
        self.env["utility.dispute"].flush_model()
        if not today:
            return SQL(
                """
                SELECT line.utility_account_id AS account_id, line.move_id, line.amount
                  FROM utility_dispute line
                 WHERE line.state IN ('new', 'investigation', 'waiting')
                   AND %s
                """,
                condition,
            )
        self.env["utility.payment.plan.cover"].flush_model()
        self.env["utility.payment.plan.installment"].flush_model()
        return SQL(
            """
            SELECT held.account_id, share.move_id, share.amount
              FROM (
                SELECT line.utility_account_id AS account_id,
                       line.move_id,
                       line.amount,
                       LEAST(
                           line.amount,
                           COALESCE(plan.covered, 0),
                           GREATEST(COALESCE(plan.late, 0) - COALESCE(
                               SUM(LEAST(line.amount, plan.covered)) OVER (
                                   PARTITION BY plan.id ORDER BY line.id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                               ), 0), 0)
                       ) AS planned
                  FROM utility_dispute line
             LEFT JOIN LATERAL (
                       SELECT cover.plan_id AS id,
                              SUM(%(covered)s) AS covered,
                              (SELECT SUM(due.amount - due.paid_amount)
                                 FROM utility_payment_plan_installment due
                                WHERE due.plan_id = cover.plan_id
                                  AND due.state IN ('due', 'partial', 'missed')
                                  AND due.due_date < %(today)s) AS late
                         FROM account_move_line item
                         JOIN utility_payment_plan_cover cover
                           ON cover.line_id = item.id
                        WHERE item.move_id = line.move_id
                          AND %(asking)s
                     GROUP BY cover.plan_id
                        LIMIT 1
                       ) plan ON TRUE
                 WHERE line.state IN ('new', 'investigation', 'waiting')
                   AND %(condition)s
                   ) held
        CROSS JOIN LATERAL (
                VALUES (held.move_id, held.amount - held.planned), (NULL, held.planned)
                   ) share(move_id, amount)
             WHERE share.amount > 0
            """,
            covered=COVERED,
            asking=ASKING,
            today=today,
            condition=condition,
        )

    def _get_dispute_holds(self):
        """What each open dispute holds of what is owed, oldest dispute first.

        Never more than is open: of its bill, or of the account where it is about a
        payment, after what disputes of bills hold.

        :return: {account id: {dispute id: Decimal}}
        """
        if not self.ids:
            return {}
        self.env["utility.dispute"].flush_model()
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT dispute.utility_account_id, dispute.id, dispute.move_id,
                       dispute.amount, COALESCE(owed.amount, 0)
                  FROM utility_dispute dispute
                  JOIN LATERAL (
                       SELECT SUM(line.amount_residual) AS amount
                         FROM account_move_line line
                        WHERE line.utility_account_id = dispute.utility_account_id
                          AND line.parent_state = 'posted'
                          AND line.reconciled IS NOT TRUE
                          AND (dispute.move_id IS NULL
                               OR line.move_id = dispute.move_id)
                       ) owed ON TRUE
                 WHERE dispute.utility_account_id = ANY(%s)
                   AND dispute.state IN ('new', 'investigation', 'waiting')
              ORDER BY dispute.move_id IS NULL, dispute.id
                """,
                self.ids,
            )
        )
        holds, taken = {}, {}
        for account_id, dispute_id, move_id, amount, owed in rows:
            decimals = self.browse(account_id).company_id.currency_id.decimal_places
            mine = holds.setdefault(account_id, {})
            room = to_decimal(float(owed), decimals) - (
                taken.get(move_id, ZERO) if move_id else sum(mine.values(), ZERO)
            )
            hold = min(to_decimal(float(amount), decimals), max(room, ZERO))
            taken[move_id] = taken.get(move_id, ZERO) + hold
            mine[dispute_id] = hold
        return holds

    def _get_protections(self):
        """Extend: what is disputed and still owed, until that is settled."""
        protections = super()._get_protections()
        Dispute = self.env["utility.dispute"]
        for account_id, holds in self._get_dispute_holds().items():
            protections.setdefault(account_id, []).extend(
                {
                    "kind": "dispute",
                    "amount": float(hold),
                    "until": False,
                    "record": Dispute.browse(dispute_id),
                }
                for dispute_id, hold in holds.items()
                if hold
            )
            if not protections[account_id]:
                del protections[account_id]
        return protections
