from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class UtilityAccount(models.Model):
    """The charts beside the behaviour figures, of the same rows (CON-06, CON-07)."""

    _inherit = "utility.account"

    def read_behaviour_charts(self):
        """Read how this consumer paid, month by month, and by which methods.

        :return: list of charts for the web client
        :raises UserError: unless it is one account
        """
        if len(self) != 1 or not self.exists():
            raise UserError(
                self.env._(
                    "Charts of behaviour are of one account: give the id of one."
                )
            )
        self.check_access("read")
        self.env.flush_all()
        today = self.company_id._utility_today()
        since = today - relativedelta(months=self.company_id.utility_behaviour_months)
        days, on_time = self._read_behaviour_months(since, today)
        methods = self._read_method_shares(since)
        _t = self.env._
        return [
            self._behaviour_chart("on_time", _t("Paid on time"), "percent", on_time),
            self._behaviour_chart("days", _t("Days to pay"), "days", days),
            self._behaviour_chart("methods", _t("Payments by method"), "count", methods)
            | {"shape": "rows"},
        ]

    def _behaviour_chart(self, key, name, display, values):
        """A chart as the web client draws it, of (label, value or None) in order."""
        return {
            "key": key,
            "name": name,
            "shape": "bars",
            "one_color": True,
            "empty": not any(value is not None for _label, value in values),
            "columns": [{"name": "value", "label": name, "display": display}],
            "parts": [
                {
                    "key": str(index),
                    "label": label,
                    "value": False if value is None else float(value),
                    "links": {},
                }
                for index, (label, value) in enumerate(values)
            ],
        }

    def _read_behaviour_months(self, since, today):
        """Days to pay by the month of payment, share on time by that of the due day.

        :return: two lists of (month, value); None in a month that says nothing
        """
        months = [since.replace(day=1)]
        while months[-1] < today.replace(day=1):
            months.append(months[-1] + relativedelta(months=1))
        days = self._read_by_month(
            self._get_paid_rows(since),
            SQL("SUM(amount * days) / SUM(amount)"),
        )
        on_time = self._read_by_month(
            self._get_document_rows(since, today),
            SQL("100.0 * COUNT(*) FILTER (WHERE on_time) / COUNT(*)"),
        )
        return tuple(
            [
                (format_date(self.env, month, date_format="MMM yy"), values.get(month))
                for month in months
            ]
            for values in (days, on_time)
        )

    def _read_by_month(self, rows, measure):
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT DATE_TRUNC('month', found.day)::date, %s"
                    " FROM (SELECT %s AS id) account CROSS JOIN LATERAL (%s) found"
                    " GROUP BY 1",
                    measure,
                    self.id,
                    rows,
                )
            )
        )

    def _read_method_shares(self, since):
        """How many payments came by each method, most first."""
        counts = self.env.execute_query(
            SQL(
                "SELECT pay.mode_id, COUNT(*) AS count FROM account_payment pay"
                " JOIN utility_account account ON account.id = %s WHERE %s"
                " AND pay.mode_id IS NOT NULL GROUP BY pay.mode_id"
                " ORDER BY count DESC, pay.mode_id",
                self.id,
                self._get_payments_condition(since),
            )
        )
        Mode = self.env["utility.payment.mode"].sudo()
        return [(Mode.browse(mode_id).name, count) for mode_id, count in counts]
