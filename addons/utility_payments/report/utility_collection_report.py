from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

_SUMS = (
    "payments",
    "amount",
    "returned_amount",
    "refunded_amount",
    "documents",
    "due_amount",
    "allocations",
    "collection_days",
)


class UtilityCollectionReport(models.Model):
    """What was collected and what fell due, with rate and time (KPI-03, KPI-04).

    Read from the sums that the figures are read from, so it ties with them, and takes
    no longer with a million payments. What falls due has no channel and no method: by
    these, see the payment analysis.
    """

    _name = "utility.collection.report"
    _description = "Collection Rate and Time"
    _inherit = "utility.report.mixin"
    _ratios = {
        "collection_rate:avg": ("amount", "due_amount", 100),
        "collection_time:avg": ("collection_days", "allocations", 1),
    }
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(
        readonly=True,
        help="Of a payment, when it was made; of a document, its due day.",
    )
    utility_type = fields.Selection(
        selection=lambda self: self._selection_of("account.payment", "utility_type"),
        string="Type",
        readonly=True,
        help="Of the payment, or the document.",
    )
    payments = fields.Integer(readonly=True)
    amount = fields.Monetary(string="Collected", readonly=True)
    returned_amount = fields.Monetary(
        string="Returned", readonly=True, help="By the day of the return."
    )
    refunded_amount = fields.Monetary(string="Refunded", readonly=True)
    net_amount = fields.Monetary(
        string="Net Collected",
        readonly=True,
        help="Collected, less returned and refunded.",
    )
    documents = fields.Integer(string="Documents Due", readonly=True)
    due_amount = fields.Monetary(string="Due", readonly=True)
    allocations = fields.Integer(readonly=True)
    collection_days = fields.Integer(string="Days of All Allocations", readonly=True)
    collection_rate = fields.Float(
        string="Collection Rate (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Collected / due x 100; empty where nothing was due.",
    )
    collection_time = fields.Float(
        string="Collection Time (days)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Mean days from document to payment.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(day.id) AS id,
                   day.company_id,
                   company.currency_id,
                   day.date,
                   day.utility_type,
                   day.category,
                   SUM(day.payments)::int AS payments,
                   SUM(day.amount) AS amount,
                   SUM(day.returned_amount) AS returned_amount,
                   SUM(day.refunded_amount) AS refunded_amount,
                   SUM(day.amount - day.returned_amount - day.refunded_amount)
                       AS net_amount,
                   SUM(day.documents)::int AS documents,
                   SUM(day.due_amount) AS due_amount,
                   SUM(day.allocations)::int AS allocations,
                   SUM(day.collection_days)::int AS collection_days,
                   100 * SUM(day.amount) / NULLIF(SUM(day.due_amount), 0)
                       AS collection_rate,
                   SUM(day.collection_days)::numeric / NULLIF(SUM(day.allocations), 0)
                       AS collection_time
              FROM utility_collection_day day
              JOIN res_company company ON company.id = day.company_id
             GROUP BY day.company_id, company.currency_id, day.date, day.utility_type,
                      day.category
            HAVING %s
            """,
            SQL(" OR ").join(
                SQL("SUM(%s) != 0", SQL.identifier("day", name)) for name in _SUMS
            ),
        )

    @api.model
    def _search(self, *args, **kwargs):
        """Override of `base`: the database counts when it has what was changed."""
        self.env.flush_all()
        return super()._search(*args, **kwargs)

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_details(self):
        """Open what this day is made of: its payments, else the documents due.

        :return: an action on a list
        """
        row = self._existing()
        if row.documents and not row.amount and not row.net_amount:
            return row.action_view_documents()
        return row.action_view_payments()

    def action_view_payments(self):
        """Open the payments of this day, with what was returned and refunded.

        :return: an action on the list of payments
        """
        row = self._existing()
        inbound = Domain("payment_type", "=", "inbound")
        collected = inbound & Domain("utility_state", "in", ["posted", "returned"])
        returned = inbound & Domain("utility_state", "=", "returned")
        refunded = Domain("payment_type", "=", "outbound") & Domain(
            "utility_state", "=", "posted"
        )
        domain = (
            (collected & Domain("date", "=", row.date))
            | (returned & Domain("returned_on", "=", row.date))
            | (refunded & Domain("date", "=", row.date))
        )
        return row._open(
            "account.payment",
            domain & Domain("utility_type", "=", row.utility_type),
            self.env._("Payments of %(day)s", day=format_date(self.env, row.date)),
        )

    def action_view_documents(self):
        """Open the bills and charges that fell due on this day.

        :return: an action on the list of documents
        """
        row = self._existing()
        return row._open(
            "account.move",
            Domain("invoice_date_due", "=", row.date)
            & Domain("utility_kind", "=", row.utility_type)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted"),
            self.env._("Due on %(day)s", day=format_date(self.env, row.date)),
        )

    def _existing(self):
        """This row, if the sums weren't folded since it was shown.

        :raises UserError: when it is gone
        """
        self.ensure_one()
        row = self.search([("id", "=", self.id)])
        if not row:
            raise UserError(
                self.env._("This day was counted anew: reload the list and try again.")
            )
        return row

    def _open(self, model, domain, name):
        """The screen of records of this row's company and category."""
        domain &= Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("utility_account_id.category", "=", self.category),
            ]
        )
        return self.env["utility.figure"].open_records(model, list(domain), name)
