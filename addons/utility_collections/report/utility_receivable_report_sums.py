from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.utility_payments.report.utility_receivable_report import (
    BUCKET,
    DAYS_OVERDUE,
    OVERDUE,
)

from ..models.plan.utility_payment_plan_cover import ASKING
from .utility_receivable_report_debt import AGE

# The fields that a reading asks for, where sums can answer it
_ASKED = "utility_receivables_asked"
# What sums are told apart by, or what follows from it
_KEYS = frozenset(
    {
        "age",
        "area_id",
        "behaviour",
        "bucket",
        "category",
        "company_id",
        "credit_rating",
        "currency_id",
        "days_overdue",
        "due_on",
        "in_collections",
        "kind",
        "recovery_user_id",
        "services",
    }
)
_MEASURES = frozenset(
    {
        "case_amount",
        "disputed_amount",
        "open_amount",
        "original_amount",
        "overdue_amount",
    }
)
# All items of a sum are on the same side of 0.
_SIGNED = _MEASURES - {"original_amount"}
_SUMS = frozenset({"sum", "sum_currency"})
# Of sums what they are of items
_SAME = frozenset(
    {"array_agg_distinct", "bool_and", "bool_or", "count_distinct", "max", "min"}
)
_DISPUTED = frozenset({"case_amount", "disputed_amount"})


