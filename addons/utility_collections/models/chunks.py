import logging

from psycopg2 import OperationalError

from odoo import api, models

_logger = logging.getLogger(__name__)

# How often a chunk that meets a cashier is tried again, smaller each time.
_TRIES = 5


class UtilityChunks(models.AbstractModel):
    """How scheduled actions work through many records, a transaction for each chunk.

    Stopped or killed at any time, they go on where they were: what they do takes
    records off the list that they are found by.
    """

    _name = "utility.chunks"
    _description = "Work in Chunks"

    @api.model
    def _keep_in_chunks(self, company, find, keep, chunk):
        """Do one part of the pass for a company.

        :param str find: method that returns ids, in order, past an id
        :param str keep: method that does the part for a recordset
        :return: whether there is time left
        """
        last_id = tries = 0
        while True:
            most = max(chunk // 10**tries, 1)
            ids = getattr(self, find)(company, last_id, most + 1)
            if not ids:
                return True
            records = self.browse(ids[:most])
            try:
                getattr(records, keep)()
                self.env.flush_all()
            except OperationalError:
                # Somebody is at work on one of them: begin anew, on fresh data.
                self.env.cr.rollback()
                tries += 1
                if tries < _TRIES:
                    continue
                _logger.info(
                    "%s with id %s is in use: it waits for the next run.",
                    self._description,
                    ids[0],
                )
                records = records[:1]
            last_id, tries = records.ids[-1], 0
            left = len(ids) - len(records)
            if not self.env["ir.cron"]._commit_progress(len(records), remaining=left):
                return False
            self.env.invalidate_all()

    @api.model
    def _read_ids(self, query):
        return [record_id for (record_id,) in self.env.execute_query(query)]
