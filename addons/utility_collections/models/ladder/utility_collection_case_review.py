import logging
from collections import Counter, defaultdict

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.ladder import Rung, decide

_logger = logging.getLogger(__name__)

# What the last look at the ledger found, besides the state
_FIGURES = ("amount", "minimum_due", "oldest_due", "next_step_id", "next_step_on")


class UtilityCollectionCase(models.Model):
    """Cases open, advance, pause and close as the ledger and the day say (COL-04).

    One look at accounts reads how they stand with one statement, decides in plain
    Python (`tools.ladder`), and writes what follows with a few statements, however many
    accounts there are. The day's run does so for all, a payment for its account.
    """

    _inherit = "utility.collection.case"

    @api.model
    def _review(self, company, condition, today, whole=True):
        """Look at accounts of a company, and do what follows; superuser.

        :param SQL condition: as of `utility.account._get_assignment_select`
        :param date today: the day on which it is looked at
        :param bool whole: open cases and take steps, of accounts that nobody locked;
            else only what follows at once from a change of debt, of locked ones
        :return: Counter of what was done
        """
        Account = self.env["utility.account"]
        self.flush_model()
        standings = Account._read_standings(company, condition, today)
        rungs = self._read_rungs(
            company, {standing.process_id for standing in standings}
        )
        decisions = self._decide(standings, rungs, today, whole)
        if whole:
            # Read before it was locked: who changed one of them since is waited for,
            # and this transaction then fails and begins anew.
            Account.browse(
                standing.account_id
                for standing, decision in decisions
                if self._changes(decision)
            )._lock_accounts()
        done = Counter(self._follow(company, decisions, today))
        self.invalidate_model(flush=False)
        return done

    @api.model
    def _decide(self, standings, rungs, today, whole):
        """Say what is done about accounts; money on its way is looked for last."""
        decisions = {
            standing.account_id: (
                standing,
                decide(standing, rungs.get(standing.process_id, []), today, whole),
            )
            for standing in standings
        }
        doubtful = [
            standing
            for standing, decision in decisions.values()
            if decision.opened or decision.step or decision.resumed
        ]
        for standing in self.env["utility.account"]._add_money_in_flight(doubtful):
            if standing.hold:
                decision = decide(
                    standing, rungs.get(standing.process_id, []), today, whole
                )
                decisions[standing.account_id] = standing, decision
        return list(decisions.values())

    @api.model
    def _changes(self, decision):
        """Whether more than a case's figures change."""
        return (
            decision.opened
            or decision.close
            or decision.pause
            or decision.resumed
            or decision.step
            or decision.fell_overdue
            or decision.caught_up
        )

    @api.model
    def _read_rungs(self, company, process_ids):
        """The steps of processes, as their rules need them.

        :return: {process id: list of `tools.ladder.Rung`}
        """
        rungs = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                "SELECT process_id, id, days_overdue, days_after,"
                " COALESCE(amount_min, 0), action = 'disconnection_warning',"
                " action = 'disconnection'"
                " FROM utility_collection_step"
                " WHERE process_id = ANY(%s) AND active"
                " ORDER BY process_id, days_overdue",
                [process_id for process_id in process_ids if process_id],
            )
        )
        decimals = company.currency_id.decimal_places
        for process_id, step_id, days, after, amount, *kind in rows:
            rungs[process_id].append(
                Rung(step_id, days, after, to_decimal(amount, decimals), *kind)
            )
        return rungs

    # -------------------------------------------------------------------------
    # WRITE
    # -------------------------------------------------------------------------

    @api.model
    def _follow(self, company, decisions, today):
        """Write what was decided; return counts by what was done."""
        self._mark_overdue(company, decisions, today)
        opened = self._insert_cases(company, decisions, today)
        changed = [
            (standing, decision)
            for standing, decision in decisions
            if standing.case_id and (decision.close or decision.pause)
        ]
        closed = self._close_decided(changed, today)
        paused = self._pause_decided(changed)
        resumed = self._resume_decided(decisions)
        stepped, failed = self._step_decided(decisions, opened, today)
        self._write_figures(decisions, opened, failed)
        return {
            "opened": len(opened),
            "stepped": stepped,
            "paused": paused,
            "resumed": resumed,
            "closed": closed,
            "failed": len(failed),
        }

    @api.model
    def _mark_overdue(self, company, decisions, today):
        """Tell who is overdue for the first time, and who isn't any more (COL-10)."""
        fell = [s for s, decision in decisions if decision.fell_overdue]
        cleared = [s for s, decision in decisions if decision.cleared]
        for day, ids in (
            (today, [standing.account_id for standing in fell]),
            (None, [s.account_id for s, decision in decisions if decision.caught_up]),
        ):
            if ids:
                self.env.cr.execute(
                    SQL(
                        "UPDATE utility_account SET overdue_since = %s"
                        " WHERE id = ANY(%s)",
                        day,
                        ids,
                    )
                )
                self.env["utility.account"].browse(ids).invalidate_recordset(
                    ["overdue_since"], flush=False
                )
        Event = self.env["utility.collection.event"]
        Event._insert(
            "overdue", company, [(s.account_id, None, s.overdue, None) for s in fell]
        )
        Event._insert(
            "cleared", company, [(s.account_id, s.case_id, 0, None) for s in cleared]
        )

    @api.model
    def _insert_cases(self, company, decisions, today):
        """Open cases; return {account id: case id}."""
        to_open = [standing for standing, decision in decisions if decision.opened]
        if not to_open:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO utility_collection_case (
                       utility_account_id, company_id, process_id, first_process_id,
                       state, opened_on, user_id, create_uid, write_uid, create_date,
                       write_date)
                SELECT account.id, account.company_id, item.process_id,
                       item.process_id, 'open', %(day)s,
                       COALESCE(account.recovery_user_id, %(user)s),
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(accounts)s, %(processes)s)
                       AS item(account_id, process_id)
                  JOIN utility_account account ON account.id = item.account_id
              ORDER BY account.id
             RETURNING utility_account_id, id
                """,
                day=today,
                user=company.utility_plan_user_id.id or None,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                accounts=[standing.account_id for standing in to_open],
                processes=[standing.process_id for standing in to_open],
            )
        )
        opened = dict(rows)
        self.env["utility.collection.event"]._insert(
            "opened",
            company,
            [
                (s.account_id, opened[s.account_id], s.collectible, None)
                for s in to_open
            ],
        )
        return opened

    @api.model
    def _close_decided(self, decisions, today):
        to_close = [(s, d.close) for s, d in decisions if d.close]
        for reason, items in self._by_value(to_close).items():
            self.browse(s.case_id for s in items)._close(reason, today=today)
        return len(to_close)

    @api.model
    def _pause_decided(self, decisions):
        to_pause = [(s, d.pause) for s, d in decisions if d.pause]
        kinds = dict(self._fields["pause_kind"]._description_selection(self.env))
        for kind, items in self._by_value(to_pause).items():
            self._change(
                items,
                "paused",
                SQL(
                    "state = 'paused', pause_kind = %s, pause_reason = NULL,"
                    " paused_until = NULL",
                    kind,
                ),
                note=kinds[kind],
            )
        return len(to_pause)

    @api.model
    def _resume_decided(self, decisions):
        to_resume = [standing for standing, d in decisions if d.resumed]
        self._change(to_resume, "resumed", self._get_resumed())
        return len(to_resume)

    @api.model
    def _get_resumed(self):
        return SQL(
            "state = 'open', pause_kind = NULL, pause_reason = NULL,"
            " paused_until = NULL"
        )

    @api.model
    def _by_value(self, pairs):
        """{value: standings} of pairs (standing, value)."""
        result = defaultdict(list)
        for standing, value in pairs:
            result[value].append(standing)
        return result

    @api.model
    def _change(self, standings, kind, assignment, note=None):
        """Write columns of cases, and tell it on their timeline."""
        if not standings:
            return
        cases = self.browse(standing.case_id for standing in standings)
        cases._assign(assignment)
        self.env["utility.collection.event"]._insert(
            kind,
            cases[:1].company_id,
            [(s.account_id, s.case_id, s.collectible, note) for s in standings],
        )

    def _assign(self, assignment):
        """Write columns by SQL: who follows a case isn't told of every change."""
        self.env.cr.execute(
            SQL(
                "UPDATE utility_collection_case SET %s, write_date = %s, write_uid = %s"
                " WHERE id = ANY(%s)",
                assignment,
                fields.Datetime.now(),
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)

    def _close(self, reason, note=None, today=None, not_before=None):
        """Close cases that are open or paused, of one company; superuser.

        Other concerns close with a reason of theirs: a write-off, an agency.

        :param str reason: of the selection `close_reason`
        """
        cases = self.filtered(lambda case: case.state != "closed")
        if not cases:
            return
        company = cases.company_id.ensure_one()
        rows = [(c.utility_account_id.id, c.id, c.amount) for c in cases]
        cases._assign(
            SQL(
                "state = 'closed', closed_on = %s, close_reason = %s, close_note = %s,"
                " not_before = %s, pause_kind = NULL, pause_reason = NULL,"
                " paused_until = NULL, step_problem = NULL, next_step_id = NULL,"
                " next_step_on = NULL, amount = 0, minimum_due = 0, oldest_due = NULL",
                today or company._utility_today(),
                reason,
                note,
                not_before,
            )
        )
        reasons = dict(self._fields["close_reason"]._description_selection(self.env))
        text = ": ".join(filter(None, [reasons[reason], note]))
        self.env["utility.collection.event"]._insert(
            "closed", company, [(*row, text) for row in rows]
        )
        cases._after_close()

    def _after_close(self):
        """Do what else follows when cases are closed; to extend."""
        activities_sudo = (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        if activities_sudo:
            activities_sudo.action_feedback(feedback=self.env._("The case was closed."))

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    @api.model
    def _step_decided(self, decisions, opened, today):
        """Take steps, each for all cases that have come to it.

        :return: how many were taken, and the account ids of those that failed
        """
        by_step = defaultdict(list)
        amounts = {}
        for standing, decision in decisions:
            if decision.step:
                case_id = standing.case_id or opened[standing.account_id]
                by_step[decision.step.id].append(case_id)
                amounts[case_id] = standing.account_id, standing.collectible
        failed = set()
        Step = self.env["utility.collection.step"]
        for step_id, case_ids in sorted(by_step.items()):
            failed |= self.browse(case_ids)._take_step(
                Step.browse(step_id), today, amounts
            )
        return len(amounts) - len(failed), {amounts[case_id][0] for case_id in failed}

    def _take_step(self, step, today, amounts):
        """Advance these cases and do what the step says, all together.

        Where that fails, they are halved until the one to blame stands alone: it stays
        where it is, and is tried again the next day.

        :return: ids of the cases for which it failed
        """
        try:
            with self.env.cr.savepoint():
                self._advance(step, today, amounts)
                step._take(self)
        except OperationalError:
            raise
        # Whatever goes wrong with one consumer doesn't stop the others.
        except Exception as error:  # pylint: disable=broad-except
            if len(self) > 1:
                half = len(self) // 2
                return self[:half]._take_step(step, today, amounts) | self[
                    half:
                ]._take_step(step, today, amounts)
            self._tell_problem(step, error, amounts)
            return set(self.ids)
        return set()

    def _advance(self, step, today, amounts):
        self._assign(
            SQL(
                "step_id = %s, stepped_on = %s, step_problem = NULL, warned_on = %s",
                step.id,
                today,
                today if step.action == "disconnection_warning" else SQL("warned_on"),
            )
        )
        self.env["utility.collection.event"]._insert(
            "step",
            step.company_id,
            [
                (amounts[case_id][0], case_id, amounts[case_id][1], step.name)
                for case_id in self.ids
            ],
            records=step,
        )

    def _tell_problem(self, step, error, amounts):
        """Say on the timeline why a step failed, once for the same reason."""
        text = str(error)
        if not isinstance(error, UserError):
            _logger.error(
                "Step %s failed for the case with id %s",
                step.display_name,
                self.id,
                exc_info=error,
            )
            text = self.env._("Something went wrong; the server's log tells more.")
        if self.step_problem == text:
            return
        self._assign(SQL("step_problem = %s", text))
        account_id, amount = amounts[self.id]
        self.env["utility.collection.event"]._insert(
            "step_failed",
            step.company_id,
            [(account_id, self.id, amount, f"{step.name}: {text}")],
            records=step,
        )

    # -------------------------------------------------------------------------
    # FIGURES
    # -------------------------------------------------------------------------

    @api.model
    def _write_figures(self, decisions, opened, failed):
        """Keep with each case what was found, where it differs from the last look."""
        rows = [
            (
                standing.case_id or opened[standing.account_id],
                standing.collectible,
                standing.minimum_due,
                standing.oldest_due,
                # A step that failed is still the next one.
                self._id_of(
                    decision.step
                    if standing.account_id in failed
                    else decision.next_step
                ),
                decision.next_on,
            )
            for standing, decision in decisions
            if (standing.case_id or decision.opened) and not decision.close
        ]
        if not rows:
            return
        columns = SQL(", ").join(map(SQL.identifier, _FIGURES))
        fresh = SQL(", ").join(SQL.identifier("fresh", name) for name in _FIGURES)
        current = SQL(", ").join(SQL.identifier("item", name) for name in _FIGURES)
        self.env.cr.execute(
            SQL(
                """
                UPDATE utility_collection_case item
                   SET (%(columns)s) = (%(fresh)s)
                  FROM unnest(%(ids)s, %(amount)s::numeric[], %(minimum)s::numeric[],
                              %(oldest)s::date[], %(step)s::integer[], %(day)s::date[])
                       AS fresh(id, %(columns)s)
                 WHERE item.id = fresh.id
                   AND (%(current)s) IS DISTINCT FROM (%(fresh)s)
                """,
                columns=columns,
                fresh=fresh,
                current=current,
                **dict(
                    zip(
                        ("ids", "amount", "minimum", "oldest", "step", "day"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )

    @api.model
    def _id_of(self, rung):
        return rung.id if rung else None