class UtilityReceivableReport(models.Model):
    """Groups of items are read from sums by due day, where these can answer.

    What can't be told of a sum, such as a document or an account, is read item by item,
    and so are accounts that changed since they were summed up or that owe by a plan:
    these are few. See `utility.debt.group`.
    """

    _inherit = "utility.receivable.report"

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        """Override of `base`: from sums where they can answer."""
        asked = not having and self._find_asked(domain, groupby, aggregates)
        if not asked:
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        rows = super(
            UtilityReceivableReport, self.with_context(**{_ASKED: asked})
        )._read_group(domain, groupby, aggregates, having, offset, limit, order)
        return self._leave_sums(rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Override of `base`: from sums where they can answer."""
        groupby = [spec for grouping in grouping_sets for spec in grouping]
        asked = self._find_asked(domain, groupby, aggregates)
        if not asked:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        results = super(
            UtilityReceivableReport, self.with_context(**{_ASKED: asked})
        )._read_grouping_sets(domain, grouping_sets, aggregates, order)
        return [self._leave_sums(rows) for rows in results]

    def _leave_sums(self, rows):
        """Give the records in rows the environment of the caller back."""
        return [
            tuple(
                value.with_env(self.env)
                if isinstance(value, models.BaseModel)
                else value
                for value in row
            )
            for row in rows
        ]

    @api.model
    def _find_asked(self, domain, groupby, aggregates):
        """Return the names of the fields asked for, or None where sums can't tell."""
        names = set()
        for spec in groupby:
            names.add(spec.split(":")[0].split(".")[0])
        if not names <= _KEYS:
            return None
        for spec in aggregates:
            if spec == "__count":
                continue
            name, _colon, function = spec.partition(":")
            if function not in (_SUMS if name in _MEASURES else _SAME):
                return None
            names.add(name)
        conditions = [Domain(domain)]
        if not self.env.su:
            conditions.append(self.env["ir.rule"]._compute_domain(self._name, "read"))
        for condition in Domain.AND(conditions).iter_conditions():
            name = condition.field_expr.split(".")[0]
            if name in _MEASURES and (name not in _SIGNED or condition.value != 0):
                return None
            names.add(name)
        return frozenset(names) if names <= _KEYS | _MEASURES else None

    def _read_group_select(self, aggregate_spec, query):
        """Override of `base`: a sum counts as the items in it."""
        if aggregate_spec == "__count" and _ASKED in self.env.context:
            return SQL(
                "COALESCE(SUM(%s), 0)::bigint", SQL.identifier(self._table, "items")
            )
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        asked = self.env.context.get(_ASKED)
        if asked is None:
            return super()._table_query
        # PostgreSQL doesn't leave out what nobody reads of a union.
        columns = SQL(", ").join(
            SQL.identifier("debt", name) for name in sorted({*asked, "currency_id"})
        )
        return SQL(
            """
            WITH changed AS MATERIALIZED (
                %(changed)s
            ), gone AS MATERIALIZED (
                SELECT group_id, SUM(items) AS items, SUM(open_amount) AS open_amount,
                       SUM(original_amount) AS original_amount
                  FROM utility_debt_group_account
                 WHERE utility_account_id IN (SELECT account_id FROM changed)
              GROUP BY group_id
            )
            SELECT %(columns)s, debt.items
              FROM (%(sums)s) debt
         UNION ALL
            SELECT %(columns)s, 1
              FROM (%(items)s) debt
            """,
            changed=self._get_changed_query(asked),
            columns=columns,
            sums=self._get_sums_query(),
            items=super()._table_query,
        )

    def _get_accounts_condition(self, account_id):
        """Override: beside sums, the accounts that are read one by one."""
        condition = super()._get_accounts_condition(account_id)
        if _ASKED not in self.env.context:
            return condition
        return SQL(
            "%s AND %s IN (SELECT account_id FROM changed)", condition, account_id
        )

    def _get_changed_query(self, asked):
        """Return the SQL of the accounts whose items are read one by one."""
        changed = SQL(
            """
            SELECT utility_account_id AS account_id FROM utility_debt_change
             UNION
            SELECT plan.utility_account_id
              FROM utility_payment_plan_cover cover
              JOIN utility_payment_plan plan ON plan.id = cover.plan_id
             WHERE %s
            """,
            ASKING,
        )
        if not asked & _DISPUTED:
            return changed
        return SQL(
            "%s UNION SELECT account_id FROM (%s) dispute",
            changed,
            self.env["utility.account"]._get_dispute_select(SQL("TRUE")),
        )

    def _get_sums_query(self):
        """Return the SQL of sums, less the accounts that are read one by one."""
        service = self.env["utility.service"].sudo()
        return SQL(
            """
            SELECT debt.*, %(age)s AS age, 0 AS disputed_amount,
                   CASE WHEN debt.in_collections THEN debt.overdue_amount ELSE 0
                    END AS case_amount
              FROM (
                SELECT item.company_id, company.currency_id, item.category,
                       item.area_id, item.credit_rating, item.behaviour,
                       item.recovery_user_id, item.kind, item.due_on,
                       item.in_collections, supply.services,
                       %(bucket)s AS bucket, %(days_overdue)s AS days_overdue,
                       item.original_amount, item.amount_residual AS open_amount,
                       %(overdue)s AS overdue_amount, item.items
                  FROM (
                    SELECT total.company_id, total.category, total.area_id,
                           total.credit_rating, total.behaviour,
                           total.recovery_user_id, total.kind, total.due_on,
                           total.in_collections, total.service_keys,
                           today.day - total.due_on AS late,
                           total.items - COALESCE(gone.items, 0) AS items,
                           total.open_amount - COALESCE(gone.open_amount, 0)
                               AS amount_residual,
                           total.original_amount - COALESCE(gone.original_amount, 0)
                               AS original_amount
                      FROM utility_debt_group total
                      JOIN (%(today)s) AS today (company_id, day)
                        ON today.company_id = total.company_id
                 LEFT JOIN gone ON gone.group_id = total.id
                     WHERE total.items > COALESCE(gone.items, 0)
                  ) item
             LEFT JOIN res_company company ON company.id = item.company_id
             LEFT JOIN (
                    SELECT keys.service_keys,
                           STRING_AGG(%(name)s, ', ' ORDER BY %(name)s) AS services
                      FROM (SELECT DISTINCT service_keys FROM utility_debt_group) keys
                      JOIN utility_service service
                        ON service.id = ANY(
                               STRING_TO_ARRAY(keys.service_keys, ',')::integer[]
                           )
                  GROUP BY keys.service_keys
                  ) supply ON supply.service_keys = item.service_keys
              ) debt
            """,
            age=AGE,
            bucket=BUCKET,
            days_overdue=DAYS_OVERDUE,
            overdue=OVERDUE,
            today=self._get_today_values(),
            name=service._field_to_sql("service", "name"),
        )
