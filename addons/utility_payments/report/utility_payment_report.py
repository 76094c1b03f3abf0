from odoo import fields, models
from odoo.tools import SQL


class UtilityPaymentReport(models.Model):
    """Payments and refunds of consumers, by everything that tells of them (KPI-07).

    The filter *Collected* is the definition of KPI-01 (docs/figures.md).
    """

    _name = "utility.payment.report"
    _description = "Payment Analysis"
    _inherit = "utility.report.mixin"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "payment_id"
    _depends = {
        "account.payment": [
            "amount_company_currency_signed",
            "channel_id",
            "company_id",
            "date",
            "mode_id",
            "payment_type",
            "processing_days",
            "received_at",
            "received_by",
            "returned_on",
            "settlement_state",
            "utility_account_id",
            "utility_state",
            "utility_type",
            "verification_state",
        ],
        "utility.account": ["area_id", "category"],
    }

    payment_id = fields.Many2one(
        comodel_name="account.payment", string="Receipt", readonly=True
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    date = fields.Date(string="Payment Date", readonly=True)
    received_at = fields.Datetime(string="Recorded", readonly=True)
    received_hour = fields.Char(
        string="Hour Recorded", readonly=True, help="In your time zone."
    )
    received_weekday = fields.Selection(
        selection=[
            ("1", "Monday"),
            ("2", "Tuesday"),
            ("3", "Wednesday"),
            ("4", "Thursday"),
            ("5", "Friday"),
            ("6", "Saturday"),
            ("7", "Sunday"),
        ],
        string="Weekday Recorded",
        readonly=True,
        help="In your time zone.",
    )
    returned_on = fields.Date(readonly=True)
    channel_id = fields.Many2one(comodel_name="utility.payment.channel", readonly=True)
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode", string="Method", readonly=True
    )
    utility_type = fields.Selection(
        selection=lambda self: self._selection_of("account.payment", "utility_type"),
        string="Type",
        readonly=True,
    )
    received_by = fields.Many2one(
        comodel_name="res.users", string="Cashier", readonly=True
    )
    payment_type = fields.Selection(
        selection=[("inbound", "Money in"), ("outbound", "Refund")],
        string="Direction",
        readonly=True,
    )
    utility_state = fields.Selection(
        selection=lambda self: self._selection_of("account.payment", "utility_state"),
        string="Status",
        readonly=True,
    )
    settlement_state = fields.Selection(
        selection=lambda self: self._selection_of(
            "account.payment", "settlement_state"
        ),
        string="Settlement",
        readonly=True,
    )
    verification_state = fields.Selection(
        selection=lambda self: self._selection_of(
            "account.payment", "verification_state"
        ),
        string="Verification",
        readonly=True,
    )
    amount = fields.Monetary(
        readonly=True, help="Money out, such as a refund, is below zero."
    )
    settlement_days = fields.Float(
        string="Days to Settle",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Mean over collected payments that are settled.",
    )
    failed_share = fields.Float(
        string="Failed (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Attempts that failed, of all that were collected or failed (KPI-06).",
    )
    returned_share = fields.Float(
        string="Returned (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Payments that were returned since, of all collected (KPI-06).",
    )

    @property
    def _table_query(self):
        recorded = SQL(
            "(pay.received_at AT TIME ZONE 'UTC' AT TIME ZONE %s)", self.env.tz.zone
        )
        collected = SQL(
            "pay.payment_type = 'inbound' AND pay.utility_state IN %s",
            ("posted", "returned"),
        )
        return SQL(
            """
            SELECT pay.id,
                   pay.id AS payment_id,
                   pay.company_id,
                   company.currency_id,
                   pay.utility_account_id,
                   account.category,
                   account.area_id,
                   pay.date,
                   pay.received_at,
                   to_char(%(recorded)s, 'HH24:00') AS received_hour,
                   EXTRACT(ISODOW FROM %(recorded)s)::int::varchar
                       AS received_weekday,
                   pay.returned_on,
                   pay.channel_id,
                   pay.mode_id,
                   pay.utility_type,
                   pay.received_by,
                   pay.payment_type,
                   pay.utility_state,
                   pay.settlement_state,
                   pay.verification_state,
                   pay.amount_company_currency_signed AS amount,
                   CASE WHEN %(collected)s AND pay.settlement_state = 'settled'
                        THEN COALESCE(pay.processing_days, 0)
                    END AS settlement_days,
                   CASE WHEN pay.payment_type = 'inbound'
                         AND pay.utility_state = 'failed' THEN 100.0
                        WHEN %(collected)s THEN 0
                    END AS failed_share,
                   CASE WHEN %(collected)s
                        THEN CASE WHEN pay.utility_state = 'returned'
                                  THEN 100.0 ELSE 0 END
                    END AS returned_share
              FROM account_payment pay
         LEFT JOIN utility_account account ON account.id = pay.utility_account_id
         LEFT JOIN res_company company ON company.id = pay.company_id
             WHERE pay.utility_account_id IS NOT NULL
            """,
            recorded=recorded,
            collected=collected,
        )

    def action_view_details(self):
        """Open the payment.

        :return: an action on its details
        """
        self.ensure_one()
        return self.payment_id.action_view_details()
