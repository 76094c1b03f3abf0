from dataclasses import fields as dataclass_fields
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.ladder import Standing

_AMOUNTS = ("minimum_due", "contested_due", "collectible", "overdue", "hold_amount")


class UtilityAccount(models.Model):
    """How accounts stand in collections, read for very many at once (COL-04)."""

    _inherit = "utility.account"

    overdue_since = fields.Date(
        readonly=True,
        copy=False,
        help="The day on which collections first saw that it is overdue.",
    )

    collections_exempt = fields.Boolean(
        string="Exempt From Collections",
        copy=False,
        tracking=True,
        help="No case is opened by itself; one that is open stays.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [self._check_collections(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            vals = self._check_collections(vals)
        return super().write(vals)

    @api.model
    def _check_collections(self, vals):
        """What the ledger says isn't written by users; exemptions by few."""
        if "collections_exempt" in vals:
            self.env["utility.collection.case"]._check_recovery()
        return {name: vals[name] for name in vals if name != "overdue_since"}

    @api.model
    def _read_standings(self, company, condition, today):
        """Read accounts with a case, or that are to have one, or newly (not) overdue.

        :param company: of all of them
        :param SQL condition: as of `_get_assignment_select`
        :param date today: the day on which it is looked at
        :return: list of `tools.ladder.Standing`, by account id
        """
        self.flush_model(["collections_exempt", "company_id", "overdue_since"])
        decimals = company.currency_id.decimal_places
        places = [
            place
            for place, field in enumerate(dataclass_fields(Standing))
            if field.name in _AMOUNTS
        ]
        standings = []
        rows = self.env.execute_query(self._get_standing_select(condition, today))
        for row in map(list, rows):
            # Odoo reads sums as floats.
            for place in places:
                if row[place] is not None:
                    row[place] = to_decimal(row[place], decimals)
            standings.append(Standing(*row))
        return standings

    @api.model
    def _get_standing_select(self, condition, today):
        return SQL(
            """
            WITH debt AS MATERIALIZED (
                %(debt)s
            ), pause AS MATERIALIZED (
                -- What protects an account adds up; the largest gives the reason.
                SELECT account_id,
                       (ARRAY_AGG(reason ORDER BY amount DESC NULLS FIRST))[1]
                           AS reason,
                       CASE WHEN bool_and(amount IS NOT NULL) THEN SUM(amount) END
                           AS amount
                  FROM (%(pauses)s) pause
              GROUP BY account_id
            ), process AS MATERIALIZED (
                %(processes)s
            )
            SELECT line.utility_account_id,
                   process.process_id,
                   COALESCE(debt.minimum_due, 0),
                   COALESCE(debt.contested_due, 0),
                   GREATEST(debt.late - debt.credit - debt.disputed, 0),
                   GREATEST(debt.late - debt.credit, 0),
                   debt.oldest_due,
                   line.overdue_since,
                   CASE WHEN COALESCE(debt.minimum_due, 0) <= 0 THEN (
                       SELECT MAX(plan.activated_on)
                         FROM utility_payment_plan plan
                        WHERE plan.utility_account_id = line.utility_account_id
                          AND plan.state = 'active'
                   ) END,
                   pause.reason,
                   CASE WHEN pause.reason IS NULL THEN 0 ELSE pause.amount END,
                   current.id IS NULL AND (line.collections_exempt OR EXISTS (
                       SELECT FROM utility_collection_case past
                        WHERE past.utility_account_id = line.utility_account_id
                          AND past.not_before > %(today)s
                   )),
                   current.id,
                   current.state,
                   current.opened_on,
                   current.step_id,
                   last_step.days_overdue,
                   current.stepped_on,
                   current.warned_on IS NOT NULL,
                   current.pause_kind,
                   current.paused_until
              FROM (
                   SELECT id AS utility_account_id, company_id, overdue_since,
                          collections_exempt IS TRUE AS collections_exempt
                     FROM utility_account
                   ) line
         LEFT JOIN utility_collection_case current
                ON current.utility_account_id = line.utility_account_id
               AND current.state != 'closed'
         LEFT JOIN utility_collection_step last_step ON last_step.id = current.step_id
         LEFT JOIN debt ON debt.account_id = line.utility_account_id
         LEFT JOIN pause ON pause.account_id = line.utility_account_id
         LEFT JOIN process ON process.account_id = line.utility_account_id
             WHERE %(condition)s
               AND (current.id IS NOT NULL
                    OR debt.minimum_due > 0
                    OR (line.overdue_since IS NOT NULL)
                       != (COALESCE(debt.late > debt.credit, FALSE)))
          ORDER BY line.utility_account_id
            """,
            debt=self._get_debt_select(condition, today),
            pauses=self._get_pause_select(condition, today),
            processes=self._get_process_select(condition),
            condition=condition,
            today=today,
        )

    @api.model
    def _add_money_in_flight(self, standings):
        """Say of accounts what is on its way to them.

        :param list standings: of accounts about which something would be done
        :return: the same, in their order
        """
        accounts = self.browse(standing.account_id for standing in standings)
        in_flight = accounts._get_money_in_flight() if accounts else {}
        return [
            standing.with_flight(in_flight.get(standing.account_id, Decimal(0)))
            for standing in standings
        ]
