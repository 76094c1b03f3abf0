from decimal import ROUND_UP, Decimal

from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.utility_payments.tools.amounts import to_decimal

from ...tools import MAX_INSTALLMENTS, ScheduleError, check_rows, make_schedule

# In the order in which they are told; see `_get_obstacles`.
OBSTACLES = ("account", "debt", "terms", "eligibility", "limit")


class UtilityPaymentPlan(models.Model):
    """What keeps terms from being agreed on, said before they are (PLN-01).

    One method a kind of obstacle; previews, drafts and activation ask the same ones.
    All of them work on a plan that isn't saved (`new`).
    """

    _inherit = "utility.payment.plan"

    @api.model
    def _simulate(self, vals):
        """A plan of these terms that isn't saved: for previews of all kinds.

        Its ``_get_obstacles()`` and ``_get_schedule_vals()`` say what these terms
        would make.

        :param dict vals: checked values of fields, as for ``create``
        """
        account = self.env["utility.account"].browse(vals["utility_account_id"])
        plan = self.sudo().new(vals | self._rules_of(vals, account.sudo()))
        plan.amount_covered = plan._get_debt()
        return plan

    def _get_obstacles(self, *kinds):
        """Say all that keeps this plan from being agreed on by the caller.

        :param kinds: some of ``OBSTACLES``; default: all. ``account``, ``debt`` and
            ``terms`` have to be right already for a draft; ``eligibility`` follows from
            the template; ``limit`` is what a higher role may do
        :return: [{``kind``, ``message``}], each message one clear sentence
        """
        self.ensure_one()
        return [
            {"kind": kind, "message": message}
            for kind in kinds or OBSTACLES
            for message in getattr(self, f"_find_{kind}_obstacles")()
        ]

    def _check_obstacles(self, *kinds):
        """Raise the first obstacle of these kinds.

        :raises ValidationError: with its sentence
        """
        for plan in self:
            for obstacle in plan._get_obstacles(*kinds):
                raise ValidationError(obstacle["message"])

    # -------------------------------------------------------------------------
    # ACCOUNT AND DEBT
    # -------------------------------------------------------------------------

    def _find_account_obstacles(self):
        """The account is open, and that of the version before (PLN-02)."""
        account, previous = self.utility_account_id, self.previous_id
        if account.state == "closed":
            yield self.env._(
                "Account %(account)s is closed: a payment plan needs an open one.",
                account=account.number,
            )
        if previous and previous.utility_account_id != account:
            yield self.env._("A new version stays with the account of its plan.")
        elif previous:
            yield from previous._find_replace_obstacles()

    def _find_debt_obstacles(self):
        """Each document is of this account, open, undisputed, and free (PLN-01)."""
        moves = self.covered_move_ids._origin
        if not moves:
            yield self.env._("A payment plan needs debt: choose open bills or charges.")
        account = self.utility_account_id
        lines = self._get_lines_to_cover()
        disputed = lines._filter_disputed().move_id
        foreign = lines._filter_foreign().move_id
        for move in moves:
            values = {
                "document": move.name or self.env._("(draft)"),
                "account": account.number,
            }
            if move.utility_account_id != account:
                yield self.env._(
                    "%(document)s doesn't belong to account %(account)s: take it out"
                    " of the plan.",
                    **values,
                )
            elif move not in lines.move_id:
                yield self.env._(
                    "%(document)s has no open debt any more: take it out of the plan.",
                    **values,
                )
            elif move in foreign:
                yield self.env._(
                    "%(document)s is in another currency than plans, which are in"
                    " %(currency)s: take it out of the plan.",
                    currency=self.currency_id.name,
                    **values,
                )
            elif move in disputed:
                yield self.env._(
                    "%(document)s is disputed and kept out of collections: take it out"
                    " of the plan until that is settled.",
                    **values,
                )
        for cover in lines._get_covers_in_force():
            if cover.plan_id != self.previous_id._origin:
                yield self.env._(
                    "%(document)s is already covered by plan %(plan)s: modify that"
                    " plan, or leave the document out.",
                    document=cover.move_id.name,
                    plan=cover.plan_id.display_name,
                )

    def _get_lines_to_cover(self):
        """The open receivable items of the covered documents, oldest due first."""
        self.ensure_one()
        lines = self.covered_move_ids._origin.line_ids.filtered(
            lambda line: (
                line.utility_account_id == self.utility_account_id
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual > 0
            )
        )
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _get_debt(self):
        """What is open now of the covered documents, exactly."""
        return sum(
            (self._money(line.amount_residual) for line in self._get_lines_to_cover()),
            Decimal(0),
        )

    def _check_unchanged(self):
        """The debt is still what the schedule of a draft was drawn up for.

        :raises ValidationError: when documents were paid, credited or reopened since
        """
        for plan in self:
            debt = plan._get_debt()
            # Without any debt the documents say it, by name.
            if debt and debt != plan._money(plan.amount_covered):
                raise ValidationError(
                    self.env._(
                        "The open debt of plan %(plan)s has changed from %(before)s to"
                        " %(now)s since it was drawn up: refresh it and agree on the"
                        " new schedule.",
                        plan=plan.display_name,
                        before=plan.currency_id.format(plan.amount_covered),
                        now=plan.currency_id.format(float(debt)),
                    )
                )

    # -------------------------------------------------------------------------
    # TERMS: dates and amounts
    # -------------------------------------------------------------------------

    def _find_terms_obstacles(self):
        """Dates come, and amounts make a schedule; one sentence at a time."""
        if not self._get_lines_to_cover():
            return
        try:
            self._check_schedule()
        except ValidationError as error:
            yield str(error)

    def _check_schedule(self):
        """The schedule can be drawn up, or is right as it was written.

        :raises ValidationError: one clear sentence on what is wrong
        """
        if self.frequency == "custom":
            self._check_custom_schedule()
            return
        today = self.company_id._utility_today()
        if self.first_due_date and self.first_due_date < today:
            raise ValidationError(
                self.env._(
                    "The first installment can't be due in the past (%(date)s): choose"
                    " %(today)s or later.",
                    date=self.first_due_date,
                    today=today,
                )
            )
        self._get_schedule_vals()

    def _get_schedule_vals(self):
        """The schedule that the terms make, as values of installments.

        :raises ValidationError: when they make none
        """
        self.ensure_one()
        if not self.first_due_date:
            raise ValidationError(
                self.env._("The plan needs the date of its first installment.")
            )
        try:
            rows = make_schedule(
                self._get_debt(),
                self.installment_count,
                self.frequency,
                self.first_due_date,
                unit=self._get_unit(),
                down_payment=self._money(self.down_payment),
                down_payment_date=self.company_id._utility_today(),
                minimum=self._money(self.minimum_installment),
                move_date=self._get_move_date(),
            )
        except ScheduleError as error:
            raise ValidationError(self._schedule_message(error)) from None
        return [
            {
                "sequence": row.sequence,
                "due_date": row.due_date,
                "amount": float(row.amount),
            }
            for row in rows
        ]

    def _check_custom_schedule(self):
        """A schedule of one's own adds up to the debt, in dates that come (PLN-01).

        Its dates stay as they were written, also on days off.

        :raises ValidationError: one clear sentence on what is wrong
        """
        self.ensure_one()
        try:
            check_rows(
                self._get_debt(),
                [
                    (row.due_date or None, self._money(row.amount))
                    for row in self._get_own_rows()
                ],
                today=self.company_id._utility_today(),
                unit=self._get_unit(),
                down_payment=self._money(self.down_payment),
                minimum=self._money(self.minimum_installment),
            )
        except ScheduleError as error:
            raise ValidationError(self._schedule_message(error)) from None

    def _get_own_rows(self):
        """The installments beside the down payment, by date."""
        return self.installment_ids.filtered("sequence").sorted(
            lambda row: (str(row.due_date), row.sequence)
        )

    def _get_unit(self):
        """The smallest amount of the currency."""
        return Decimal(1).scaleb(-self.currency_id.decimal_places)

    def _money(self, amount):
        """A figure of this plan as an exact decimal."""
        return to_decimal(amount or 0.0, self.currency_id.decimal_places)

    def _get_move_date(self):
        """How due dates are moved off days off, for ``make_schedule``; None: never."""
        calendar = self.calendar_id.sudo()
        return calendar._utility_next_working_day(self.company_id) if calendar else None

    def _schedule_message(self, error):
        """The sentence for terms that make no schedule."""
        rest = self._get_debt() - self._money(self.down_payment)
        least = max(self._money(self.minimum_installment), self._get_unit())
        values = {
            "amount": self._format(error.amount),
            "date": error.date,
            "debt": self._format(self._get_debt()),
            "least": self._format(least),
            "longest": MAX_INSTALLMENTS,
            "most": int(rest / least) if rest > 0 else 0,
            "rest": self._format(rest),
            "difference": self._format(abs(rest - error.amount)),
            "today": self.company_id._utility_today(),
        }
        if error.code == "below_minimum" and self.frequency != "custom":
            if not values["most"]:
                return self.env._(
                    "No installment may be below %(least)s, but only %(rest)s are left"
                    " to divide: choose more debt or a smaller down payment.",
                    **values,
                )
            return self.env._(
                "Installments of %(amount)s are below the least of %(least)s: choose"
                " %(most)s or fewer.",
                **values,
            )
        if error.code == "sum_differs":
            if error.amount > rest:
                return self.env._(
                    "The installments add up to %(amount)s, which is %(difference)s too"
                    " much: they must make %(rest)s.",
                    **values,
                )
            return self.env._(
                "The installments add up to %(amount)s, %(difference)s are missing:"
                " they must make %(rest)s.",
                **values,
            )
        return {
            "no_debt": self.env._(
                "A payment plan needs debt: choose open bills or charges."
            ),
            "no_installments": self.env._(
                "A payment plan needs at least one installment."
            ),
            "too_many_installments": self.env._(
                "A payment plan has at most %(longest)s installments: choose fewer.",
                **values,
            ),
            "down_payment_negative": self.env._(
                "The down payment can't be below zero: use 0 for none."
            ),
            "down_payment_above_debt": self.env._(
                "A down payment of %(amount)s leaves nothing for installments: it must"
                " be below the debt of %(debt)s.",
                **values,
            ),
            "below_minimum": self.env._(
                "The installment of %(amount)s due on %(date)s is below the least of"
                " %(least)s.",
                **values,
            ),
            "date_out_of_range": self.env._(
                "Installments from %(date)s on go beyond the calendar: choose an"
                " earlier date.",
                **values,
            ),
            "date_missing": self.env._(
                "The installment of %(amount)s needs a due date.", **values
            ),
            "date_past": self.env._(
                "No installment can be due in the past (%(date)s): choose %(today)s or"
                " later.",
                **values,
            ),
            "same_date": self.env._(
                "Two installments are due on %(date)s: give each a day of its own, or"
                " join them.",
                **values,
            ),
        }[error.code]

    def _format(self, amount):
        return self.currency_id.format(float(amount))

    # -------------------------------------------------------------------------
    # ELIGIBILITY: the rules of the template
    # -------------------------------------------------------------------------

    def _find_eligibility_obstacles(self):
        """PLN-01: minimum debt, down payment, length, rating, earlier broken plans."""
        template = self.template_id
        if not template:
            return
        debt = self._get_debt()
        account = self.utility_account_id
        values = {"template": template.name, "account": account.number}
        if not template.active and template != self.previous_id.template_id:
            yield self.env._(
                "%(template)s is archived: choose another template.", **values
            )
        if debt < self._money(template.minimum_debt):
            yield self.env._(
                "%(template)s needs a debt of at least %(least)s, this is %(debt)s:"
                " choose more debt or another template.",
                least=self._format(template.minimum_debt),
                debt=self._format(debt),
                **values,
            )
        share = to_decimal(template.minimum_down_payment or 0.0, 2)
        least = (debt * share / 100).quantize(self._get_unit(), ROUND_UP)
        if self._money(self.down_payment) < least:
            yield self.env._(
                "%(template)s needs a down payment of at least %(least)s (%(share)s %%"
                " of the debt).",
                least=self._format(least),
                share=f"{share.normalize():f}",
                **values,
            )
        if 0 < template.maximum_count < self._get_length():
            yield self.env._(
                "%(template)s allows at most %(most)s installments: choose fewer or"
                " another template.",
                most=template.maximum_count,
                **values,
            )
        rating = account.credit_rating
        if template.minimum_rating and rating and rating > template.minimum_rating:
            yield self.env._(
                "%(template)s needs a credit rating of %(least)s or better, account"
                " %(account)s is rated %(rating)s: choose another template.",
                least=template.minimum_rating,
                rating=rating,
                **values,
            )
        broken = self._count_broken() if template.maximum_broken >= 0 else 0
        if broken > template.maximum_broken >= 0:
            yield self.env._(
                "%(template)s allows %(most)s earlier broken plans, account %(account)s"
                " has %(broken)s: choose another template.",
                most=template.maximum_broken,
                broken=broken,
                **values,
            )

    def _count_broken(self):
        """How many plans of the account were broken, the version before included."""
        return self.sudo().search_count(
            [
                ("utility_account_id", "=", self.utility_account_id.id),
                ("state", "=", "broken"),
            ]
        )

    # -------------------------------------------------------------------------
    # LIMITS of the caller's role
    # -------------------------------------------------------------------------

    @api.model
    def _get_limits(self, company, role=None):
        """PLN-01, ROL-01: what a role may agree on without asking anybody.

        :param str role: default: the caller's
        :return: {} for no limits, else {``amount``: of debt, ``count``: of
            installments beside the down payment, ``template``: whether one is needed}
        """
        if (role or self._current_role()) != "customer_executive":
            return {}
        company_sudo = company.sudo()
        return {
            "amount": company_sudo.utility_plan_limit_customer,
            "count": company_sudo.utility_plan_length_customer,
            "template": company_sudo.utility_plan_template_customer,
        }

    def _find_limit_obstacles(self):
        """PLN-01: who may agree on this, when the caller may not.

        Who makes no plans, a consumer who signs, agrees to what its author may offer.
        """
        limits = self._get_own_limits()
        if not limits:
            return
        debt = self._get_debt()
        others = self._get_planned_elsewhere()
        values = {
            "limit": self._format(limits["amount"]),
            "debt": self._format(debt),
            "others": self._format(others),
        }
        if debt > self._money(limits["amount"]):
            yield self.env._(
                "You may agree on plans up to %(limit)s, this debt is %(debt)s: choose"
                " less, or ask a Recovery Executive.",
                **values,
            )
        elif debt + others > self._money(limits["amount"]):
            yield self.env._(
                "You may agree on plans up to %(limit)s in all: other plans of the"
                " account still hold %(others)s, beside this debt of %(debt)s. Choose"
                " less, or ask a Recovery Executive.",
                **values,
            )
        elif self.previous_id:
            yield from self.previous_id._origin._find_end_obstacles(limits)
        if self._get_length() > limits["count"]:
            yield self.env._(
                "You may agree on up to %(limit)s installments beside the down payment:"
                " choose fewer, or ask a Recovery Executive.",
                limit=limits["count"],
            )
        if limits["template"] and not self.template_id:
            yield self.env._(
                "You may agree on plans of a template only: choose one, or ask a"
                " Recovery Executive."
            )

    def _get_own_limits(self):
        """The limits of the caller; of who makes no plans, those of its author."""
        role = self._current_role() if self._is_author() else self.requester_role
        return self._get_limits(self.company_id, role)

    def _get_planned_elsewhere(self):
        """What the account's other active plans still cover, exactly.

        A debt that is split into plans is one debt; the version before is replaced.
        """
        others = self.sudo().search(
            [
                ("utility_account_id", "=", self.utility_account_id._origin.id),
                ("state", "=", "active"),
                ("id", "not in", (self | self.previous_id)._origin.ids),
            ]
        )
        return sum((self._money(plan.amount_remaining) for plan in others), Decimal(0))

    def _get_length(self):
        """The number of installments beside the down payment."""
        if self.frequency == "custom":
            return len(self._get_own_rows())
        return self.installment_count
