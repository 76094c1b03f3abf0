import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Accounts that are looked at in one transaction.
_CHUNK = 1000
# How often a chunk that meets another run is tried again, smaller each time.
_TRIES = 4
STEPS = {"daily": "days", "weekly": "weeks", "monthly": "months"}


class UtilityServiceRequestSchedule(models.Model):
    """Requests that are opened again and again, for the accounts of a filter (COL-05).

    Each chunk is a transaction of its own that notes how far it came: a run that is
    stopped goes on where it was. The filter is read with the rights of who set it up.
    """

    _name = "utility.service.request.schedule"
    _description = "Service Request Schedule"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    type_id = fields.Many2one(
        comodel_name="utility.service.request.type",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    filter_id = fields.Many2one(
        comodel_name="ir.filters",
        string="Favourite",
        domain="[('model_id', '=', 'utility.account')]",
        ondelete="set null",
        tracking=True,
        help="A search over consumers that was saved as a favourite.",
    )
    domain = fields.Char(
        string="Accounts",
        tracking=True,
        help="Which accounts, where no favourite says so.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who does the requests; empty: by the rule of the type.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Set Up By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Whose rights decide which accounts the filter finds.",
    )
    frequency = fields.Selection(
        selection=[("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")],
        required=True,
        default="weekly",
        tracking=True,
    )
    next_date = fields.Date(
        string="Next Run",
        required=True,
        default=lambda self: self.env.company._utility_today(),
        tracking=True,
    )
    maximum = fields.Integer(
        string="At Most",
        default=100,
        help="Requests of one run; 0: no limit. The others are for the next run.",
    )
    problem = fields.Char(readonly=True, copy=False)
    last_date = fields.Date(string="Last Run", readonly=True, copy=False)
    last_count = fields.Integer(string="Opened Last", readonly=True, copy=False)
    run_date = fields.Date(readonly=True, copy=False, help="Of the run under way.")
    run_account_id = fields.Integer(
        readonly=True, copy=False, help="Where a run goes on, or the next one begins."
    )
    run_from_id = fields.Integer(readonly=True, copy=False, help="Where it began.")
    run_until_id = fields.Integer(
        readonly=True, copy=False, help="Where it ends, once it began at the top again."
    )
    run_count = fields.Integer(readonly=True, copy=False)
    request_ids = fields.One2many(
        comodel_name="utility.service.request",
        inverse_name="schedule_id",
        string="Requests",
        readonly=True,
    )
    request_count = fields.Integer(compute="_compute_request_count")

    _maximum_positive = models.Constraint(
        "CHECK (maximum >= 0)", "At most how many requests can't be negative."
    )

    # -------------------------------------------------------------------------
    # SET-UP
    # -------------------------------------------------------------------------

    @api.depends("request_ids")
    def _compute_request_count(self):
        counts = dict(
            self.env["utility.service.request"]._read_group(
                [("schedule_id", "in", self.ids)], ["schedule_id"], ["__count"]
            )
        )
        for schedule in self:
            schedule.request_count = counts.get(schedule._origin, 0)

    @api.constrains("filter_id", "domain", "active")
    def _check_filter(self):
        for schedule in self.filtered("active"):
            favourite = schedule.sudo().filter_id
            if favourite and favourite.model_id != "utility.account":
                raise ValidationError(
                    self.env._(
                        "“%(name)s” isn't a favourite of consumers: choose one that was"
                        " saved in their list.",
                        name=favourite.name,
                    )
                )
            if problem := schedule._find_accounts(0, 1)[1]:
                raise ValidationError(problem)

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        Request = self.env["utility.service.request"]
        for schedule in self.filtered("user_id"):
            nobody = self.env["utility.account"].new(
                {"company_id": schedule.company_id}
            )
            user_sudo = schedule.sudo().user_id
            if not user_sudo.has_group("utility_consumers.group_field_collector"):
                if problem := Request._get_owner_problem(user_sudo, nobody):
                    raise ValidationError(problem)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._read_vals(vals) | {"author_id": self.env.uid} for vals in vals_list]
        )

    def write(self, vals):
        vals = self._read_vals(vals)
        if {"filter_id", "domain"} & set(vals) and not self.env.su:
            vals |= {"author_id": self.env.uid, "problem": False, "run_account_id": 0}
        return super().write(vals)

    @api.model
    def _read_vals(self, vals):
        """Drop what the machine writes, unless it does."""
        if self.env.su:
            return vals
        return {
            name: value
            for name, value in vals.items()
            if name not in self._fields or not self._fields[name].readonly
        }

    def action_run_now(self):
        """Run today, besides its days; done in the background.

        :return: a notification
        """
        self.check_access("write")
        for schedule_sudo in self.sudo():
            schedule_sudo.next_date = schedule_sudo.company_id._utility_today()
        self.env.ref("utility_collections.ir_cron_open_requests").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The requests are being opened."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_requests(self):
        """Show what the schedule has opened.

        :return: a window action
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_service_request_action"
        )
        return action | {
            "domain": [("schedule_id", "in", self.ids)],
            "context": {},
            "path": False,
        }

    # -------------------------------------------------------------------------
    # RUNS
    # -------------------------------------------------------------------------

    @api.model
    def _cron_open(self):
        """Open the requests that are due today; a second run finds nothing."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            for schedule in self.search(
                [
                    ("company_id", "=", company.id),
                    ("next_date", "<=", company._utility_today()),
                ],
                order="id",
            ):
                if not schedule._run():
                    return

    def _run(self):
        """Open the requests of one schedule, in chunks.

        :return: whether there is time left
        """
        self.ensure_one()
        tries = 0
        while True:
            try:
                more = self._run_chunk(max(_CHUNK // 10**tries, 1))
                self.env.flush_all()
            except OperationalError:
                # Another run opens some of them right now: begin anew, on fresh data.
                self.env.cr.rollback()
                tries += 1
                if tries < _TRIES:
                    continue
                _logger.info(
                    "Service request schedule with id %s is in use: it waits for the"
                    " next run.",
                    self.id,
                )
                return True
            tries = 0
            if not self.env["ir.cron"]._commit_progress(1, remaining=int(more)):
                return False
            self.env.invalidate_all()
            if not more:
                return True

    def _run_chunk(self, size):
        """Open the requests of the next accounts.

        :return: whether there are more accounts to look at
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM utility_service_request_schedule WHERE id = %s"
                " FOR NO KEY UPDATE",
                self.id,
            )
        )
        today = self.company_id._utility_today()
        if not self.active or self.next_date > today:
            return False
        if self.run_date != today:
            # One that was full is gone on with, so that every account has its turn.
            self.write(
                {
                    "run_date": today,
                    "run_from_id": self.run_account_id,
                    "run_until_id": 0,
                    "run_count": 0,
                }
            )
        accounts, problem = self._find_accounts(
            self.run_account_id, size, self.run_until_id
        )
        if problem or not self.type_id.active:
            self._stop(problem or self.env._("Its type of request is archived."))
            return False
        left = self.maximum - self.run_count if self.maximum else len(accounts)
        last_id = accounts[-1:].id
        Request = self.env["utility.service.request"]
        ids = Request._filter_targets(
            self.type_id, dict.fromkeys(accounts.ids, False), self
        )
        if len(ids) > left:
            ids = ids[:left]
            last_id = ids[-1]
        opened, without = Request._open_many(
            self.type_id,
            dict.fromkeys(ids, False),
            "schedule",
            schedule=self,
            user=self.user_id,
        )
        if without and not opened:
            self._stop(
                self.env._(
                    "Nobody is there to do the requests: choose an owner, or name a"
                    " Recovery Executive in the settings."
                )
            )
            return False
        count = self.run_count + len(opened)
        full = self.maximum and count >= self.maximum
        again = self.run_from_id and not self.run_until_id
        more = not full and (len(accounts) == size or again)
        vals = {"run_account_id": last_id, "run_count": count, "problem": False}
        if not full and len(accounts) < size:
            vals |= {"run_account_id": 0, "run_until_id": self.run_from_id}
        if not more:
            vals |= {
                "run_date": False,
                "run_count": 0,
                "last_date": today,
                "last_count": count,
                "next_date": self._get_date_after(today),
            }
        self.write(vals)
        return bool(more)

    def _get_date_after(self, today):
        """The first of its days after today, however many were missed."""
        count = 1
        while (
            day := fields.Date.add(self.next_date, **{STEPS[self.frequency]: count})
        ) <= today:
            count += 1
        return day

    def _find_accounts(self, last_id, limit, until_id=0):
        """The accounts of the filter past an id, and what is wrong with the filter.

        :param int until_id: and up to this one; 0: to the last

        :return: (accounts, False or a sentence)
        """
        self.ensure_one()
        Account = (
            self.env["utility.account"]
            .with_user(self.author_id)
            .with_context(
                lang=self.author_id.lang,
                tz=self.author_id.tz,
                allowed_company_ids=self.company_id.ids,
            )
        )
        nothing = self.env["utility.account"]
        favourite = self.sudo().filter_id
        text = favourite.domain if favourite else self.domain
        if not text or text.strip() == "[]":
            return nothing, self.env._(
                "The schedule says not which accounts: choose a favourite, or"
                " conditions of its own."
            )
        try:
            with self.env.cr.savepoint():
                found = Account.search(
                    Domain(Account.env["utility.report.table"]._evaluate(text))
                    & Domain("company_id", "=", self.company_id.id)
                    & Domain("id", ">", last_id)
                    & (Domain("id", "<=", until_id) if until_id else Domain.TRUE),
                    order="id",
                    limit=limit,
                )
        except OperationalError:
            raise
        except UserError as error:
            return nothing, self.env._(
                "The filter can't be read: %(reason)s", reason=str(error)
            )
        except Exception as error:
            return nothing, self.env._(
                "The filter can't be read: %(reason)s. Correct it, or choose another.",
                reason=str(error).strip().rstrip("."),
            )
        return nothing.browse(found.ids), False

    def _stop(self, problem):
        """Say on the schedule why nothing is opened; tried again with the next run."""
        if self.problem == problem:
            return
        self.problem = problem
        self.message_post(
            body=self.env._("No requests were opened. %(reason)s", reason=problem),
            partner_ids=self.author_id.partner_id.ids if self.author_id.active else [],
        )
