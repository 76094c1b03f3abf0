from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools import SQL

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools.disconnection import (
    LOOK_AHEAD,
    ZERO,
    DebtPart,
    Facts,
    Forecast,
    Period,
    Plan,
    Promise,
    Tag,
)
from ..debt.utility_account import NOTHING


class UtilityAccount(models.Model):
    """What is known of accounts when it is decided who is cut off (COL-07)."""

    _inherit = "utility.account"

    def _get_jurisdictions(self):
        """Return the jurisdiction of each account: its area's, else its company's.

        :return: {account: `utility.jurisdiction`, or none of them}
        """
        return {
            account: account.area_id.jurisdiction_id
            or account.company_id.utility_jurisdiction_id
            for account in self
        }

    def _get_disconnection_facts(self, moment, at):
        """Read the facts of accounts of one company, each kind with one query.

        :param str moment: of `utility.disconnection.decision`
        :param datetime at: UTC, naive
        :return: {account: `tools.disconnection.Facts`}
        """
        company = self.company_id.ensure_one()
        jurisdictions = self._get_jurisdictions()
        # Debt is due by the company's day; rules are read by their own clocks.
        home = company.sudo().partner_id.tz or "UTC"
        zones = {one: one.tz or home for one in {*jurisdictions.values()}}
        moment_utc = at.replace(tzinfo=UTC)
        day = moment_utc.astimezone(ZoneInfo(home)).date()
        first_day = min(
            moment_utc.astimezone(ZoneInfo(zone)).date() for zone in zones.values()
        )
        debts = self._get_debts(day)
        parts, disputed, held = self._read_late_parts(day)
        in_flight = self._get_money_in_flight()
        plans = self._read_kept_plans(day)
        promises = self._read_open_promises()
        certificates = self._read_certificates()
        warnings = self._read_warnings()
        holidays = self._read_holidays(jurisdictions, first_day)
        forecasts = self._read_forecasts(jurisdictions, first_day)
        tags = {
            account: tuple(
                Tag(tag.id, tag.name)
                for tag in account.with_context(active_test=False).tag_ids
            )
            for account in self
        }
        return {
            account: Facts(
                account=account.number,
                moment=moment,
                timezone=zones[jurisdictions[account]],
                category=account.category,
                state=account.state,
                connection=account.connection_state,
                jurisdiction=jurisdictions[account].name or "",
                debts=tuple(parts.get(account.id, ())),
                credit=debts.get(account.id, NOTHING).credit,
                in_flight=in_flight.get(account.id, ZERO),
                disputed=disputed.get(account.id, ZERO),
                held=held.get(account.id, ZERO),
                plans=tuple(plans.get(account.id, ())),
                promises=tuple(promises.get(account.id, ())),
                tags=tags[account],
                certificates=tuple(certificates.get(account.id, ())),
                warnings=tuple(warnings.get(account.id, ())),
                holidays=holidays[jurisdictions[account]],
                forecasts=tuple(forecasts.get(account.id, ())),
            )
            for account in self
        }

    def _read_late_parts(self, day):
        """Return what is past due, part by part, and what disputes hold.

        :return: three dicts by account id: `DebtPart`s, all that is disputed, and what
            of it names no document
        """
        decimals = self.company_id.currency_id.decimal_places
        condition = SQL("line.utility_account_id = ANY(%s)", self.ids)
        self.env["account.move"].flush_model(["name", "service_name", "utility_kind"])
        disputes = self.env.execute_query(self._get_dispute_select(condition, day))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.account_id, part.move_id, part.due_date, part.amount,
                       move.utility_kind, COALESCE(move.service_name, move.name)
                  FROM (%s) part
             LEFT JOIN account_move move ON move.id = part.move_id
              ORDER BY part.account_id, part.due_date, part.line_id
                """,
                self._get_late_part_select(condition, day),
            )
        )
        disputed, held = defaultdict(Decimal), defaultdict(Decimal)
        by_document = defaultdict(Decimal)
        for account_id, move_id, amount in disputes:
            amount = to_decimal(amount, decimals)
            disputed[account_id] += amount
            if move_id:
                by_document[move_id] += amount
            else:
                held[account_id] += amount
        parts = defaultdict(list)
        for account_id, move_id, due_date, amount, kind, name in rows:
            amount = to_decimal(amount, decimals)
            # Where a document is due in parts, the oldest is disputed first.
            share = min(by_document[move_id], amount) if move_id else ZERO
            if share:
                by_document[move_id] -= share
            parts[account_id].append(
                DebtPart(
                    kind=kind or ("other" if move_id else "installment"),
                    name=name or "",
                    due_date=due_date,
                    amount=amount,
                    disputed=share,
                )
            )
        return parts, disputed, held

    def _read_kept_plans(self, day):
        """Return active plans, and how many of their installments were missed.

        What is held by a dispute of covered debt isn't missed.
        """
        plans_by_account = defaultdict(list)
        plans = self.env["utility.payment.plan"].search_fetch(
            [("utility_account_id", "in", self.ids), ("state", "=", "active")],
            ["utility_account_id", "number", "grace_days"],
            order="id",
        )
        if not plans:
            return plans_by_account
        late = plans.installment_ids.filtered(
            lambda row: (
                row.state in ("due", "partial", "missed")
                and row.due_date + timedelta(days=row.plan_id.grace_days) < day
            )
        )
        missed = (late - late._filter_held()).grouped("plan_id") if late else {}
        for plan in plans:
            plans_by_account[plan.utility_account_id.id].append(
                Plan(plan.number or "", len(missed.get(plan, ())))
            )
        return plans_by_account

    def _read_open_promises(self):
        decimals = self.company_id.currency_id.decimal_places
        promises = defaultdict(list)
        for promise in self.env["utility.payment.promise"].search_fetch(
            [("utility_account_id", "in", self.ids), ("state", "=", "open")],
            ["utility_account_id", "amount", "last_day"],
        ):
            promises[promise.utility_account_id.id].append(
                Promise(to_decimal(promise.amount, decimals), promise.last_day)
            )
        return promises

    def _read_certificates(self):
        certificates = defaultdict(list)
        for certificate in self.env["utility.medical.certificate"].search_fetch(
            [("utility_account_id", "in", self.ids)],
            ["utility_account_id", "date_from", "date_to"],
        ):
            certificates[certificate.utility_account_id.id].append(
                Period(certificate.date_from, certificate.date_to)
            )
        return certificates

    def _read_warnings(self):
        """Return the days on which disconnection warnings were sent, oldest first."""
        warnings = defaultdict(list)
        for account, sent_on in self.env["utility.collection.notice"]._read_group(
            [
                ("utility_account_id", "in", self.ids),
                ("kind", "=", "disconnection_warning"),
                ("state", "=", "sent"),
                ("sent_on", "!=", False),
            ],
            ["utility_account_id", "sent_on:day"],
            order="sent_on:day",
        ):
            warnings[account.id].append(sent_on)
        return warnings

    def _read_holidays(self, jurisdictions, day):
        """Return the days around a day on which a jurisdiction doesn't work.

        A day that general time off touches is a holiday, were it for an hour.

        :param date day: the first day; the last is as far ahead as rules look

        :return: {jurisdiction: tuple of dates}
        """
        company = self.company_id
        calendars = {
            jurisdiction: jurisdiction.calendar_id or company.resource_calendar_id
            for jurisdiction in jurisdictions.values()
        }
        closures = {
            calendar: calendar._utility_closures(
                company, datetime.combine(day, datetime.min.time())
            )
            for calendar in set(calendars.values())
        }
        last = day + timedelta(days=LOOK_AHEAD + 1)
        holidays = {}
        for calendar, times in closures.items():
            days = set()
            for start, stop in times:
                # What ends at midnight doesn't touch the day that begins then.
                end = (stop - timedelta(seconds=1)).date()
                first = max(start.date(), day)
                days.update(
                    first + timedelta(days=count)
                    for count in range((min(end, last) - first).days + 1)
                )
            holidays[calendar] = tuple(sorted(days))
        return {
            jurisdiction: holidays[calendar]
            for jurisdiction, calendar in calendars.items()
        }

    def _read_forecasts(self, jurisdictions, day):
        """Return the forecasts from a day on: of the account's area, else of all."""
        known = {
            (forecast.jurisdiction_id, forecast.area_id, forecast.date): forecast
            for forecast in self.env["utility.temperature"].search(
                [
                    (
                        "jurisdiction_id",
                        "in",
                        [j.id for j in set(jurisdictions.values())],
                    ),
                    ("date", ">=", day),
                    ("date", "<=", day + timedelta(days=LOOK_AHEAD + 1)),
                ],
                order="date",
            )
        }
        everywhere = self.env["utility.area"]
        by_place = defaultdict(dict)
        for (jurisdiction, area, date), forecast in known.items():
            by_place[jurisdiction, area][date] = Forecast(
                date, forecast.low, forecast.high
            )
        result = {}
        for account, jurisdiction in jurisdictions.items():
            days = by_place.get((jurisdiction, everywhere), {}) | by_place.get(
                (jurisdiction, account.area_id), {}
            )
            result[account.id] = [days[date] for date in sorted(days)]
        return result
