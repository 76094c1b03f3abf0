from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import ValidationError

# Nobody closes for longer; a calendar without a working day is a mistake.
LONGEST_CLOSURE = 366


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _utility_next_working_day(self, company):
        """Return the function that moves a date to the next day with working hours.

        Hours and days off are read once, not for each date (PLN-01). A day counts as
        off when general time off leaves none of its working hours.

        :param company: whose general time off counts
        :return: a function from date to date, for `make_schedule`
        """
        self.ensure_one()
        hours = self._utility_working_hours()
        closures = self._utility_closures(company)

        def is_working(day):
            midnight = datetime.combine(day, datetime.min.time())
            week_type = self.env["resource.calendar.attendance"].get_week_type(day)
            return any(
                not any(
                    start <= midnight + timedelta(hours=begin)
                    and midnight + timedelta(hours=end) <= stop
                    for start, stop in closures
                )
                for begin, end in hours.get((week_type, day.weekday()), ())
            )

        def move(day: date) -> date:
            for count in range(LONGEST_CLOSURE):
                moved = day + timedelta(days=count)
                if is_working(moved):
                    return moved
            raise ValidationError(
                self.env._(
                    "The working days %(calendar)s have none within a year after"
                    " %(date)s: correct them, or choose another template.",
                    calendar=self.name,
                    date=day,
                )
            )

        return move

    def _utility_working_hours(self):
        """Return the working hours by week (of two) and weekday.

        :rtype: dict[tuple[int, int], list[tuple[float, float]]]
        """
        hours = defaultdict(list)
        if self.flexible_hours:
            return {(week, day): [(0, 24)] for week in (0, 1) for day in range(7)}
        for line in self.attendance_ids:
            if line.display_type or line.day_period == "lunch":
                continue
            weeks = [int(line.week_type)] if self.two_weeks_calendar else [0, 1]
            for week in weeks:
                hours[week, int(line.dayofweek)].append((line.hour_from, line.hour_to))
        return hours

    def _utility_closures(self, company, since=None):
        """Return general time off from now on, as naive times of the calendar.

        :param datetime since: of what ends before it nothing is said; default: now
        """
        zone = ZoneInfo(self.tz or "UTC")
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("calendar_id", "in", [False, self.id]),
                ("company_id", "in", [False, company.id]),
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("date_to", ">=", (since or fields.Datetime.now()) - timedelta(days=2)),
            ]
        )

        def local(moment):
            return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)

        return [(local(leave.date_from), local(leave.date_to)) for leave in leaves]
