from odoo import fields, models
from odoo.tools import SQL

from ..models.ladder.utility_collection_case import CURED


class UtilityCollectionCaseReport(models.Model):
    """Cases of collections: how many begin, how they end, how soon (COL-04).

    A row a case. Paid is what payments of the account brought from the day on which
    the case began until it ended.
    """

    _name = "utility.collection.case.report"
    _description = "Collections Cases"
    _inherit = "utility.report.mixin"
    _ratios = {"cure_rate:avg": ("cured_count", "closed_count", 100)}
    _auto = False
    _order = "opened_on desc, id desc"
    _rec_name = "case_id"
    _depends = {
        "account.payment": [
            "amount_company_currency_signed",
            "date",
            "payment_type",
            "utility_account_id",
            "utility_state",
        ],
        "utility.account": [
            "area_id",
            "category",
            "credit_rating",
            "recovery_user_id",
        ],
        "utility.collection.case": [
            "close_reason",
            "closed_on",
            "company_id",
            "opened_on",
            "process_id",
            "state",
            "step_id",
            "user_id",
            "utility_account_id",
        ],
    }

    case_id = fields.Many2one(comodel_name="utility.collection.case", readonly=True)
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Account", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    credit_rating = fields.Selection(
        selection=lambda self: self._selection_of("utility.account", "credit_rating"),
        readonly=True,
        help="Of the consumer, as it is today.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recovery Executive", readonly=True
    )
    process_id = fields.Many2one(
        comodel_name="utility.collection.process", readonly=True
    )
    step_id = fields.Many2one(
        comodel_name="utility.collection.step", string="Last Step", readonly=True
    )
    state = fields.Selection(
        selection=lambda self: self._selection_of("utility.collection.case", "state"),
        string="Status",
        readonly=True,
    )
    close_reason = fields.Selection(
        selection=lambda self: self._selection_of(
            "utility.collection.case", "close_reason"
        ),
        readonly=True,
    )
    opened_on = fields.Date(string="Opened", readonly=True)
    closed_on = fields.Date(string="Closed", readonly=True)
    closed_count = fields.Integer(string="Closed Cases", readonly=True)
    cured_count = fields.Integer(
        string="Cured",
        readonly=True,
        help="Closed as the debt was cleared, the minimum paid, or a plan signed.",
    )
    cure_rate = fields.Float(
        string="Cure Rate (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="100 x cured / closed.",
    )
    days_to_cure = fields.Integer(
        aggregator="avg", readonly=True, help="From the first day of a cured case."
    )
    days_open = fields.Integer(
        aggregator="avg", readonly=True, help="Until it was closed, else until today."
    )
    paid_amount = fields.Monetary(
        string="Paid",
        readonly=True,
        help="By payments of the account from the first to the last day of the case.",
    )
    cured_amount = fields.Monetary(
        string="Amount Cured", readonly=True, help="What was paid in cured cases."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id,
                   item.id AS case_id,
                   item.company_id,
                   company.currency_id,
                   item.utility_account_id,
                   account.category,
                   account.area_id,
                   account.credit_rating,
                   COALESCE(item.user_id, account.recovery_user_id) AS user_id,
                   item.process_id,
                   item.step_id,
                   item.state,
                   item.close_reason,
                   item.opened_on,
                   item.closed_on,
                   (item.state = 'closed')::int AS closed_count,
                   item.cured::int AS cured_count,
                   CASE WHEN item.state = 'closed' THEN 100.0 * item.cured::int
                    END AS cure_rate,
                   CASE WHEN item.cured THEN item.closed_on - item.opened_on
                    END AS days_to_cure,
                   COALESCE(item.closed_on, today.day) - item.opened_on AS days_open,
                   COALESCE(paid.amount, 0) AS paid_amount,
                   CASE WHEN item.cured THEN COALESCE(paid.amount, 0) ELSE 0
                    END AS cured_amount
              FROM (
                SELECT running.*,
                       running.state = 'closed'
                       AND COALESCE(running.close_reason IN %(cured)s, FALSE) AS cured
                  FROM utility_collection_case running
              ) item
              JOIN (%(today)s) AS today (company_id, day)
                ON today.company_id = item.company_id
         LEFT JOIN utility_account account ON account.id = item.utility_account_id
         LEFT JOIN res_company company ON company.id = item.company_id
         LEFT JOIN LATERAL (
                SELECT SUM(pay.amount_company_currency_signed) AS amount
                  FROM account_payment pay
                 WHERE pay.utility_account_id = item.utility_account_id
                   AND pay.payment_type = 'inbound'
                   AND pay.utility_state = 'posted'
                   AND pay.date BETWEEN item.opened_on
                                    AND COALESCE(item.closed_on, today.day)
              ) paid ON TRUE
            """,
            cured=CURED,
            today=self._get_today_values(),
        )

    def action_view_details(self):
        """Open the case.

        :return: an action on its form
        """
        return self._open_form(self.case_id)
