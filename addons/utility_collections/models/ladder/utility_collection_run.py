from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

# Accounts that one transaction looks at: a cashier who serves one of those about which
# something is done waits for it.
_CHUNK = 5000
# How often a chunk that meets cashiers is tried again before it is cut in ten.
_TRIES = 3
_KEEP = relativedelta(years=1)
_COUNTS = ("opened", "stepped", "paused", "resumed", "closed", "failed")


class UtilityCollectionRun(models.Model):
    """The look at all accounts of a company on a day, chunk by chunk (COL-04).

    Any number of workers share it: each takes a chunk that nobody else has, does it in
    a transaction of its own, and takes the next. What a killed worker had begun is
    undone, and its chunk is free again. Once all are done, the day is done.
    """

    _name = "utility.collection.run"
    _description = "Collections Run"
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True)
    chunk_ids = fields.One2many(
        comodel_name="utility.collection.run.chunk",
        inverse_name="run_id",
        readonly=True,
    )
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done")],
        compute="_compute_progress",
    )
    progress = fields.Float(
        compute="_compute_progress", help="Of its accounts, in percent."
    )
    account_count = fields.Integer(string="Accounts", compute="_compute_progress")
    opened = fields.Integer(compute="_compute_progress")
    stepped = fields.Integer(string="Steps Taken", compute="_compute_progress")
    paused = fields.Integer(compute="_compute_progress")
    resumed = fields.Integer(compute="_compute_progress")
    closed = fields.Integer(compute="_compute_progress")
    failed = fields.Integer(string="Steps Failed", compute="_compute_progress")
    skipped = fields.Integer(
        compute="_compute_progress",
        help="Accounts that were in use all the time: they wait for the next day.",
    )
    ended_at = fields.Datetime(compute="_compute_progress")

    _day_unique = models.UniqueIndex(
        "(company_id, date)", "There is one run of a company a day."
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    def _compute_progress(self):
        names = ("account_count", *_COUNTS, "skipped")
        sums = defaultdict(Counter)
        ended = {}
        for run, state, ended_at, *values in self.env[
            "utility.collection.run.chunk"
        ]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["ended_at:max", *(f"{name}:sum" for name in names)],
        ):
            sums[run].update(dict(zip(names, values, strict=True)))
            sums[run][state] += values[0]
            if state == "done":
                ended[run] = ended_at
        for run in self:
            found = sums[run._origin]
            for name in names:
                run[name] = found[name]
            total = found["account_count"]
            run.progress = 100.0 * found["done"] / total if total else 100.0
            run.state = "running" if found["todo"] else "done"
            run.ended_at = not found["todo"] and ended.get(run._origin)

    # -------------------------------------------------------------------------
    # BEGIN
    # -------------------------------------------------------------------------

    @api.model
    def _of_today(self, company):
        """Return the run of a company's day; it is begun if it wasn't, and committed.

        :rtype: utility.collection.run
        """
        today = company._utility_today()
        domain = [("company_id", "=", company.id), ("date", "=", today)]
        if run := self.search(domain):
            return run
        try:
            run = self._begin(company, today)
            self.env["ir.cron"]._commit_progress()
        except OperationalError:
            # Another worker began it at the same moment.
            self.env.cr.rollback()
            run = self.search(domain)
        return run

    @api.model
    def _begin(self, company, today):
        """Write the run and its chunks down.

        :return: the run; none if another worker began it
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO utility_collection_run (
                       company_id, date, create_uid, write_uid, create_date, write_date)
                VALUES (%(company)s, %(day)s, %(uid)s, %(uid)s, %(now)s, %(now)s)
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                company=company.id,
                day=today,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            ),
            # Another worker may begin it right now: that is no error.
            log_exceptions=False,
        )
        run = self.browse(self.env.cr.fetchone())
        if not run:
            return self.search([("company_id", "=", company.id), ("date", "=", today)])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO utility_collection_run_chunk (
                       run_id, company_id, first_id, last_id, account_count, state)
                SELECT %(run)s, %(company)s, MIN(id), MAX(id), COUNT(*), 'todo'
                  FROM (
                       SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS n
                         FROM utility_account
                        WHERE company_id = %(company)s
                       ) account
              GROUP BY n
              ORDER BY n
                """,
                run=run.id,
                company=company.id,
                size=_CHUNK,
            )
        )
        return run

    # -------------------------------------------------------------------------
    # DO
    # -------------------------------------------------------------------------

    def _work(self):
        """Do what is left of the day, with whoever else does.

        :return: whether there is time left
        """
        self.ensure_one()
        tries = Counter()
        while True:
            chunk = self.env["utility.collection.run.chunk"]
            try:
                chunk = self._take_chunk()
                if not chunk:
                    return True
                chunk._do()
                self.env.flush_all()
            except OperationalError:
                # Somebody pays one of them right now: begin anew, on fresh data.
                self.env.cr.rollback()
                tries[chunk.id] += 1
                if not chunk or tries[chunk.id] < _TRIES:
                    continue
                chunk._cut()
            left = chunk.search_count(
                [("run_id", "=", self.id), ("state", "=", "todo")]
            )
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return False
            self.env.invalidate_all()

    def _take_chunk(self):
        """Take a chunk that is to be done and that no other worker has."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM utility_collection_run_chunk"
                " WHERE run_id = %s AND state = 'todo'"
                " ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
                self.id,
            ),
            log_exceptions=False,
        )
        return self.env["utility.collection.run.chunk"].browse(self.env.cr.fetchone())

    @api.autovacuum
    def _gc_runs(self):
        """Forget how runs went after a year; what they did stays on the timelines."""
        self.search([("date", "<", fields.Date.today() - _KEEP)], limit=1000).unlink()
