from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..plan.utility_payment_plan import CHATTER

# Ends by which the consumer got out of collections
CURED = ("cleared", "minimum_paid", "plan")


class UtilityCollectionCase(models.Model):
    """The run of a process on an account, from its first step to its end (COL-04)."""

    _name = "utility.collection.case"
    _description = "Collections Case"
    _inherit = ["utility.account.record", "mail.thread", "mail.activity.mixin"]
    _order = "opened_on desc, id desc"
    _rec_name = "utility_account_id"
    _mail_post_access = "read"

    utility_account_id = fields.Many2one(readonly=True)
    process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("paused", "Paused"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    step_id = fields.Many2one(
        comodel_name="utility.collection.step",
        string="Last Step",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    stepped_on = fields.Date(string="Taken On", readonly=True, copy=False)
    opened_on = fields.Date(required=True, readonly=True)
    closed_on = fields.Date(readonly=True, copy=False)
    close_reason = fields.Selection(
        selection=[
            ("cleared", "Debt cleared"),
            ("minimum_paid", "Minimum due paid"),
            ("plan", "Payment plan"),
            ("written_off", "Written off"),
            ("manual", "By hand"),
        ],
        readonly=True,
        copy=False,
    )
    close_note = fields.Char(string="Closed Because", readonly=True, copy=False)
    not_before = fields.Date(
        readonly=True,
        copy=False,
        help="Closed by hand: the account isn't put into collections before this day.",
    )
    first_process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The process that it was given when it was opened, wherever it was moved"
        " since; none if somebody opened it by hand.",
    )
    by_hand = fields.Boolean(
        string="Opened by Hand",
        readonly=True,
        copy=False,
        help="Somebody opened it before its first step was due: all that is overdue is"
        " to be paid to end it.",
    )
    pause_kind = fields.Selection(
        selection=[
            ("promise", "Promise to pay"),
            ("dispute", "Disputed"),
            ("in_flight", "Payment on its way"),
            ("manual", "By hand"),
        ],
        string="Paused For",
        readonly=True,
        copy=False,
    )
    pause_reason = fields.Char(readonly=True, copy=False)
    paused_until = fields.Date(
        readonly=True, copy=False, help="Paused by hand: it goes on that day."
    )
    warned_on = fields.Date(
        string="Warned of Disconnection",
        readonly=True,
        copy=False,
        help="No step of disconnection is taken without.",
    )
    step_problem = fields.Char(
        string="Next Step Failed",
        readonly=True,
        copy=False,
        help="Why the next step couldn't be taken; it is tried again every day.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        index="btree_not_null",
        tracking=True,
        help="Who looks after it: of the account, else of the company.",
    )

    # === FIELDS: HOW IT STANDS, as the last look at the ledger found === #

    amount = fields.Monetary(
        string="In Collections",
        readonly=True,
        copy=False,
        help="Overdue less what is disputed.",
    )
    minimum_due = fields.Monetary(
        readonly=True, copy=False, help="What ends collections."
    )
    oldest_due = fields.Date(
        string="Overdue Since",
        readonly=True,
        copy=False,
        help="Due date of the oldest debt that may be collected.",
    )
    next_step_id = fields.Many2one(
        comodel_name="utility.collection.step",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    next_step_on = fields.Date(
        readonly=True,
        copy=False,
        help="The first day on which it can be taken, if as much is owed then.",
    )
    event_ids = fields.One2many(
        comodel_name="utility.collection.event", inverse_name="case_id", readonly=True
    )

    _account_open_unique = models.UniqueIndex(
        "(utility_account_id) WHERE state != 'closed'",
        "This account is in collections already.",
    )
    # A day's run asks for accounts that somebody closed until a day.
    _held_off_idx = models.Index(
        "(utility_account_id, not_before) WHERE not_before IS NOT NULL"
    )

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    def write(self, vals):
        """Only who looks after a case is written; all else has a button, or follows."""
        if not self.env.su:
            for name in vals:
                if name != "user_id" and not name.startswith(CHATTER):
                    field = self._fields.get(name)
                    raise UserError(
                        self.env._(
                            "%(field)s follows from the case and isn't written: use the"
                            " case's buttons.",
                            field=field.get_description(self.env)["string"]
                            if field
                            else name,
                        )
                    )
        return super().write(vals)

    @api.constrains("user_id")
    def _check_user(self):
        """Who looks after a case is told of it, and so is staff of its company."""
        for case in self:
            user_sudo = case.sudo().user_id
            if user_sudo and not (
                user_sudo.active
                and case.company_id in user_sudo.company_ids
                and user_sudo.has_group("utility_consumers.group_customer_executive")
            ):
                raise ValidationError(
                    self.env._(
                        "%(user)s isn't staff of the office of %(company)s: choose"
                        " somebody who is.",
                        user=user_sudo.name,
                        company=case.company_id.name,
                    )
                )

    # -------------------------------------------------------------------------
    # SCHEDULED ACTION
    # -------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Do the day's run of each company, once a day, with any number of workers.

        It may be stopped, or killed, at any time, and goes on where it was.
        """
        Case = self.with_context(tracking_disable=True)
        Run = Case.env["utility.collection.run"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            if not Run._of_today(company)._work():
                return
