import hashlib
import re
from statistics import median

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

from ...tools.finding import Detector, Finding
from ...tools.period import Period

# Findings of one run that become alerts; beyond it, the rule asks for a higher limit.
MOST_FINDINGS = 50
# Earlier payments that make up a habit
_HABIT = 24
# Habits and shares of nearly nothing would make anything unusual: a tenth of the usual
# amount, and one payment in a hundred, are the least that counts as deviation.
_LEAST_DEVIATION = 0.1
_LEAST_SHARE = 0.01
# Voids below which a share says nothing, however few are handled
_LEAST_VOIDS = 3
# Weeks before that a channel is compared with, and how many of them it must have known
_WEEKS = 4
_LEAST_WEEKS = 3
_CARD_NUMBER = re.compile(r"\d(?:[ -]?\d){12,18}")


class UtilityAnomaly(models.AbstractModel):
    """What looks unusual, with the reason in words and figures (KPI-09).

    Each detector is a query over indexes, gives the same findings for the same data and
    parameters, and takes these from its rule. An add-on above contributes one by an
    entry in `_detectors` and the two methods that it names (docs/developer.md).
    """

    _name = "utility.anomaly"
    _description = "Anomaly"

    @api.model
    def _detectors(self):
        """All kinds of anomalies.

        :rtype: dict[str, Detector]
        """
        return {
            "unusual_amount": Detector(
                name=self.env._("Unusual amount"),
                explanation=self.env._(
                    "A payment that is far from what the account usually pays: the"
                    " median of its earlier payments, at most 24, and their median"
                    " deviation, at least a tenth of the median."
                ),
                find="_find_unusual_amounts",
                say="_say_unusual_amount",
                threshold_label=self.env._("times the usual deviation"),
                threshold=8,
                minimum_label=self.env._("earlier payments"),
                minimum=6,
                amount_label=self.env._("Smallest difference that counts"),
                window_days=2,
                closes=False,
            ),
            "shared_means": Detector(
                name=self.env._("Many payments by one card or cheque"),
                explanation=self.env._(
                    "One reference of a card or cheque, or one saved card, that paid"
                    " many accounts at several visits, or came many times."
                ),
                find="_find_shared_means",
                say="_say_shared_means",
                threshold_label=self.env._("accounts or more, or"),
                threshold=3,
                minimum_label=self.env._("visits or more"),
                minimum=5,
                window_days=7,
            ),
            "void_rate": Detector(
                name=self.env._("Void rate of a cashier"),
                explanation=self.env._(
                    "A cashier whose payments are reversed or corrected far more often"
                    " than those of the others. What the bank returned doesn't count."
                ),
                find="_find_void_rates",
                say="_say_void_rate",
                threshold_label=self.env._("times the share of the others"),
                threshold=3,
                minimum_label=self.env._("payments received"),
                minimum=20,
                window_days=30,
            ),
            "channel_drop": Detector(
                name=self.env._("Sudden drop of a channel"),
                explanation=self.env._(
                    "A channel that took far less on the last whole days than on the"
                    " same weekdays of the four weeks before (their median)."
                ),
                find="_find_channel_drops",
                say="_say_channel_drop",
                threshold_label=self.env._("% less than usual, or more"),
                threshold=60,
                minimum_label=self.env._("usual payments"),
                minimum=10,
                window_days=2,
                has_measure=True,
            ),
        }

    @api.model
    def _find(self, detector, rule, scope):
        """What a rule finds, the strongest first.

        :param str detector: key of `_detectors`
        :param rule: the `utility.alert.rule`, whose parameters count
        :param FigureScope scope: the last days that it looks at, company and channels
        :rtype: list[Finding]
        """
        self.env.flush_all()
        find = getattr(self, self._detectors()[detector].find)
        return sorted(find(rule, scope), key=lambda finding: -finding.strength)

    @api.model
    def _say(self, detector, facts, company):
        """The sentence of a finding, in the language of the environment."""
        return getattr(self, self._detectors()[detector].say)(facts, company)

    # -------------------------------------------------------------------------
    # WHAT DETECTORS SHARE
    # -------------------------------------------------------------------------

    @api.model
    def _since(self, scope):
        """First moment of the days that are looked at, in UTC."""
        return scope.day_bounds(scope.period.first)[0]

    @api.model
    def _received_since(self, scope):
        """Condition on payments `pay`: received in the days and the scope."""
        condition = SQL(
            "pay.company_id = ANY(%s) AND pay.utility_account_id IS NOT NULL"
            " AND pay.payment_type = 'inbound' AND pay.received_at >= %s",
            scope.companies.ids,
            self._since(scope),
        )
        if scope.channels:
            condition = SQL(
                "%s AND pay.channel_id = ANY(%s)", condition, scope.channels.ids
            )
        return condition

    @api.model
    def _amount(self, amount, company):
        return format_amount(self.env, amount, company.currency_id)

    @api.model
    def _number(self, number):
        """A number with at most one digit behind the point."""
        return self.env["utility.alert.rule"]._say_number(number, 1)

    # -------------------------------------------------------------------------
    # AMOUNT FAR OUTSIDE THE ACCOUNT'S HABIT
    # -------------------------------------------------------------------------

    @api.model
    def _find_unusual_amounts(self, rule, scope):
        # The habit is the last payments before this one, read off an index; the median
        # absolute deviation times 1.4826 is what a standard deviation would be, but
        # one odd payment of before doesn't move it.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pay.id, pay.receipt_number, account.number,
                       pay.amount_company_currency_signed::float8,
                       middle.median, habit.payments,
                       ABS(pay.amount_company_currency_signed - middle.median)
                           / GREATEST(1.4826 * spread.deviation,
                                      %(least)s * middle.median, 0.01)
                  FROM account_payment pay
                  JOIN utility_account account ON account.id = pay.utility_account_id
                 CROSS JOIN LATERAL (
                       SELECT array_agg(earlier.amount) AS amounts,
                              COUNT(*) AS payments
                         FROM (SELECT amount_company_currency_signed::float8 AS amount
                                 FROM account_payment
                                WHERE utility_account_id = pay.utility_account_id
                                  AND (date, id) < (pay.date, pay.id)
                                  AND payment_type = 'inbound'
                                  AND utility_state IN ('posted', 'returned')
                                ORDER BY date DESC, id DESC
                                LIMIT %(habit)s) AS earlier
                       ) AS habit
                 CROSS JOIN LATERAL (
                       SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)
                              AS median
                         FROM unnest(habit.amounts) AS amount
                       ) AS middle
                 CROSS JOIN LATERAL (
                       SELECT percentile_cont(0.5) WITHIN GROUP (
                                  ORDER BY ABS(amount - middle.median))
                              AS deviation
                         FROM unnest(habit.amounts) AS amount
                       ) AS spread
                 WHERE %(received)s
                   AND pay.utility_state = 'posted'
                   AND habit.payments >= %(minimum)s
                   AND ABS(pay.amount_company_currency_signed - middle.median)
                       >= %(difference)s
                   AND ABS(pay.amount_company_currency_signed - middle.median)
                       > %(times)s * GREATEST(1.4826 * spread.deviation,
                                              %(least)s * middle.median, 0.01)
                 ORDER BY 7 DESC, pay.id
                 LIMIT %(most)s
                """,
                received=self._received_since(scope),
                habit=_HABIT,
                minimum=max(rule.minimum_count, 1),
                difference=rule.minimum_amount,
                times=rule.threshold,
                least=_LEAST_DEVIATION,
                most=MOST_FINDINGS + 1,
            )
        )
        return [
            Finding(
                key=str(payment_id),
                facts={
                    "receipt": receipt or "",
                    "account": account,
                    "amount": amount,
                    "usual": usual,
                    "payments": payments,
                },
                value=amount,
                usual=usual,
                model="account.payment",
                domain=[("id", "=", payment_id)],
                evidence=payment_id,
                strength=strength,
            )
            for payment_id, receipt, account, amount, usual, payments, strength in rows
        ]

    @api.model
    def _say_unusual_amount(self, facts, company):
        return self.env._(
            "Payment %(receipt)s of %(amount)s on account %(account)s: usual there is"
            " %(usual)s (its %(payments)s payments before)",
            receipt=facts["receipt"],
            amount=self._amount(facts["amount"], company),
            account=facts["account"],
            usual=self._amount(facts["usual"], company),
            payments=facts["payments"],
        )

    # -------------------------------------------------------------------------
    # MANY PAYMENTS BY ONE CARD, CHEQUE, TOKEN
    # -------------------------------------------------------------------------

    @api.model
    def _find_shared_means(self, rule, scope):
        # Several accounts paid at one visit are one use (REC-17): a landlord's cheque.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT used.kind, used.means,
                       COUNT(DISTINCT used.utility_account_id) AS accounts,
                       COUNT(DISTINCT used.visit) AS visits,
                       SUM(used.amount)::float8,
                       array_agg(used.id ORDER BY used.id)
                  FROM (SELECT pay.id, pay.utility_account_id,
                               pay.amount_company_currency_signed AS amount,
                               COALESCE(pay.receipt_group, pay.id::text) AS visit,
                               CASE WHEN token.id IS NULL THEN mode.kind
                                    ELSE 'token' END AS kind,
                               COALESCE(token.id::text, upper(regexp_replace(
                                   pay.payment_reference, '\\s', '', 'g'))) AS means
                          FROM account_payment pay
                          JOIN utility_payment_mode mode ON mode.id = pay.mode_id
                          LEFT JOIN payment_transaction online
                            ON online.id = pay.payment_transaction_id
                          LEFT JOIN payment_token token
                            ON token.id = COALESCE(pay.payment_token_id,
                                                   online.token_id)
                         WHERE %(received)s
                           AND pay.utility_state IN ('posted', 'returned')
                           AND (token.id IS NOT NULL
                                OR mode.kind IN ('card', 'cheque')
                               AND pay.payment_reference ~ '\\S')
                       ) AS used
                 GROUP BY used.kind, used.means
                HAVING COUNT(DISTINCT used.visit) > 1
                   AND (COUNT(DISTINCT used.utility_account_id) >= %(accounts)s
                        OR COUNT(DISTINCT used.visit) >= %(visits)s)
                 ORDER BY COUNT(*) DESC, used.kind, used.means
                 LIMIT %(most)s
                """,
                received=self._received_since(scope),
                accounts=rule.threshold,
                visits=max(rule.minimum_count, 2),
                most=MOST_FINDINGS + 1,
            )
        )
        return [
            Finding(
                key=f"{kind}:{self._disguise(means)}",
                facts={
                    "kind": kind,
                    # What the gateway shows of a saved card is its own affair
                    "means": "" if kind == "token" else self._mask(means),
                    "accounts": accounts,
                    "payments": len(payment_ids),
                    "amount": amount,
                    "days": scope.period.days,
                },
                value=len(payment_ids),
                usual=1,
                model="account.payment",
                domain=[("id", "in", payment_ids)],
                evidence=payment_ids[-1],
                strength=len(payment_ids),
            )
            for kind, means, accounts, _visits, amount, payment_ids in rows
        ]

    @api.model
    def _disguise(self, means):
        """A reference as part of a key: the same each time, and not readable."""
        return hashlib.sha256(means.encode()).hexdigest()[:32]

    @api.model
    def _mask(self, means):
        """A reference as it may be shown: a card number typed in is left out."""
        return _CARD_NUMBER.sub(
            lambda found: "•••• " + re.sub(r"\D", "", found.group())[-4:], means
        )

    @api.model
    def _say_shared_means(self, facts, company):
        names = {
            "card": self.env._("Card slip %(means)s", means=facts["means"]),
            "cheque": self.env._("Cheque %(means)s", means=facts["means"]),
            "token": self.env._("One saved card"),
        }
        return self.env._(
            "%(means)s made %(payments)s payments of %(amount)s in all on %(accounts)s"
            " accounts within %(days)s days",
            means=names[facts["kind"]],
            payments=facts["payments"],
            amount=self._amount(facts["amount"], company),
            accounts=facts["accounts"],
            days=facts["days"],
        )

    # -------------------------------------------------------------------------
    # VOID RATE OF A CASHIER
    # -------------------------------------------------------------------------

    @api.model
    def _undone(self):
        """Condition on payments `pay`: taken back or corrected, not by the bank."""
        return SQL(
            """
            (pay.utility_state = 'cancelled' OR pay.id IN (
                SELECT payment_id
                  FROM utility_payment_adjustment
                 WHERE state = 'done'
                   AND kind IN ('reverse', 'move', 'reallocate', 'correct')
                   AND (kind != 'reverse' OR reversal_kind = 'wrong_entry')
            ))
            """
        )

    @api.model
    def _find_void_rates(self, rule, scope):
        # The evidence is the last correction: any payment's, however old it is
        rows = self.env.execute_query(
            SQL(
                """
                SELECT handled.received_by, COUNT(*),
                       COUNT(*) FILTER (WHERE handled.undone),
                       COALESCE(MAX((
                           SELECT MAX(adjustment.id)
                             FROM utility_payment_adjustment adjustment
                            WHERE adjustment.payment_id = handled.id
                              AND adjustment.state = 'done'
                       )) FILTER (WHERE handled.undone), 0)
                  FROM (SELECT pay.id, pay.received_by, %(undone)s AS undone
                          FROM account_payment pay
                         WHERE %(received)s
                           AND pay.received_by IS NOT NULL
                           AND pay.utility_state IN ('posted', 'returned', 'cancelled')
                       ) AS handled
                 GROUP BY handled.received_by
                 ORDER BY handled.received_by
                """,
                undone=self._undone(),
                received=self._received_since(scope),
            )
        )
        payments = sum(row[1] for row in rows)
        voids = sum(row[2] for row in rows)
        users = self.env["res.users"].browse(row[0] for row in rows)
        minimum = max(rule.minimum_count, 1)
        findings = []
        for user, (_id, handled, undone, last) in zip(users, rows, strict=True):
            others = payments - handled
            if handled < minimum or others < minimum or undone < _LEAST_VOIDS:
                continue
            share = undone / handled
            usual = (voids - undone) / others
            if share <= rule.threshold * max(usual, _LEAST_SHARE):
                continue
            findings.append(
                Finding(
                    key=f"user:{user.id}",
                    facts={
                        "cashier": user.name,
                        "share": 100.0 * share,
                        "voids": undone,
                        "payments": handled,
                        "usual": 100.0 * usual,
                        "days": scope.period.days,
                    },
                    value=100.0 * share,
                    usual=100.0 * usual,
                    model="account.payment",
                    domain=self._voids_domain(user, scope),
                    evidence=last,
                    strength=share / max(usual, _LEAST_SHARE),
                )
            )
        return findings

    @api.model
    def _voids_domain(self, user, scope):
        """The payments of a cashier that were taken back or corrected."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pay.id FROM account_payment pay
                 WHERE %s AND pay.received_by = %s AND %s
                   AND pay.utility_state IN ('posted', 'returned', 'cancelled')
                 ORDER BY pay.id
                """,
                self._received_since(scope),
                user.id,
                self._undone(),
            )
        )
        return [("id", "in", [payment_id for (payment_id,) in rows])]

    @api.model
    def _say_void_rate(self, facts, company):
        return self.env._(
            "%(share)s %% of the payments that %(cashier)s received in %(days)s days"
            " were reversed or corrected, %(voids)s of %(payments)s: of the others"
            " %(usual)s %%",
            share=self._number(facts["share"]),
            cashier=facts["cashier"],
            days=facts["days"],
            voids=facts["voids"],
            payments=facts["payments"],
            usual=self._number(facts["usual"]),
        )

    # -------------------------------------------------------------------------
    # SUDDEN DROP OF A CHANNEL
    # -------------------------------------------------------------------------

    @api.model
    def _find_channel_drops(self, rule, scope):
        # Whole days only: today isn't over.
        last = fields.Date.subtract(scope.today, days=1)
        first = fields.Date.subtract(last, days=max(rule.window_days, 1) - 1)
        weeks = [
            Period(
                fields.Date.subtract(first, weeks=week),
                fields.Date.subtract(last, weeks=week),
            )
            for week in range(_WEEKS + 1)
        ]
        sums = self.env["utility.collection.day"]._read_sums(
            scope, ["payments", "amount"], groupby=["channel_id"], periods=weeks
        )
        measure = "payments" if rule.measure == "count" else "amount"
        findings = []
        for (channel_id,), (now, *before) in sorted(
            sums.items(), key=lambda item: item[0][0] or 0
        ):
            known = sum(1 for week in before if week["payments"])
            if not channel_id or known < _LEAST_WEEKS:
                continue
            usual = float(median(week[measure] for week in before))
            payments = float(median(week["payments"] for week in before))
            value = float(now[measure])
            if payments < rule.minimum_count or usual <= 0:
                continue
            drop = 100.0 * (usual - value) / usual
            if drop < rule.threshold:
                continue
            channel = self.env["utility.payment.channel"].browse(channel_id)
            findings.append(
                Finding(
                    key=f"channel:{channel_id}",
                    facts={
                        "channel": channel_id,
                        "name": channel.name,
                        "measure": measure,
                        "value": value,
                        "usual": usual,
                        "drop": drop,
                        "from": fields.Date.to_string(first),
                        "to": fields.Date.to_string(last),
                    },
                    value=value,
                    usual=usual,
                    model="account.payment",
                    domain=self._channel_domain(channel, weeks, scope),
                    strength=drop,
                )
            )
        return findings

    @api.model
    def _channel_domain(self, channel, weeks, scope):
        """The payments of these days, and of the same days of the weeks before."""
        days = Domain.OR(
            [
                [
                    ("date", ">=", fields.Date.to_string(week.first)),
                    ("date", "<=", fields.Date.to_string(week.last)),
                ]
                for week in weeks
            ]
        )
        return list(
            Domain(
                [
                    ("utility_account_id", "!=", False),
                    ("payment_type", "=", "inbound"),
                    ("utility_state", "in", ["posted", "returned"]),
                    ("company_id", "in", scope.companies.ids),
                    ("channel_id", "=", channel.id),
                ]
            )
            & days
        )

    @api.model
    def _say_channel_drop(self, facts, company):
        channel = self.env["utility.payment.channel"].browse(facts["channel"])
        as_count = facts["measure"] == "payments"
        value, usual = (
            str(round(facts[name])) if as_count else self._amount(facts[name], company)
            for name in ("value", "usual")
        )
        values = {
            "channel": channel.exists().name or facts["name"],
            "value": value,
            "usual": usual,
            "drop": self._number(facts["drop"]),
            "days": self.env["utility.alert.rule"]._say_days(
                fields.Date.to_date(facts["from"]), fields.Date.to_date(facts["to"])
            ),
        }
        if as_count:
            return self.env._(
                "%(channel)s took %(value)s payments on %(days)s: usual on these"
                " weekdays are %(usual)s (%(drop)s %% less)",
                **values,
            )
        return self.env._(
            "%(channel)s took %(value)s on %(days)s: usual on these weekdays is"
            " %(usual)s (%(drop)s %% less)",
            **values,
        )
