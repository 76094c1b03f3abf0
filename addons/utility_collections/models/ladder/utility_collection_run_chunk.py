import logging

from odoo import fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# In how many parts a chunk is cut that meets cashiers again and again.
_PARTS = 10


class UtilityCollectionRunChunk(models.Model):
    """Accounts, by their ids, that one transaction of a run looks at."""

    _name = "utility.collection.run.chunk"
    _description = "Part of a Collections Run"
    _order = "id"
    _log_access = False

    run_id = fields.Many2one(
        comodel_name="utility.collection.run",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True
    )
    first_id = fields.Integer(string="First Account", required=True, readonly=True)
    last_id = fields.Integer(string="Last Account", required=True, readonly=True)
    account_count = fields.Integer(string="Accounts", readonly=True)
    state = fields.Selection(
        selection=[("todo", "To do"), ("done", "Done")], required=True, readonly=True
    )
    opened = fields.Integer(readonly=True)
    stepped = fields.Integer(string="Steps Taken", readonly=True)
    paused = fields.Integer(readonly=True)
    resumed = fields.Integer(readonly=True)
    closed = fields.Integer(readonly=True)
    failed = fields.Integer(string="Steps Failed", readonly=True)
    skipped = fields.Integer(readonly=True)
    ended_at = fields.Datetime(readonly=True)

    def _get_condition(self):
        """Return the SQL of its accounts, as of `_get_assignment_select`."""
        self.ensure_one()
        return SQL(
            "line.company_id = %s AND line.utility_account_id BETWEEN %s AND %s",
            self.company_id.id,
            self.first_id,
            self.last_id,
        )

    def _do(self):
        """Look at its accounts, do what follows, and take it off the list."""
        self.ensure_one()
        done = self.env["utility.collection.case"]._review(
            self.company_id, self._get_condition(), self.run_id.date
        )
        self.write({**done, "state": "done", "ended_at": fields.Datetime.now()})

    def _cut(self):
        """Cut it in parts, so that a payment disturbs fewer accounts."""
        self.ensure_one()
        span = self.last_id - self.first_id
        if not span:
            _logger.info(
                "Account with id %s is in use: it waits for the next run.",
                self.first_id,
            )
            self.write(
                {"state": "done", "skipped": 1, "ended_at": fields.Datetime.now()}
            )
            return
        size = -(-(span + 1) // _PARTS)
        bounds = range(self.first_id, self.last_id + 1, size)
        share = -(-self.account_count // len(bounds))
        self.create(
            [
                {
                    "run_id": self.run_id.id,
                    "first_id": first,
                    "last_id": min(first + size - 1, self.last_id),
                    "account_count": share,
                    "state": "todo",
                }
                for first in bounds
            ]
        )
        self.unlink()
