from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..models.plan.standing import get_judgement

# What came of the consumer isn't what somebody did about it.
_NO_RESPONSE = (
    "completed",
    "missed",
    "broken",
    "paid",
    "partly_paid",
    "payment_undone",
    "reminded",
    "reopened",
)


class UtilityPaymentPlanReport(models.Model):
    """Which plans are kept, and what is done where they are not (PLN-05, KPI-07).

    A row for each installment of a plan that was signed. What counts as fallen due and
    as kept is what the plan's own figures count (`standing.py`).
    """

    _name = "utility.payment.plan.report"
    _description = "Plan Compliance"
    _inherit = "utility.report.mixin"
    _ratios = {"compliance:avg": ("kept_count", "due_count", 100)}
    _auto = False
    _order = "due_date desc, id desc"
    _rec_name = "installment_id"
    _depends = {
        "mail.message": ["create_uid", "date", "message_type", "model", "res_id"],
        "utility.account": ["area_id", "category"],
        "utility.payment.plan": [
            "activated_on",
            "contact_mode",
            "frequency",
            "grace_days",
            "installment_count",
            "previous_id",
            "requester_role",
            "state",
            "template_id",
            "user_id",
            "utility_account_id",
        ],
        "utility.payment.plan.event": ["happened_at", "kind", "plan_id", "user_id"],
        "utility.payment.plan.installment": [
            "amount",
            "company_id",
            "due_date",
            "missed_on",
            "paid_amount",
            "paid_on",
            "plan_id",
            "sequence",
            "state",
        ],
    }

    installment_id = fields.Many2one(
        comodel_name="utility.payment.plan.installment", readonly=True
    )
    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan", string="Payment Plan", readonly=True
    )
    utility_account_id = fields.Many2one(
        comodel_name="utility.account", string="Consumer", readonly=True
    )
    area_id = fields.Many2one(comodel_name="utility.area", readonly=True)
    template_id = fields.Many2one(
        comodel_name="utility.payment.plan.template", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recovery Executive", readonly=True
    )
    frequency = fields.Selection(
        selection=lambda self: self._selection_of("utility.payment.plan", "frequency"),
        readonly=True,
    )
    contact_mode = fields.Selection(
        selection=lambda self: self._selection_of(
            "utility.payment.plan", "contact_mode"
        ),
        string="Agreed",
        readonly=True,
    )
    requester_role = fields.Selection(
        selection=lambda self: self._selection_of(
            "utility.payment.plan", "requester_role"
        ),
        string="Role of the Author",
        readonly=True,
    )
    # The codes sort by length
    plan_length = fields.Selection(
        selection=[
            ("01_03", "Up to 3"),
            ("04_06", "4 to 6"),
            ("07_12", "7 to 12"),
            ("13_up", "Over 12"),
        ],
        string="Installments",
        readonly=True,
        help="How many the plan has, beside the down payment.",
    )
    plan_state = fields.Selection(
        selection=lambda self: self._selection_of("utility.payment.plan", "state"),
        string="Status of the Plan",
        readonly=True,
    )
    state = fields.Selection(
        selection=lambda self: self._selection_of(
            "utility.payment.plan.installment", "state"
        ),
        string="Status",
        readonly=True,
    )
    sequence = fields.Integer(string="#", aggregator=None, readonly=True)
    activated_on = fields.Date(readonly=True)
    due_date = fields.Date(string="Due", readonly=True)
    paid_on = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    paid_amount = fields.Monetary(string="Paid", readonly=True)
    open_amount = fields.Monetary(string="Unpaid", readonly=True)
    due_count = fields.Integer(
        string="Fallen Due",
        readonly=True,
        help="Its days of grace are over, or it was paid before.",
    )
    kept_count = fields.Integer(
        string="Kept",
        readonly=True,
        help="Fallen due, and paid in full by the end of the days of grace.",
    )
    missed_count = fields.Integer(
        string="Missed", readonly=True, help="Fallen due, and not kept."
    )
    compliance = fields.Float(
        string="Compliance (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="100 x kept / fallen due.",
    )
    days_late = fields.Integer(
        aggregator="avg",
        readonly=True,
        help="From the due date until it was paid; 0: in time. Empty: not paid.",
    )
    days_to_response = fields.Float(
        string="Days to Response",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        help="From when the installment counted as missed until somebody wrote a note,"
        " finished an activity, or changed the plan. Empty: not missed, or nobody did.",
    )
    response = fields.Selection(
        selection=[("yes", "Responded"), ("no", "No response yet")],
        readonly=True,
        help="Of what was missed: whether somebody did something about it.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id,
                   item.id AS installment_id,
                   item.plan_id,
                   item.company_id,
                   company.currency_id,
                   plan.utility_account_id,
                   account.category,
                   account.area_id,
                   plan.template_id,
                   plan.user_id,
                   plan.frequency,
                   plan.contact_mode,
                   plan.requester_role,
                   CASE WHEN plan.installment_count <= 3 THEN '01_03'
                        WHEN plan.installment_count <= 6 THEN '04_06'
                        WHEN plan.installment_count <= 12 THEN '07_12'
                        ELSE '13_up' END AS plan_length,
                   plan.state AS plan_state,
                   item.state,
                   item.sequence,
                   plan.activated_on,
                   item.due_date,
                   item.paid_on,
                   item.amount,
                   item.paid_amount,
                   CASE WHEN item.state = 'cancelled' THEN 0
                        ELSE item.amount - item.paid_amount END AS open_amount,
                   judged::int AS due_count,
                   (judged AND kept)::int AS kept_count,
                   (judged AND NOT kept)::int AS missed_count,
                   CASE WHEN judged THEN 100.0 * kept::int END AS compliance,
                   GREATEST(item.paid_on - item.due_date, 0) AS days_late,
                   EXTRACT(EPOCH FROM answer.at - missed.at) / 86400.0
                       AS days_to_response,
                   CASE WHEN answer.at IS NOT NULL THEN 'yes'
                        WHEN missed.at IS NOT NULL THEN 'no' END AS response
              FROM utility_payment_plan_installment item
              JOIN utility_payment_plan plan ON plan.id = item.plan_id
              JOIN (%(today)s) AS today (company_id, day)
                ON today.company_id = item.company_id
        CROSS JOIN LATERAL (%(judgement)s) judgement
         LEFT JOIN LATERAL (
                SELECT MIN(event.happened_at) AS at
                  FROM utility_payment_plan_event event
                 WHERE item.missed_on IS NOT NULL
                   AND event.installment_id = item.id
                   AND event.kind = 'missed'
              ) missed ON TRUE
         LEFT JOIN LATERAL (%(answers)s) answer ON missed.at IS NOT NULL
         LEFT JOIN utility_account account ON account.id = plan.utility_account_id
         LEFT JOIN res_company company ON company.id = item.company_id
             WHERE plan.state != 'draft'
               AND plan.activated_on IS NOT NULL
            """,
            today=self._get_today_values(),
            judgement=get_judgement(SQL("today.day")),
            answers=self._get_answer_query(),
        )

    @api.model
    def _get_answer_query(self):
        """Return the SQL of when somebody first did something about what was missed.

        On the aliases `plan` and `missed`: an event of the plan by a person, or of the
        version that replaces it; a note or a finished activity on it.
        """
        return SQL(
            """
            SELECT MIN(done.at) AS at
              FROM (
                SELECT event.happened_at AS at
                  FROM utility_payment_plan_event event
                  JOIN utility_payment_plan next ON next.id = event.plan_id
                 WHERE (next.id = plan.id OR next.previous_id = plan.id)
                   AND event.kind != ALL(%(kinds)s)
                   AND event.user_id != %(system)s
             UNION ALL
                SELECT message.date
                  FROM mail_message message
                 WHERE message.model = 'utility.payment.plan'
                   AND message.res_id = plan.id
                   AND message.create_uid != %(system)s
                   AND (message.message_type IN ('comment', 'email_outgoing')
                        OR message.mail_activity_type_id IS NOT NULL)
              ) done
             WHERE missed.at IS NOT NULL AND done.at >= missed.at
            """,
            kinds=list(_NO_RESPONSE),
            system=SUPERUSER_ID,
        )

    def action_view_details(self):
        """Open the plan of this installment.

        :return: an action on its form
        """
        return self._open_form(self.plan_id)
