from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.utility_consumers.tools import SearchTerm

# Above so many hits a term is common: walking the list by date finds the first page
# sooner than collecting all hits and sorting them.
_RARE = 20_000
# Above so many consumers their ids are no longer worth sending to PostgreSQL.
_ACCOUNTS = 50_000
# The same expression as in the index, so that PostgreSQL uses it.
_SEARCH_COLUMNS = (
    "receipt_number",
    "payment_number",
    "transaction_number",
    "payment_reference",
)


class AccountPayment(models.Model):
    """What the payment list and the details page show of a payment."""

    _inherit = "account.payment"

    utility_search = fields.Char(
        string="Payment Search",
        compute="_compute_utility_search",
        search="_search_utility_search",
        help="Finds receipt, payment and transaction numbers, references, and what a"
        " consumer account is found by (LST-03).",
    )
    consumer_name = fields.Char(
        related="utility_account_id.consumer_name", string="Consumer"
    )
    account_number = fields.Char(related="utility_account_id.number")
    service_address = fields.Char(related="utility_account_id.service_address")
    consumer_phone = fields.Char(related="utility_account_id.phone", string="Phone")
    mode_kind = fields.Selection(related="mode_id.kind", string="Kind of Mode")
    received_by_label = fields.Char(
        string="Received By (Text)", compute="_compute_received_by_label"
    )
    processing_time = fields.Char(compute="_compute_processing_time")
    group_payment_ids = fields.Many2many(
        comodel_name="account.payment",
        string="Recorded Together",
        compute="_compute_group_payment_ids",
        help="The payments of the same transaction, printed on one receipt (REC-17).",
    )

    _utility_search_trigram = models.Index(
        "USING gin ((COALESCE(receipt_number, '') || ' '"
        " || COALESCE(payment_number, '') || ' '"
        " || COALESCE(transaction_number, '') || ' '"
        " || COALESCE(payment_reference, '')) gin_trgm_ops)"
        " WHERE utility_account_id IS NOT NULL"
    )
    _utility_list_idx = models.Index(
        "(date DESC, id DESC) WHERE utility_account_id IS NOT NULL"
    )
    # The few that somebody has to look at, among the many that are fine.
    _utility_unverified_idx = models.Index(
        "(date DESC, id DESC) WHERE verification_state = 'pending'"
    )
    _utility_not_posted_idx = models.Index(
        "(utility_state, date DESC, id DESC) WHERE utility_state <> 'posted'"
    )

    # -------------------------------------------------------------------------
    # COMPUTE, SEARCH
    # -------------------------------------------------------------------------

    @api.depends("receipt_number", "payment_number", "utility_account_id")
    def _compute_display_name(self):
        """Override of `account`: people know a consumer's payment by its receipt."""
        consumer_payments = self.filtered("utility_account_id")
        for payment in consumer_payments:
            payment.display_name = (
                payment.receipt_number
                or payment.payment_number
                or self.env._("Payment attempt")
            )
        return super(AccountPayment, self - consumer_payments)._compute_display_name()

    def _compute_utility_search(self):
        self.utility_search = False

    @api.model
    def _search_utility_search(self, operator, value):
        """LST-03: one box over numbers, reference, and the consumer's own search."""
        if operator not in ("ilike", "like"):
            return NotImplemented
        term = (value or "").strip()
        if not term:
            return Domain.TRUE
        escaped = term.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        # One or two letters have no trigram: they are sought where a number begins.
        patterns = (
            [f"%{escaped}%"] if len(term) > 2 else [f"{escaped}%", f"% {escaped}%"]
        )
        accounts = self.env["utility.account"]._search(
            [("display_name", operator, term)], limit=_ACCOUNTS + 1
        )
        account_ids = list(accounts.get_result_ids())
        if len(account_ids) <= _ACCOUNTS:
            found = self._utility_search_rare(patterns, account_ids)
            if len(found) <= _RARE:
                return Domain("id", "in", found)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s OR %s)",
                model._utility_search_text(alias, patterns),
                model._utility_search_accounts(alias, term, account_ids),
            )
        )

    @api.model
    def _utility_search_rare(self, patterns, account_ids):
        """Ids of the payments that match, by the indexes; more than _RARE: not all."""
        self.flush_model([*_SEARCH_COLUMNS, "utility_account_id"])
        rows = self.env.execute_query(
            SQL(
                """
                (SELECT id FROM account_payment
                  WHERE %(text_matches)s
                    AND utility_account_id IS NOT NULL
                  LIMIT %(limit)s)
                UNION
                (SELECT id FROM account_payment
                  WHERE utility_account_id = ANY(%(account_ids)s)
                  LIMIT %(limit)s)
                """,
                text_matches=self._utility_search_text("account_payment", patterns),
                account_ids=account_ids,
                limit=_RARE + 1,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _utility_search_accounts(self, alias, term, account_ids):
        """Condition: the account of a payment is one of those that match."""
        column = SQL.identifier(alias, "utility_account_id")
        if len(account_ids) <= _ACCOUNTS:
            return SQL("%s = ANY(%s)", column, account_ids)
        # Not IN (SELECT ...): so many may not fit the memory for a hash, and would be
        # scanned again for each payment.
        hits = self.env["utility.account"]._get_hit_conditions(
            SearchTerm.parse(term), "hit"
        )
        return SQL(
            "(SELECT %s FROM utility_account hit WHERE hit.id = %s)",
            SQL(" OR ").join(condition for condition, _rank in hits),
            column,
        )

    @api.model
    def _utility_search_text(self, alias, patterns):
        """Condition: the numbers of a payment match one of the patterns."""
        text = SQL(" || ' ' || ").join(
            SQL("COALESCE(%s, '')", SQL.identifier(alias, name))
            for name in _SEARCH_COLUMNS
        )
        return SQL(
            "(%s)",
            SQL(" OR ").join(SQL("(%s) ILIKE %s", text, like) for like in patterns),
        )

    @api.depends("received_by")
    def _compute_received_by_label(self):
        for payment in self:
            receiver_sudo = payment.sudo().received_by
            payment.received_by_label = receiver_sudo.name or self.env._("System")

    @api.depends("received_by", "processing_days", "settlement_state")
    def _compute_processing_time(self):
        """PAY-07: immediate for staff; days, with one decimal, for online payments."""
        for payment in self:
            if payment.received_by or payment.settlement_state == "not_applicable":
                payment.processing_time = self.env._("Immediate")
            elif payment.settlement_state == "settled":
                payment.processing_time = self.env._(
                    "%(days).1f days", days=payment.processing_days
                )
            else:
                payment.processing_time = self.env._("Not settled yet")

    @api.depends("receipt_group")
    def _compute_group_payment_ids(self):
        for payment in self:
            payment.group_payment_ids = payment._receipt_group()

    # -------------------------------------------------------------------------
    # VIEWS
    # -------------------------------------------------------------------------

    @api.model
    def get_views(self, views, options=None):
        """Override of `web`: our screens offer our own print and action menus.

        Those of `account` post, send and print payments in ways that a consumer's
        payment must not take.
        """
        result = super().get_views(views, options)
        if not self.env.context.get("utility_payments"):
            return result
        own = self._utility_toolbar_actions()
        for view in result["views"].values():
            toolbar = view.get("toolbar") or {}
            for kind, actions in toolbar.items():
                toolbar[kind] = [
                    action for action in actions if action["id"] in own.ids
                ]
        return result

    @api.model
    def _utility_toolbar_actions(self):
        """The bound actions that our screens show; add-ons above add theirs."""
        return self.env.ref("utility_payments.action_report_receipt").sudo()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_details(self):
        """Open the details page of this payment (LST-02).

        :return: an action on the primary form view of consumers' payments
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.id,
            "views": [
                [self.env.ref("utility_payments.account_payment_view_form").id, "form"]
            ],
            "context": {"utility_payments": True},
        }

    def action_view_consumer(self):
        """Open the 360° page of the consumer (LST-02).

        :return: an action on the form of the consumer account
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.account",
            "res_id": self.utility_account_id.id,
            "views": [[False, "form"]],
        }
