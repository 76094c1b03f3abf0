from odoo import fields, models
from odoo.tools import SQL


class UtilityCreditNoteReport(models.Model):
    """What credit notes are given for, what became of them, and how soon (KPI-07).

    Unused is counted from creation to the last use, or until today.
    """

    _name = "utility.credit.note.report"
    _description = "Unused Credit"
    _inherit = "utility.report.mixin"
    _auto = False
    _order = "days_unused desc, id desc"
    _rec_name = "note_id"
    _depends = {
        "utility.account": ["area_id", "category"],
        "utility.credit.application": ["date", "note_id", "reversed_at"],
        "utility.credit.note": [
            "amount",
            "applied_amount",
            "automatic",
            "company_id",
            "expired_amount",
            "expiry_date",
            "reason_id",
            "refunded_amount",
            "remaining_amount",
            "state",
            "utility_account_id",
        ],
    }

    note_id = fields.Many2one(
        comodel_name="utility.credit.note", string="Credit Note", readonly=True
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    reason_id = fields.Many2one(comodel_name="utility.credit.reason", readonly=True)
    state = fields.Selection(
        selection=[
            ("active", "Active"),
            ("applied", "Applied"),
            ("expired", "Expired"),
        ],
        string="Status",
        readonly=True,
    )
    automatic = fields.Boolean(readonly=True)
    created_by = fields.Many2one(comodel_name="res.users", readonly=True)
    created_on = fields.Date(string="Created", readonly=True)
    last_used_on = fields.Date(string="Last Used", readonly=True)
    expiry_date = fields.Date(string="Expires", readonly=True)
    amount = fields.Monetary(readonly=True)
    applied_amount = fields.Monetary(string="Applied to Documents", readonly=True)
    refunded_amount = fields.Monetary(string="Paid Back", readonly=True)
    expired_amount = fields.Monetary(string="Let Expire", readonly=True)
    remaining_amount = fields.Monetary(string="Remaining", readonly=True)
    days_unused = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Days from the creation until the credit was used up or expired, or until"
        " today while something is left.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT note.id,
                   note.id AS note_id,
                   note.company_id,
                   company.currency_id,
                   note.utility_account_id,
                   account.category,
                   account.area_id,
                   note.reason_id,
                   note.state,
                   note.automatic,
                   note.create_uid AS created_by,
                   note.create_date::date AS created_on,
                   used.last_date AS last_used_on,
                   note.expiry_date,
                   note.amount,
                   note.applied_amount,
                   note.refunded_amount,
                   note.expired_amount,
                   note.remaining_amount,
                   GREATEST(
                       CASE WHEN note.state = 'active' THEN %(today)s
                            ELSE COALESCE(used.last_date, %(today)s)
                        END - note.create_date::date, 0
                   ) AS days_unused
              FROM utility_credit_note note
              JOIN res_company company ON company.id = note.company_id
         LEFT JOIN utility_account account ON account.id = note.utility_account_id
         LEFT JOIN (
                SELECT note_id, MAX(date) AS last_date
                  FROM utility_credit_application
                 WHERE reversed_at IS NULL
                 GROUP BY note_id
              ) used ON used.note_id = note.id
             WHERE note.state IN ('active', 'applied', 'expired')
            """,
            today=fields.Date.context_today(self),
        )

    def action_view_details(self):
        """Open the credit note.

        :return: an action on its details
        """
        self.ensure_one()
        return self.note_id.action_view_details()
