from odoo import fields, models
from odoo.tools import SQL

# Months that the cohort tells apart; all later ones are one.
_MONTHS = 12


class UtilityAllocationReport(models.Model):
    """What was paid of documents, and how long it took (KPI-04, KPI-07).

    Month billed against months until paid is the cohort of the documents of a month.
    """

    _name = "utility.allocation.report"
    _description = "Time to Pay"
    _inherit = "utility.report.mixin"
    _auto = False
    _order = "id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": [
            "date",
            "invoice_date",
            "invoice_date_due",
            "move_type",
            "utility_kind",
        ],
        "account.payment": [
            "channel_id",
            "date",
            "mode_id",
            "payment_type",
            "utility_account_id",
            "utility_state",
        ],
        "utility.account": ["area_id", "category"],
        "utility.payment.allocation": [
            "amount_applied",
            "amount_standing",
            "collection_days",
            "company_id",
            "move_id",
            "payment_id",
            "reversed_amount",
        ],
    }

    payment_id = fields.Many2one(
        comodel_name="account.payment", string="Receipt", readonly=True
    )
    move_id = fields.Many2one(
        comodel_name="account.move", string="Document", readonly=True
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    utility_kind = fields.Selection(
        selection=lambda self: self._selection_of("account.move", "utility_kind"),
        string="Document Kind",
        readonly=True,
    )
    channel_id = fields.Many2one(comodel_name="utility.payment.channel", readonly=True)
    mode_id = fields.Many2one(
        comodel_name="utility.payment.mode", string="Method", readonly=True
    )
    billed_on = fields.Date(string="Billed", readonly=True)
    due_on = fields.Date(string="Due", readonly=True)
    paid_on = fields.Date(string="Paid", readonly=True)
    months_until_paid = fields.Selection(
        selection="_selection_months",
        readonly=True,
        help="Calendar months from that of the document to that of the payment.",
    )
    amount_applied = fields.Monetary(string="Applied", readonly=True)
    reversed_amount = fields.Monetary(string="Taken Back", readonly=True)
    amount_standing = fields.Monetary(
        string="Standing",
        readonly=True,
        help="What the documents still have of it: applied, less taken back.",
    )
    days_to_pay = fields.Integer(
        aggregator="avg",
        readonly=True,
        help="Mean days from document to payment, of what stands (KPI-04).",
    )
    on_time_share = fields.Float(
        string="Paid on Time (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="Of the allocations that stand, those paid on the due date or before.",
    )

    def _selection_months(self):
        """In the order of the codes, which is how groups are sorted."""
        _t = self.env._
        return [
            ("00", _t("Before")),
            ("01", _t("Same month")),
            ("02", _t("1 month later")),
            *(
                (f"{count + 1:02}", _t("%(count)s months later", count=count))
                for count in range(2, _MONTHS + 1)
            ),
            ("99", _t("Later")),
        ]

    @property
    def _table_query(self):
        stands = SQL(
            "allocation.amount_standing > 0 AND pay.payment_type = 'inbound'"
            " AND pay.utility_state IN %s",
            ("posted", "returned"),
        )
        # As in the days to pay: debt taken over by an entry has no invoice date. Odoo
        # gives it a due date all the same, which is the day it was entered.
        billed = SQL("COALESCE(move.invoice_date, move.date)")
        due = SQL("CASE WHEN move.move_type != 'entry' THEN move.invoice_date_due END")
        months = SQL(
            "(EXTRACT(YEAR FROM pay.date) * 12 + EXTRACT(MONTH FROM pay.date)"
            " - EXTRACT(YEAR FROM %(billed)s) * 12"
            " - EXTRACT(MONTH FROM %(billed)s))::int",
            billed=billed,
        )
        return SQL(
            """
            SELECT allocation.id,
                   allocation.payment_id,
                   allocation.move_id,
                   allocation.company_id,
                   company.currency_id,
                   pay.utility_account_id,
                   account.category,
                   account.area_id,
                   move.utility_kind,
                   pay.channel_id,
                   pay.mode_id,
                   %(billed)s AS billed_on,
                   %(due)s AS due_on,
                   pay.date AS paid_on,
                   CASE WHEN %(months)s < 0 THEN '00'
                        WHEN %(months)s > %(last)s THEN '99'
                        ELSE to_char(%(months)s + 1, 'FM00')
                    END AS months_until_paid,
                   allocation.amount_applied,
                   allocation.reversed_amount,
                   allocation.amount_standing,
                   CASE WHEN %(stands)s THEN allocation.collection_days
                    END AS days_to_pay,
                   CASE WHEN %(stands)s AND %(due)s IS NOT NULL
                        THEN CASE WHEN pay.date <= %(due)s
                                  THEN 100.0 ELSE 0 END
                    END AS on_time_share
              FROM utility_payment_allocation allocation
         LEFT JOIN account_payment pay ON pay.id = allocation.payment_id
         LEFT JOIN account_move move ON move.id = allocation.move_id
         LEFT JOIN utility_account account ON account.id = pay.utility_account_id
         LEFT JOIN res_company company ON company.id = allocation.company_id
            """,
            billed=billed,
            due=due,
            months=months,
            last=_MONTHS,
            stands=stands,
        )

    def action_view_details(self):
        """Open the payment.

        :return: an action on its details
        """
        self.ensure_one()
        return self.payment_id.action_view_details()

    def action_view_document(self):
        """Open the bill or charge that was paid.

        :return: an action on the document
        """
        self.ensure_one()
        return self.move_id.action_open_utility_document()
