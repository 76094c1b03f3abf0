"""The consumer search: one implementation for every box (CON-02)."""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import SearchTerm

HIT_LIMIT = 200
RANK_EXACT, RANK_DOCUMENT, RANK_CONTAINS = 0, 1, 9
LIKE_OPERATORS = ("ilike", "like")


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    # The second section of the document is the name: see tools/text.py
    _search_name_idx = models.Index(
        "(split_part(search_text, chr(10), 2) text_pattern_ops)"
    )

    # === SEARCH METHODS === #

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Override of `base`: best match first, with two queries (CON-02)."""
        term = SearchTerm.parse(name)
        if operator not in LIKE_OPERATORS or not term:
            return super().name_search(name, domain, operator, limit)
        accounts = self._search_ranked(term, domain, limit)
        accounts.fetch(["display_name"])
        return [(account.id, account.display_name) for account in accounts.sudo()]

    def _search_display_name(self, operator, value):
        """Override of `base`: name, number, phone, e-mail, address, bill number."""
        if operator in LIKE_OPERATORS and isinstance(value, str):
            term = SearchTerm.parse(value)
            if not term:
                return Domain.TRUE
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s IN (%s)",
                    SQL.identifier(alias, "id"),
                    SQL(" UNION ").join(
                        SQL(
                            "SELECT id FROM utility_account hit WHERE %s",
                            condition,
                        )
                        for condition, _rank in model._get_hit_conditions(term, "hit")
                    ),
                )
            )
        if operator == "in":
            # "John Doe (WU-10001)" as exports write it, or the number alone
            numbers = [
                re.sub(r"^.*\((.+)\)$", r"\1", str(text)).strip().lower()
                for text in value
                if text
            ]
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "lower(%s) = ANY(%s)",
                    SQL.identifier(alias, "number"),
                    numbers,
                )
            )
        return NotImplemented

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Override of `base`: a searched list in its own order shows the best first."""
        term, rest = self._split_term(domain) if order == self._order else (None, None)
        if term and limit and offset + limit <= HIT_LIMIT and not kwargs:
            accounts = self._search_ranked(term, rest, HIT_LIMIT)
            return accounts[offset : offset + limit]._as_query(ordered=True)
        query = super()._search(
            domain, offset=offset, limit=limit, order=order, **kwargs
        )
        if term and query.order:
            query.order = SQL("%s, %s", self._get_rank(term, self._table), query.order)
        return query

    @api.model
    def _split_term(self, domain):
        """Find the one search text of a domain that holds for the whole of it.

        :return: the term and the domain without it, or (None, None)
        """
        domain = Domain(domain)
        terms = [
            condition
            for condition in domain.iter_conditions()
            if condition.field_expr == "display_name"
            and condition.operator in LIKE_OPERATORS
            and isinstance(condition.value, str)
        ]
        term = SearchTerm.parse(terms[0].value) if len(terms) == 1 else None

        def replace(by):
            return domain.map_conditions(
                lambda condition: by if condition is terms[0] else condition
            )

        # Only a condition that can't be missing decides what comes first
        if term and replace(Domain.FALSE).is_false():
            return term, replace(Domain.TRUE)
        return None, None

    @api.model
    def _search_ranked(self, term, domain=None, limit=None):
        """Return the accounts that match, best first.

        A first step fetches at most 200 hits of each kind through its own index, with
        the user's record rules inside; a second step ranks that little. So a term that
        half the accounts contain costs no more than a rare one.

        :param SearchTerm term: what is searched
        :param domain: restricts the accounts
        :param int limit: how many to return; default all hits
        """
        self.flush_model(["number", "search_text"])
        hit_limit = max(HIT_LIMIT, limit or HIT_LIMIT)
        hits = []
        for condition, rank in self._get_hit_conditions(term, self._table):
            query = self._search(domain or [])
            if query.is_empty():
                return self.browse()
            query.add_where(condition)
            query.limit = hit_limit
            hits.append(
                SQL(
                    "(%s)",
                    query.select(
                        SQL.identifier(self._table, "id"),
                        SQL.identifier(self._table, "number"),
                        SQL.identifier(self._table, "search_text"),
                        SQL("%s AS rank", rank),
                    ),
                )
            )
        rows = self.env.execute_query(
            SQL(
                "WITH hit AS MATERIALIZED (%s)"
                " SELECT id FROM hit GROUP BY id, number, search_text"
                " ORDER BY LEAST(MIN(rank), %s), number, id LIMIT %s",
                SQL(" UNION ALL ").join(hits),
                self._get_rank(term, "hit"),
                limit or None,
            )
        )
        return self.browse(account_id for (account_id,) in rows)

    def _get_hit_conditions(self, term, alias):
        """Return the ways to hit an account, each served by an index of its own.

        :return: pairs of an SQL condition and the best rank that it stands for
        :rtype: list[tuple[SQL, int]]
        """
        text = SQL.identifier(alias, "search_text")
        contains = SQL(" AND ").join(
            SQL("%s LIKE %s", text, pattern) for pattern in term.word_patterns
        )
        conditions = [
            (
                SQL("lower(%s) = %s", SQL.identifier(alias, "number"), term.text),
                RANK_EXACT,
            ),
            (
                SQL(
                    "split_part(%s, chr(10), 2) LIKE %s",
                    text,
                    term.like(" {}%"),
                ),
                RANK_CONTAINS,
            ),
            (contains, RANK_CONTAINS),
        ]
        if term.phone:
            conditions.append((SQL("%s LIKE %s", text, f"%{term.phone}%"), 5))
        if term.is_document_number:
            self.env["account.move"].flush_model(["name", "utility_account_id"])
            conditions.append(
                (
                    SQL(
                        "%s IN (SELECT utility_account_id FROM account_move"
                        " WHERE lower(name) LIKE %s AND utility_account_id IS NOT NULL"
                        " LIMIT %s)",
                        SQL.identifier(alias, "id"),
                        term.like("{}%"),
                        HIT_LIMIT,
                    ),
                    RANK_DOCUMENT,
                )
            )
        return conditions

    def _get_rank(self, term, alias):
        """Return the SQL that ranks an account: 0 is the best match."""
        number = SQL("lower(%s)", SQL.identifier(alias, "number"))
        name = SQL("split_part(%s, chr(10), 2)", SQL.identifier(alias, "search_text"))
        is_tail = bool(re.fullmatch("[0-9]+", term.text))
        word_starts = SQL(" AND ").join(
            SQL("%s LIKE %s", name, pattern) for pattern in term.start_patterns
        )
        return SQL(
            "CASE WHEN %(number)s = %(text)s THEN 0"
            " WHEN %(is_tail)s AND %(number)s ~ %(own_digits)s THEN 1"
            " WHEN %(is_tail)s AND %(number)s LIKE %(tail)s THEN 2"
            " WHEN %(number)s LIKE %(head)s THEN 3"
            " WHEN %(name)s LIKE %(name_head)s THEN 4"
            " WHEN %(word_starts)s THEN 6"
            " ELSE 9 END",
            number=number,
            name=name,
            text=term.text,
            is_tail=is_tail,
            own_digits=f"(^|[^0-9]){term.text}$" if is_tail else "",
            tail=term.like("%{}"),
            head=term.like("{}%"),
            name_head=term.like(" {}%"),
            word_starts=word_starts,
        )
