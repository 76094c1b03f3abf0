from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Entries behind an item, by the names that the classes' conditions use
_ENTRIES = SQL(
    """
    LEFT JOIN account_payment payment
           ON payment.id = move.origin_payment_id
          AND payment.utility_account_id IS NOT NULL
    LEFT JOIN account_move undone ON undone.id = move.reversed_entry_id
    LEFT JOIN account_payment undone_payment
           ON undone_payment.id = undone.origin_payment_id
          AND undone_payment.utility_account_id IS NOT NULL
    """
)
OTHER = "other"


class AccountMoveLine(models.Model):
    """What kind of event changed what a consumer owes (KPI-07)."""

    _inherit = "account.move.line"

    utility_movement = fields.Selection(
        selection="_selection_utility_movement",
        string="Movement",
        compute="_compute_utility_movement",
        search="_search_utility_movement",
        help="What kind of event this item of a consumer is of.",
    )

    # === CLASSES === #

    @api.model
    def _movement_classes(self):
        """Kinds of events that change receivables of consumers, in order.

        An item is of the first class whose condition holds, and of the last, "other",
        where none does: so each item is in exactly one. To extend by add-ons with
        entries of their own, which are put before "other".

        :return: {key: (label, condition in SQL)}; conditions may name `move` (the
            entry), `payment` (whose entry it is), `undone` (the entry that it reverses)
            and `undone_payment` (whose entry that was); payments are consumers' only
        :rtype: dict[str, tuple[str, SQL]]
        """
        counts = "('posted', 'returned')"
        return {
            "bill": (
                self.env._("Bills"),
                SQL("move.move_type = 'out_invoice' AND move.utility_kind = 'bill'"),
            ),
            "service": (
                self.env._("Service charges"),
                SQL("move.move_type = 'out_invoice' AND move.utility_kind = 'service'"),
            ),
            "collected": (
                self.env._("Payments collected"),
                SQL(
                    "payment.payment_type = 'inbound' AND payment.utility_state IN %s",
                    SQL(counts),
                ),
            ),
            "returned": (
                self.env._("Payments returned"),
                SQL(
                    "undone_payment.payment_type = 'inbound'"
                    " AND undone_payment.utility_state = 'returned'"
                ),
            ),
            "refund": (
                self.env._("Refunds paid to consumers"),
                SQL(
                    "payment.payment_type = 'outbound'"
                    " AND payment.utility_state = 'posted'"
                ),
            ),
            "revenue_credit": (
                self.env._("Credit notes that adjust revenue"),
                SQL("move.move_type = 'out_refund' OR undone.move_type = 'out_refund'"),
            ),
            "mistaken": (
                self.env._("Payments recorded by mistake"),
                SQL("payment.id IS NOT NULL"),
            ),
            "cancelled": (
                self.env._("Cancellation of such payments"),
                SQL("undone_payment.id IS NOT NULL"),
            ),
            "exchange": (
                self.env._("Exchange differences"),
                SQL(
                    "move.journal_id IN (SELECT currency_exchange_journal_id"
                    " FROM res_company WHERE id = move.company_id)"
                ),
            ),
        }

    @api.model
    def _selection_utility_movement(self):
        return [
            *((key, label) for key, (label, _sql) in self._movement_classes().items()),
            (OTHER, self.env._("Corrections and other entries")),
        ]

    @api.model
    def _movement_sql(self):
        """The class of an item, and the joins to `move` that it needs.

        :return: (expression, joins)
        :rtype: tuple[SQL, SQL]
        """
        self.env["account.move"].flush_model()
        self.env["account.payment"].flush_model()
        whens = SQL(" ").join(
            SQL("WHEN %s THEN %s", condition, key)
            for key, (_label, condition) in self._movement_classes().items()
        )
        return SQL("CASE %s ELSE %s END", whens, OTHER), _ENTRIES

    # === COMPUTE AND SEARCH === #

    @api.depends("utility_account_id", "move_id")
    def _compute_utility_movement(self):
        ours = self.filtered(lambda line: line.utility_account_id and line._origin)
        (self - ours).utility_movement = False
        if not ours:
            return
        expression, joins = self._movement_sql()
        classes = dict(
            self.env.execute_query(
                SQL(
                    "SELECT move.id, %s FROM account_move move %s"
                    " WHERE move.id = ANY(%s)",
                    expression,
                    joins,
                    ours.move_id.ids,
                )
            )
        )
        for line in ours:
            line.utility_movement = classes.get(line.move_id._origin.id, False)

    @api.model
    def _search_utility_movement(self, operator, value):
        if operator != "in":
            return NotImplemented
        expression, joins = self._movement_sql()
        keys = [key for key in value if key]

        def to_sql(model, alias, query):
            return SQL(
                "%s IS NOT NULL AND EXISTS (SELECT FROM account_move move %s"
                " WHERE move.id = %s AND %s = ANY(%s))",
                SQL.identifier(alias, "utility_account_id"),
                joins,
                SQL.identifier(alias, "move_id"),
                expression,
                keys,
            )

        domain = Domain.custom(to_sql=to_sql)
        return (
            domain | Domain("utility_account_id", "=", False)
            if (len(keys) < len(value))
            else domain
        )
