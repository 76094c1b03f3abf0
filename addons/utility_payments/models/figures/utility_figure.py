from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.figure_scope import FigureScope
from ...tools.period import COMPARISONS, PREVIOUS, TO_DATE, Period


class UtilityFigure(models.AbstractModel):
    """Where all figures come from: tile, chart, alert, report and drill-down alike.

    An add-on above contributes a figure by a method here, an entry in `_figures`, and a
    `utility.tile` that shows it (docs/developer.md). What each one means is told in
    docs/figures.md.
    """

    _name = "utility.figure"
    _description = "Figure"

    @api.model
    def _figures(self):
        """Names of the figures and of the methods that compute them.

        Each method takes a FigureScope and returns `_figure(...)`.

        :rtype: dict[str, str]
        """
        return {
            "total_collected": "_figure_total_collected",
            "received_today": "_figure_received_today",
            "collection_rate": "_figure_collection_rate",
            "average_collection_time": "_figure_average_collection_time",
            "net_collected": "_figure_net_collected",
            "returns": "_figure_returns",
            "refunds": "_figure_refunds",
            "outstanding": "_figure_outstanding",
            "overdue": "_figure_overdue",
            "credit_balance": "_figure_credit_balance",
            "adjustments_to_approve": "_figure_adjustments_to_approve",
            "unverified": "_figure_unverified",
            "failed_today": "_figure_failed_today",
            "failed_share": "_figure_failed_share",
            "returned_share": "_figure_returned_share",
        }

    @api.model
    def _rates(self):
        """Figures that are a percentage: their change is a difference in points."""
        return {"collection_rate", "failed_share", "returned_share"}

    # -------------------------------------------------------------------------
    # READING
    # -------------------------------------------------------------------------

    @api.model
    def _read_scope(self, scope):
        """A copy of what a caller sends as scope.

        :raises UserError: when that isn't a set of values
        """
        if not isinstance(scope or {}, dict):
            raise UserError(
                self.env._("A scope is a set of values, such as companies: send one.")
            )
        return dict(scope or {})

    @api.model
    def _read(self, date_from, date_to, scope=None):
        """See `account.payment.collection_figures`."""
        scope = self._read_scope(scope)
        wanted = scope.pop("figures", None)
        resolved = self._resolve_scope(date_from, date_to, scope)
        methods = self._figures()
        keys = methods if wanted is None else wanted
        if unknown := self._unknown_keys(keys, methods):
            raise UserError(
                self.env._(
                    "There is no figure %(figure)s. Known are: %(known)s.",
                    figure=", ".join(map(str, unknown)),
                    known=", ".join(methods),
                )
            )
        return self._read_resolved(resolved, keys)

    @api.model
    def _unknown_keys(self, keys, methods):
        """Those of the keys that another program sent which name nothing."""
        return [key for key in keys if not isinstance(key, str) or key not in methods]

    @api.model
    def _read_resolved(self, scope, keys):
        """Figures of a scope that is checked already, with the rights of the system.

        :param FigureScope scope: see `_resolve_scope`
        :param keys: of `_figures`
        """
        methods = self._figures()
        figures_sudo = self.sudo()
        rates = self._rates()
        result = {}
        for key in keys:
            figure = getattr(figures_sudo, methods[key])(scope)
            figure["change_percent"] = self._change(
                figure["value"], figure["previous"], key in rates
            )
            result[key] = figure
        return result

    @api.model
    def _record_actions(self):
        """The screen that shows the records of each model behind figures.

        :return: XML ids of window actions
        :rtype: dict[str, str]
        """
        return {
            "account.payment": "utility_payments.account_payment_action",
            "account.move": "utility_consumers.account_move_bills_action",
            "account.move.line": "utility_payments.account_move_line_open_items_action",
            "utility.account": "utility_consumers.utility_account_action",
            "utility.payment.allocation": (
                "utility_payments.utility_payment_allocation_action"
            ),
            "utility.payment.adjustment": (
                "utility_payments.utility_payment_adjustment_action"
            ),
        }

    @api.model
    def open_records(self, model, domain, name):
        """The screen of exactly these records: where every drill-down leads (KPI-05).

        :param str model: as in a figure, a part of a chart, or an alert
        :param list domain: likewise
        :param str name: title of the screen
        :return: a window action
        """
        if not isinstance(model, str) or model not in self.env:
            raise UserError(self.env._("There are no records of this kind to open."))
        xml_id = self._record_actions().get(model)
        action = (
            self.env["ir.actions.act_window"]._for_xml_id(xml_id)
            if xml_id
            else {
                "type": "ir.actions.act_window",
                "res_model": model,
                "views": [[False, "list"], [False, "form"]],
            }
        )
        return action | {
            "name": name,
            "display_name": name,
            "domain": domain,
            # What was counted is a list, also where a screen begins with a board
            "views": sorted(action["views"], key=lambda view: view[1] != "list"),
            # Filters that the screen would switch on by itself hide records
            "context": {"create": False, "utility_payments": True},
            "path": False,
        }

    @api.model
    def _resolve_scope(self, date_from, date_to, scope):
        """Check the arguments of a caller and turn them into a FigureScope."""
        self._check_reader()
        self._check_lists(scope)
        first, last = (self._to_date(day) for day in (date_from, date_to))
        if first > last:
            raise UserError(
                self.env._(
                    "The period begins on %(first)s, after its last day %(last)s:"
                    " choose a first day that isn't later.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )
        how = scope.get("compare") or PREVIOUS
        if how not in COMPARISONS:
            raise UserError(
                self.env._(
                    "A period can be compared with %(known)s, not with %(how)s.",
                    known=", ".join(COMPARISONS),
                    how=how,
                )
            )
        companies = self._scope_companies(scope.get("company_ids"))
        today = fields.Date.context_today(self)
        period = Period(first, last)
        try:
            compared = period.compared(how, today)
            whole = period.compared(TO_DATE.get(how, how), today)
        except (ValueError, OverflowError):
            raise UserError(
                self.env._(
                    "There is no period before %(first)s to compare with.",
                    first=format_date(self.env, first),
                )
            ) from None
        return FigureScope(
            period=period,
            compared=compared,
            compared_whole=whole,
            companies=companies,
            channels=self._scope_channels(scope.get("channel_ids")),
            currency=companies.currency_id,
            today=today,
            zone=self.env.tz,
        )

    @api.model
    def _check_reader(self):
        """Figures sum up all consumers: a collector sees assigned ones only."""
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_customer_executive"
        ):
            raise AccessError(
                self.env._("Figures of all consumers are for staff of the office.")
            )

    @api.model
    def _check_lists(self, scope):
        """Refuse what other programs send as lists and isn't one."""
        for name in ("company_ids", "channel_ids"):
            given = scope.get(name) or []
            if not isinstance(given, (list, tuple)) or not all(
                isinstance(entry, int) for entry in given
            ):
                raise UserError(
                    self.env._(
                        "“%(name)s” is a list of numbers, such as [1, 2], not"
                        " %(given)s.",
                        name=name,
                        given=given,
                    )
                )

    @api.model
    def _to_date(self, day):
        try:
            result = fields.Date.to_date(day)
        except (TypeError, ValueError):
            result = None
        if not result:
            raise UserError(
                self.env._(
                    "“%(day)s” is not a date: write it as 2026-04-30.", day=day or ""
                )
            )
        return result

    @api.model
    def _scope_companies(self, company_ids):
        """Companies to sum over: of one currency, among those of the user."""
        if not company_ids:
            current = self.env.company
            return self.env.companies.filtered(
                lambda company: company.currency_id == current.currency_id
            )
        companies = self.env["res.company"].browse(company_ids)
        if not self.env.su and companies - self.env.user.company_ids:
            raise AccessError(
                self.env._("You may only see figures of your own companies.")
            )
        currencies = companies.currency_id
        if len(currencies) > 1:
            raise UserError(
                self.env._(
                    "These companies keep their books in %(currencies)s: choose"
                    " companies of one currency.",
                    currencies=", ".join(currencies.mapped("name")),
                )
            )
        return companies

    @api.model
    def _scope_channels(self, channel_ids):
        if not channel_ids:
            return self.env["utility.payment.channel"]
        # As far as the user may see them; the names are told along with the figures
        channels = (
            self.env["utility.payment.channel"]
            .with_context(active_test=False)
            .search([("id", "in", channel_ids)])
        )
        if len(channels) != len(set(channel_ids)):
            raise UserError(
                self.env._("A chosen channel doesn't exist any more: choose again.")
            )
        return channels

    @api.model
    def _figure(self, value, count, model, domain, previous=False):
        """What every figure is made of; see `account.payment.collection_figures`."""
        return {
            "value": value,
            "count": count,
            "previous": previous,
            "change_percent": False,
            "model": model,
            "domain": list(domain),
        }

    @api.model
    def _change(self, value, previous, is_rate):
        """How much a figure changed (KPI-05); False where that says nothing."""
        if value is False or previous is False or not previous:
            return False
        if is_rate:
            return value - previous
        return 100.0 * (value - previous) / abs(previous)

    # -------------------------------------------------------------------------
    # WHAT THE FIGURES OF A PERIOD ARE READ FROM
    # -------------------------------------------------------------------------

    @api.model
    def _sums(self, scope):
        """The sums of the period, and of the one it is compared with."""
        return self._all_sums(scope)[:2]

    @api.model
    def _all_sums(self, scope):
        """As `_sums`; the last is of all days of the period compared with."""
        days = self.env["utility.collection.day"]
        periods = [scope.period, scope.compared]
        if scope.compared_whole != scope.compared:
            periods.append(scope.compared_whole)
        return scope.once(
            "sums",
            lambda: days._read_sums(scope, days._measures(), periods=periods)[()],
        )

    @api.model
    def _money(self, scope, amount):
        """An amount as a float, rounded as the currency is."""
        return scope.currency.round(float(amount))

    @api.model
    def _payment_domain(self, scope, period=None):
        """The payments that count as collected (KPI-01).

        :param Period period: by payment date; default: of any day
        """
        domain = self._consumers_domain(scope, "inbound", ["posted", "returned"])
        return domain & self._between("date", period) if period else domain

    @api.model
    def _consumers_domain(self, scope, payment_type, states):
        """Payments of consumers, in or out, in one of these states."""
        return self._scope_domain(scope) & Domain(
            [
                ("utility_account_id", "!=", False),
                ("payment_type", "=", payment_type),
                ("utility_state", "in", states),
            ]
        )

    @api.model
    def _scope_domain(self, scope, channel=True):
        """Records of the companies, and of the channels unless told otherwise."""
        domain = Domain("company_id", "in", scope.companies.ids)
        if channel and scope.channels:
            domain &= Domain("channel_id", "in", scope.channels.ids)
        return domain

    @api.model
    def _between(self, name, period):
        return Domain(
            [
                (name, ">=", fields.Date.to_string(period.first)),
                (name, "<=", fields.Date.to_string(period.last)),
            ]
        )

    # -------------------------------------------------------------------------
    # FIGURES OF THE PERIOD
    # -------------------------------------------------------------------------

    @api.model
    def _figure_total_collected(self, scope):
        """KPI-01: payments of consumers by payment date; returned ones stay."""
        now, before = self._sums(scope)
        return self._figure(
            self._money(scope, now["amount"]),
            int(now["payments"]),
            "account.payment",
            self._payment_domain(scope, scope.period),
            previous=self._money(scope, before["amount"]),
        )

    @api.model
    def _figure_received_today(self, scope):
        """KPI-02: recorded today, beside the whole of the same weekday last week."""
        week_ago = fields.Date.subtract(scope.today, days=7)
        counts = self._payment_domain(scope)
        domain, before = (
            counts & self._received(*scope.day_bounds(day))
            for day in (scope.today, week_ago)
        )
        Payment = self.env["account.payment"]
        (amount, count), (previous, _count) = self.env.execute_query(
            SQL(" UNION ALL ").join(
                Payment._search(each).select(
                    SQL("COALESCE(SUM(amount_company_currency_signed), 0)"),
                    SQL("COUNT(*)"),
                )
                for each in (domain, before)
            )
        )
        return self._figure(
            self._money(scope, amount),
            count,
            "account.payment",
            domain,
            previous=self._money(scope, previous),
        )

    @api.model
    def _received(self, start, end):
        return Domain(
            [
                ("received_at", ">=", fields.Datetime.to_string(start)),
                ("received_at", "<", fields.Datetime.to_string(end)),
            ]
        )

    @api.model
    def _figure_collection_rate(self, scope):
        """KPI-03: collected / due x 100; opens what was due.

        A running month is measured against all that falls due in it, and so is the
        month before, with what was collected up to the same day.
        """
        now, before = self._sums(scope)
        whole = self._all_sums(scope)[-1]
        return self._figure(
            self._share(now["amount"], now["due_amount"]),
            int(now["documents"]),
            "account.move",
            self._due_domain(scope, scope.period),
            previous=self._share(before["amount"], whole["due_amount"]),
        )

    @api.model
    def _due_domain(self, scope, period):
        """The bills and charges that fall due in a period (KPI-03)."""
        return (
            self._scope_domain(scope, channel=False)
            & Domain(
                [
                    ("utility_kind", "in", ["bill", "service"]),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ]
            )
            & self._between("invoice_date_due", period)
        )

    @api.model
    def _share(self, part, whole):
        """A percentage, or False of nothing."""
        return float(100 * part / whole) if whole else False

    @api.model
    def _figure_average_collection_time(self, scope):
        """KPI-04: mean days from document date to payment date, of what stands."""
        now, before = self._sums(scope)
        return self._figure(
            self._mean(now["collection_days"], now["allocations"]),
            int(now["allocations"]),
            "utility.payment.allocation",
            Domain("amount_standing", ">", 0)
            & Domain("payment_id", "any", self._payment_domain(scope, scope.period)),
            previous=self._mean(before["collection_days"], before["allocations"]),
        )

    @api.model
    def _mean(self, total, count):
        return float(total) / int(count) if count else False

    @api.model
    def _figure_returns(self, scope):
        """KPI-01: payments taken back, by the day of the return."""
        now, before = self._sums(scope)
        return self._figure(
            self._money(scope, now["returned_amount"]),
            int(now["returns"]),
            "account.payment",
            self._returns_domain(scope),
            previous=self._money(scope, before["returned_amount"]),
        )

    @api.model
    def _returns_domain(self, scope):
        returned = self._consumers_domain(scope, "inbound", ["returned"])
        return returned & self._between("returned_on", scope.period)

    @api.model
    def _figure_refunds(self, scope):
        """KPI-01: money paid out to consumers, by payment date."""
        now, before = self._sums(scope)
        return self._figure(
            self._money(scope, now["refunded_amount"]),
            int(now["refunds"]),
            "account.payment",
            self._refunds_domain(scope),
            previous=self._money(scope, before["refunded_amount"]),
        )

    @api.model
    def _refunds_domain(self, scope):
        paid_out = self._consumers_domain(scope, "outbound", ["posted"])
        return paid_out & self._between("date", scope.period)

    @api.model
    def _figure_net_collected(self, scope):
        """KPI-01: collected, less returns and refunds of the period."""
        now, before = self._sums(scope)
        domain = (
            self._payment_domain(scope, scope.period)
            | self._returns_domain(scope)
            | self._refunds_domain(scope)
        )

        def net(sums):
            return sums["amount"] - sums["returned_amount"] - sums["refunded_amount"]

        return self._figure(
            self._money(scope, net(now)),
            self._net_count(scope, now),
            "account.payment",
            domain,
            previous=self._money(scope, net(before)),
        )

    @api.model
    def _net_count(self, scope, sums):
        """Payments behind the net: one that came and went in the period is one."""
        both = 0
        if sums["returns"]:
            both = self.env["account.payment"].search_count(
                self._returns_domain(scope) & self._between("date", scope.period)
            )
        return int(sums["payments"] + sums["returns"] + sums["refunds"]) - both

    @api.model
    def _figure_failed_share(self, scope):
        """KPI-06: attempts that failed, of all of the period."""
        now, before = self._sums(scope)
        return self._figure(
            self._share(now["failed"], now["failed"] + now["payments"]),
            int(now["failed"]),
            "account.payment",
            self._failed_domain(scope) & self._between("date", scope.period),
            previous=self._share(
                before["failed"], before["failed"] + before["payments"]
            ),
        )

    @api.model
    def _failed_domain(self, scope):
        """Attempts that failed, of any day."""
        return self._consumers_domain(scope, "inbound", ["failed"])

    @api.model
    def _figure_returned_share(self, scope):
        """KPI-06: payments of the period that were returned since."""
        now, before = self._sums(scope)
        return self._figure(
            self._share(now["bounced"], now["payments"]),
            int(now["bounced"]),
            "account.payment",
            self._payment_domain(scope, scope.period)
            & Domain("utility_state", "=", "returned"),
            previous=self._share(before["bounced"], before["payments"]),
        )

    # -------------------------------------------------------------------------
    # FIGURES AS OF NOW
    # -------------------------------------------------------------------------

    @api.model
    def _balances(self, scope):
        """Sums over the open items of all consumers, with one query."""
        Account = self.env["utility.account"]
        return scope.once(
            "balances", lambda: Account._get_total_balances(scope.companies)
        )

    @api.model
    def _open_items_domain(self, scope):
        """Open receivable items of consumers that are a debt."""
        return self._scope_domain(scope, channel=False) & Domain(
            [
                ("utility_account_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ]
        )

    @api.model
    def _figure_outstanding(self, scope):
        """What consumers owe in all, before credits: the open items of their debt."""
        balances = self._balances(scope)
        return self._figure(
            self._money(scope, balances["owed"]),
            balances["debts"],
            "account.move.line",
            self._open_items_domain(scope),
        )

    @api.model
    def _figure_overdue(self, scope):
        """CON-04: past due, less credits, account by account; opens the accounts."""
        balances = self._balances(scope)
        return self._figure(
            self._money(scope, balances["overdue"]),
            balances["overdue_count"],
            "utility.account",
            self._scope_domain(scope, channel=False)
            & Domain("overdue_balance", ">", 0),
        )

    @api.model
    def _figure_credit_balance(self, scope):
        """What is kept for consumers; opens the accounts that have credit."""
        balances = self._balances(scope)
        return self._figure(
            self._money(scope, balances["credit"]),
            balances["credit_count"],
            "utility.account",
            self._scope_domain(scope, channel=False) & Domain("credit_balance", ">", 0),
        )

    @api.model
    def _figure_waiting(self, model, domain):
        """A number of records that wait for somebody."""
        count = self.env[model].search_count(domain)
        return self._figure(count, count, model, domain)

    @api.model
    def _figure_adjustments_to_approve(self, scope):
        """ADJ-01: requests that wait for a signature."""
        return self._figure_waiting(
            "utility.payment.adjustment",
            self._scope_domain(scope, channel=False)
            & Domain("state", "=", "to_approve"),
        )

    @api.model
    def _figure_unverified(self, scope):
        """PAY-07: online payments that nobody verified yet."""
        return self._figure_waiting(
            "account.payment",
            self._payment_domain(scope) & Domain("verification_state", "=", "pending"),
        )

    @api.model
    def _figure_failed_today(self, scope):
        """Attempts of today that failed."""
        start, end = scope.day_bounds(scope.today)
        return self._figure_waiting(
            "account.payment",
            self._failed_domain(scope)
            & Domain(
                [
                    ("create_date", ">=", fields.Datetime.to_string(start)),
                    ("create_date", "<", fields.Datetime.to_string(end)),
                ]
            ),
        )
