import logging
import tempfile
import time
from datetime import timedelta

import xlsxwriter
from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ...tools.workbook import Formats, plain

_logger = logging.getLogger(__name__)

# Minutes to wait after each failure; after the last one it is given up.
_BACK_OFF = (5, 30, 120)
# Rows of a workbook; more make a file that mail servers refuse.
_ROW_LIMIT = 100000
_PROGRESS_SECONDS = 2
_KEEP_DAYS = 180


class UtilityReportDelivery(models.Model):
    """One making and sending of a scheduled report, from queue to mail (KPI-07).

    It is marked as running in a transaction of its own. The workbook is made in a
    second one, which only reads; mail, attachment and the state "done" are written by a
    third. Whatever dies in between leaves no mail, and is done again by the next run.
    """

    _name = "utility.report.delivery"
    _description = "Report Delivery"
    _order = "id desc"

    schedule_id = fields.Many2one(
        comodel_name="utility.report.schedule",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Made for",
        readonly=True,
        help="The owner, whose rights it was made with.",
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Sent"),
            ("failed", "Failed"),
        ],
        required=True,
        default="queued",
        readonly=True,
    )
    progress = fields.Integer(readonly=True, aggregator=None, help="Percent.")
    rows = fields.Integer(readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    next_attempt = fields.Datetime(readonly=True, default=fields.Datetime.now)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    duration = fields.Float(
        readonly=True, digits=(16, 1), aggregator="avg", help="Seconds."
    )
    recipients = fields.Char(string="Sent to", readonly=True)
    message = fields.Text(readonly=True, help="What went wrong, or was left out.")
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    mail_id = fields.Many2one(
        comodel_name="mail.mail", readonly=True, ondelete="set null"
    )
    mail_problem = fields.Char(compute="_compute_mail_problem", compute_sudo=True)

    _waiting_idx = models.Index(
        "(next_attempt, id) WHERE state IN ('queued', 'running')"
    )

    @api.depends("mail_id.state", "mail_id.failure_reason")
    def _compute_mail_problem(self):
        for delivery in self:
            mail = delivery.mail_id
            delivery.mail_problem = mail.state == "exception" and self.env._(
                "The mail server didn't take it: %(reason)s",
                reason=mail.failure_reason or mail.failure_type,
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_download(self):
        """Download the workbook that was sent.

        :return: an action that opens its address
        :raises UserError: when there is none
        """
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(
                self.env._("This report has no file: it failed, or was cleaned up.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    def action_retry(self):
        """Queue failed deliveries again.

        :return: True
        """
        self.check_access("read")
        self.schedule_id.check_access("write")
        self.sudo().filtered(lambda delivery: delivery.state == "failed").write(
            {
                "state": "queued",
                "attempts": 0,
                "progress": 0,
                "message": False,
                "next_attempt": fields.Datetime.now(),
            }
        )
        self.env.ref("utility_payments.cron_send_reports").sudo()._trigger()
        return True

    # -------------------------------------------------------------------------
    # SCHEDULED ACTION
    # -------------------------------------------------------------------------

    @api.model
    def _cron_send(self, limit=50):
        """Queue what is due and send what is queued, one by one.

        The scheduler runs this action once at a time: what is still marked as running
        when it begins was left by a process that died.
        """
        Cron = self.env["ir.cron"]
        self.env["utility.report.schedule"]._queue_due()
        self._requeue_interrupted()
        Cron._commit_progress(remaining=self._count_waiting())
        for _turn in range(limit):
            delivery = self._lock_next()
            if not delivery:
                break
            delivery._run()
            if not Cron._commit_progress(1, remaining=self._count_waiting()):
                break

    @api.model
    def _waiting_domain(self):
        return [("state", "=", "queued"), ("next_attempt", "<=", fields.Datetime.now())]

    @api.model
    def _count_waiting(self):
        return self.search_count(self._waiting_domain())

    @api.model
    def _requeue_interrupted(self):
        """Take up what a process left in the middle; nothing of it was sent."""
        for delivery in self.search([("state", "=", "running")]):
            delivery._fail(self.env._("The server stopped in the middle."))

    @api.model
    def _lock_next(self):
        """The next delivery that is due and that no other process has."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM utility_report_delivery
                 WHERE state = 'queued' AND next_attempt <= %s
                 ORDER BY next_attempt, id LIMIT 1
                   FOR UPDATE SKIP LOCKED
                """,
                fields.Datetime.now(),
            )
        )
        return self.browse(rows[0]) if rows else self.browse()

    def _run(self):
        """Make and send one report; write down what came of it."""
        self.ensure_one()
        schedule = self.schedule_id
        self.write(
            {
                "state": "running",
                # Whose rights it is made with now: the history is theirs
                "user_id": schedule.user_id.id,
                "attempts": self.attempts + 1,
                "started_at": fields.Datetime.now(),
                "progress": 0,
                "message": False,
            }
        )
        self._commit()
        begin = time.monotonic()
        try:
            if reason := schedule._owner_problem():
                schedule._stop(reason)
                self._fail(reason, final=True)
                return
            recipients, missing = self._check_sendable()
            content, rows, told = self._make_file()
            # From here on with fresh eyes: progress was written by another cursor
            self._commit()
            self._send(content, recipients, missing + told)
        except (AccessError, UserError) as error:
            self._roll_back()
            self._fail(str(error), final=True)
        except OperationalError:
            self._roll_back()
            self._fail(self.env._("The database was busy with the same records."))
        except Exception:
            self._roll_back()
            _logger.warning("Report delivery %s failed", self.id, exc_info=True)
            self._fail(
                self.env._("Something unexpected happened: the server's log says what.")
            )
        else:
            self.write(
                {
                    "state": "done",
                    "progress": 100,
                    "rows": rows,
                    "finished_at": fields.Datetime.now(),
                    "duration": time.monotonic() - begin,
                }
            )
        # Mail and state together, before anything else can fail
        self._commit()

    def _commit(self):
        # A transaction each: see the class
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.invalidate_all()

    def _fail(self, message, final=False):
        """Write down a failure: tried again after a pause, or given up and told."""
        self.ensure_one()
        pauses = len(_BACK_OFF)
        if final or self.attempts > pauses:
            self.write(
                {
                    "state": "failed",
                    "message": message,
                    "finished_at": fields.Datetime.now(),
                }
            )
            if self.schedule_id.state == "on":
                self.schedule_id._tell_owner(
                    self.env._("The report wasn't sent. %(reason)s", reason=message)
                )
            return
        wait = timedelta(minutes=_BACK_OFF[max(self.attempts - 1, 0)])
        again = fields.Datetime.now() + wait
        self.write({"state": "queued", "message": message, "next_attempt": again})
        self.env.ref("utility_payments.cron_send_reports").sudo()._trigger(again)

    # -------------------------------------------------------------------------
    # MAKING
    # -------------------------------------------------------------------------

    def _check_sendable(self):
        """Who gets it, and sentences on who doesn't.

        :raises UserError: when there is nothing or nobody to send it to
        """
        schedule = self.schedule_id
        if not schedule.filter_id:
            raise UserError(
                self.env._("Its favourite was deleted: choose another, or archive it.")
            )
        recipients = schedule._recipients().filtered("active")
        without = recipients.filtered(lambda partner: not partner.email_normalized)
        missing = [
            self.env._("%(name)s has no e-mail address.", name=partner.name)
            for partner in without
        ]
        if not recipients - without:
            raise UserError(
                " ".join([*missing, self.env._("Nobody is left to send it to.")])
            )
        return recipients - without, missing

    @api.model
    def _row_limit(self):
        value = self.env["ir.config_parameter"].get_param(
            "utility_payments.report_row_limit"
        )
        return int(value) if value and value.isdigit() else _ROW_LIMIT

    def _make_file(self):
        """The workbook, with the rights of the owner.

        :return: (content, number of rows, sentences on what was left out)
        """
        schedule = self.schedule_id
        env = schedule._owner_env()
        reader = env["utility.report.table"]
        table = reader._read_favourite(schedule.filter_id, self._row_limit())
        progress = self._progress_writer(table.count)
        with tempfile.TemporaryFile() as file:
            workbook = xlsxwriter.Workbook(
                file,
                {
                    "constant_memory": True,
                    "strings_to_formulas": False,
                    "strings_to_urls": False,
                },
            )
            formats = Formats(workbook, schedule.company_id.currency_id)
            sheet = workbook.add_worksheet(env._("Report"))
            rows = reader._write_table(sheet, formats, table, progress)
            self._write_about(workbook, formats, env, table)
            workbook.close()
            file.seek(0)
            return file.read(), rows, table.told

    def _write_about(self, workbook, formats, env, table):
        """A second sheet that says where the rows are from."""
        schedule = self.schedule_id
        sheet = workbook.add_worksheet(env._("About"))
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 80)
        now = format_datetime(env, fields.Datetime.now())
        lines = [
            (env._("Report"), schedule.name),
            (env._("Favourite"), table.title),
            (env._("Company"), schedule.company_id.name),
            (env._("Made"), f"{now} ({schedule.timezone})"),
            (env._("As seen by"), schedule.user_id.name),
            *((env._("Note"), sentence) for sentence in table.told),
        ]
        for row, (label, text) in enumerate(lines):
            sheet.write_string(row, 0, plain(label), formats("strong"))
            sheet.write_string(row, 1, plain(text), formats("text"))

    def _progress_writer(self, count):
        """A function that tells others how many rows of them are written."""
        delivery_id, registry = self.id, self.env.registry
        state = {"told": time.monotonic()}

        def progress(rows):
            if time.monotonic() - state["told"] < _PROGRESS_SECONDS:
                return
            state["told"] = time.monotonic()
            # Another cursor: this transaction must read one state of the ledger
            with registry.cursor() as cr:
                cr.execute(
                    SQL(
                        "UPDATE utility_report_delivery SET progress = %s, rows = %s"
                        " WHERE id = %s",
                        min(99, 100 * rows // max(count, 1)),
                        rows,
                        delivery_id,
                    )
                )

        return progress

    # -------------------------------------------------------------------------
    # SENDING
    # -------------------------------------------------------------------------

    def _send(self, content, recipients, told):
        """Put the mail into Odoo's queue, which sends it after the commit."""
        schedule = self.schedule_id
        env = schedule._owner_env()
        day = fields.Date.to_string(fields.Date.context_today(schedule.with_env(env)))
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{schedule.name} {day}.xlsx".replace("/", "-"),
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/vnd.openxmlformats-officedocument"
                ".spreadsheetml.sheet",
            }
        )
        mail = self.env["mail.mail"].create(
            {
                "subject": f"{schedule.name}, {day}",
                "body_html": self._mail_body(env, told),
                "email_from": schedule.company_id.email_formatted
                or schedule.user_id.email_formatted,
                "author_id": schedule.user_id.partner_id.id,
                "recipient_ids": [Command.set(recipients.ids)],
                "attachment_ids": [Command.set(attachment.ids)],
                "auto_delete": False,
            }
        )
        self.write(
            {
                "attachment_id": attachment.id,
                "mail_id": mail.id,
                "recipients": ", ".join(
                    partner.email_normalized for partner in recipients
                ),
                "message": "\n".join(told),
            }
        )

    def _mail_body(self, env, told):
        schedule = self.schedule_id
        lines = [
            env._(
                "Attached is the report “%(name)s” of %(company)s, as %(owner)s sees"
                " it.",
                name=schedule.name,
                company=schedule.company_id.name,
                owner=schedule.user_id.name,
            ),
            *told,
            env._(
                "It is sent by a schedule: ask its owner when you no longer need it."
            ),
        ]
        return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)

    # -------------------------------------------------------------------------
    # CLEANING UP
    # -------------------------------------------------------------------------

    @api.autovacuum
    def _gc_old(self):
        """Forget what was sent half a year ago, with its files and mails."""
        limit = fields.Datetime.now() - timedelta(days=_KEEP_DAYS)
        old = self.search(
            [("state", "in", ("done", "failed")), ("create_date", "<", limit)],
            limit=1000,
        )
        old.mail_id.unlink()
        old.attachment_id.unlink()
        old.unlink()
