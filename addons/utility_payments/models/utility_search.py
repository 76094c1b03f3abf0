from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.utility_consumers.tools import SearchTerm

# Above so many hits a term is common: walking the list by date finds the first page
# sooner than collecting all hits and sorting them.
_RARE = 20_000
# Above so many consumers their ids are no longer worth sending to PostgreSQL.
_ACCOUNTS = 50_000


class UtilitySearch(models.AbstractModel):
    """One box over a record's own numbers and what its consumer is found by.

    A model that inherits this has ``utility_account_id``, names its columns in
    ``_utility_search_columns``, and has a trigram index on the very same expression
    (joined by spaces, with COALESCE), so that PostgreSQL uses it.
    """

    _name = "utility.search"
    _description = "Search by Number or Consumer"

    _utility_search_columns = ()

    utility_search = fields.Char(
        string="Number or Consumer",
        compute="_compute_utility_search",
        search="_search_utility_search",
        help="Finds the numbers of the record and what its consumer account is found"
        " by.",
    )

    def _compute_utility_search(self):
        self.utility_search = False

    @api.model
    def _search_utility_search(self, operator, value):
        """LST-03, CRN-07: numbers, references, and the consumer's own search."""
        if operator not in ("ilike", "like"):
            return NotImplemented
        term = (value or "").strip()
        if not term:
            return Domain.TRUE
        escaped = term.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        # One or two letters have no trigram: they are sought where a number begins.
        patterns = (
            [f"%{escaped}%"] if len(term) > 2 else [f"{escaped}%", f"% {escaped}%"]
        )
        accounts = self.env["utility.account"]._search(
            [("display_name", operator, term)], limit=_ACCOUNTS + 1
        )
        account_ids = list(accounts.get_result_ids())
        if len(account_ids) <= _ACCOUNTS:
            found = self._utility_search_rare(patterns, account_ids)
            if len(found) <= _RARE:
                return Domain("id", "in", found)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s OR %s)",
                model._utility_search_text(alias, patterns),
                model._utility_search_accounts(alias, term, account_ids),
            )
        )

    @api.model
    def _utility_search_rare(self, patterns, account_ids):
        """Ids of the records that match, by the indexes; more than _RARE: not all."""
        self.flush_model([*self._utility_search_columns, "utility_account_id"])
        rows = self.env.execute_query(
            SQL(
                """
                (SELECT id FROM %(table)s
                  WHERE %(text_matches)s
                    AND utility_account_id IS NOT NULL
                  LIMIT %(limit)s)
                UNION
                (SELECT id FROM %(table)s
                  WHERE utility_account_id = ANY(%(account_ids)s)
                  LIMIT %(limit)s)
                """,
                table=SQL.identifier(self._table),
                text_matches=self._utility_search_text(self._table, patterns),
                account_ids=account_ids,
                limit=_RARE + 1,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _utility_search_accounts(self, alias, term, account_ids):
        """Condition: the account of a record is one of those that match."""
        column = SQL.identifier(alias, "utility_account_id")
        if len(account_ids) <= _ACCOUNTS:
            return SQL("%s = ANY(%s)", column, account_ids)
        # Not IN (SELECT ...): so many may not fit the memory for a hash, and would be
        # scanned again for each record.
        hits = self.env["utility.account"]._get_hit_conditions(
            SearchTerm.parse(term), "hit"
        )
        return SQL(
            "(SELECT %s FROM utility_account hit WHERE hit.id = %s)",
            SQL(" OR ").join(condition for condition, _rank in hits),
            column,
        )

    @api.model
    def _utility_search_text(self, alias, patterns):
        """Condition: the numbers of a record match one of the patterns."""
        text = SQL(" || ' ' || ").join(
            SQL("COALESCE(%s, '')", SQL.identifier(alias, name))
            for name in self._utility_search_columns
        )
        return SQL(
            "(%s)",
            SQL(" OR ").join(SQL("(%s) ILIKE %s", text, like) for like in patterns),
        )
