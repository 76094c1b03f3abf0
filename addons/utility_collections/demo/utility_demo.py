"""Payment plans of the demonstration's consumers, in every state (CFG-05, PLN-02)."""

import random
from collections import namedtuple
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.utility_consumers.demo.utility_demo import SEED
from odoo.addons.utility_payments.demo.utility_demo import NOTE
from odoo.addons.utility_payments.demo.utility_demo_adjustments import (
    CLERK,
    MANAGER,
    RECOVERY,
)

COLLECTOR = "field_collector"
# Templates: one that never breaks by itself, and one that forgives once.
PATIENT, TWO_CHANCES = "Winter assistance", "Two chances"
# Days from signing to the first installment
LEAD = 10
Scenario = namedtuple(
    "Scenario",
    # who signs, how, under which template; the first one is due so many months ago,
    # so many days from then; what was paid: days after the due date, for each
    # installment in turn, or a pair of these days and a share of the installment
    "role contact template count frequency months days paid down end",
    defaults=((), 0.0, None),
)
SCENARIOS = (
    # On track
    Scenario(RECOVERY, "counter", None, 6, "monthly", 2, 12, (-1, 0)),
    Scenario(CLERK, "counter", None, 3, "monthly", 1, 10, (0,)),
    Scenario(RECOVERY, "phone", TWO_CHANCES, 8, "fortnightly", 0, -46, (0, -2, 1, 0)),
    Scenario(CLERK, "counter", None, 4, "monthly", 0, 14, (), 50.0),
    Scenario(RECOVERY, "portal", None, 12, "monthly", 5, 20, (0, 0, 1, -3, 0)),
    Scenario(MANAGER, "phone", None, 5, "monthly", 3, 9, (0, 3, -4)),
    # Due this week
    Scenario(COLLECTOR, "field", None, 6, "weekly", 0, -33, (0, 0, 1, 0, 0)),
    Scenario(CLERK, "counter", None, 3, "monthly", 1, 3, (0,)),
    Scenario(RECOVERY, "counter", None, 4, "monthly", 0, 5, (), 40.0),
    Scenario(CLERK, "phone", None, 2, "monthly", 0, 1),
    Scenario(RECOVERY, "phone", None, 6, "monthly", 4, 6, (0, 0, 2, -1)),
    # Late, within the days of grace
    Scenario(CLERK, "counter", None, 3, "monthly", 1, -2, (0,)),
    Scenario(COLLECTOR, "field", None, 6, "weekly", 0, -3),
    Scenario(RECOVERY, "counter", None, 4, "monthly", 0, -4, ((2, 0.4),)),
    # At risk: one was missed
    Scenario(RECOVERY, "phone", TWO_CHANCES, 6, "monthly", 1, -12, (0,)),
    Scenario(MANAGER, "counter", PATIENT, 6, "monthly", 3, -8, (0, 4)),
    # Broken
    Scenario(CLERK, "counter", None, 3, "monthly", 1, -15),
    Scenario(RECOVERY, "counter", None, 5, "monthly", 3, 2, (0, 1)),
    Scenario(RECOVERY, "portal", TWO_CHANCES, 4, "monthly", 4, 0, (0,)),
    Scenario(RECOVERY, "phone", None, 10, "weekly", 0, -60, (0, 0, 2), 0.0, "modify"),
    # Completed
    Scenario(CLERK, "counter", None, 3, "monthly", 4, 0, (0, -1, 2)),
    Scenario(RECOVERY, "phone", TWO_CHANCES, 4, "fortnightly", 0, -80, (0, 1, 0, 0)),
    Scenario(CLERK, "phone", None, 2, "monthly", 3, 5, (0, -20)),
    Scenario(MANAGER, "counter", PATIENT, 4, "monthly", 6, 0, (0, 12, 0, 1)),
    # Withdrawn, and not signed yet
    Scenario(CLERK, "counter", None, 3, "monthly", 0, 8, (), 0.0, "cancel"),
    Scenario(CLERK, "counter", None, 10, "monthly", 0, 20, (), 0.0, "draft"),
    Scenario(RECOVERY, "phone", None, 4, "monthly", 0, 12, (), 0.0, "draft"),
    Scenario(COLLECTOR, "field", None, 3, "fortnightly", 0, 9, (), 0.0, "draft"),
)
# How the recovery executive responded to what was missed: after days, in words
RESPONSES = (
    (0.8, "Called: was in hospital, will pay on the first."),
    (2.1, "Spoke to her son. They want to keep the plan."),
    (1.2, "No answer on the phone; wrote an e-mail."),
    (4.6, "Visited: nobody at home, left a card."),
    (0.3, "Called at once: lost his job, asks for smaller installments."),
)


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_plans(self):
        """Agree on plans, let each be as old as it says, and pay what was paid.

        Doors work on the day of installation: dates of what happened before are set
        afterwards, which Odoo allows its superuser while a database is being made.
        """
        company = self.env.ref("base.main_company")
        company._utility_setup()
        company.utility_plan_user_id = self.env.ref(
            "utility_consumers.demo_user_recovery_executive"
        )
        templates = self._demo_plan_templates(company)
        cases = self._demo_sign_plans(company, templates)
        self._demo_pay_plans(cases)
        for plan, _scenario in cases:
            self._demo_judge_plan(plan)
        self._demo_end_plans(cases)
        self._demo_respond(cases)
        self._demo_plan_of_john_doe(templates[PATIENT])

    @api.model
    def _demo_plan_templates(self, company):
        """Return the templates by name."""
        templates = self.env["utility.payment.plan.template"].create(
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "installment_count": count,
                    "break_after": break_after,
                    "sequence": 50,
                }
                for name, count, break_after in ((PATIENT, 3, 0), (TWO_CHANCES, 6, 2))
            ]
        )
        return {template.name: template for template in templates}

    # === SIGNING === #

    @api.model
    def _demo_sign_plans(self, company, templates):
        """Bill the consumers, and put the debt into plans.

        :return: pairs of a plan and its scenario
        """
        today = company._utility_today()
        cases = [
            (account, scenario, self._demo_first_date(scenario, today))
            for account, scenario in self._demo_plan_accounts(company)
        ]
        bills = self._demo_bill_plans(cases)
        result = []
        for account, scenario, first in cases:
            plan = self._demo_as(scenario.role, "utility.payment.plan").create(
                {
                    "utility_account_id": account.id,
                    "covered_move_ids": bills[account].ids,
                    "template_id": templates[scenario.template].id
                    if scenario.template
                    else False,
                    "installment_count": scenario.count,
                    "frequency": scenario.frequency,
                    "first_due_date": max(first, today),
                    "down_payment": scenario.down,
                    "contact_mode": scenario.contact,
                }
            )
            if scenario.end != "draft":
                plan.action_activate()
                self._demo_date_plan(plan, first)
            result.append((plan.with_user(SUPERUSER_ID), scenario))
        return result

    @api.model
    def _demo_first_date(self, scenario, today):
        months = relativedelta(months=scenario.months)
        return today - months + timedelta(days=scenario.days)

    @api.model
    def _demo_plan_accounts(self, company):
        """An account for each scenario; a collector's are those of the collector."""
        accounts = self.env["utility.account"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("category", "=", "residential"),
                ("id", "not in", self._demo_taken_accounts().ids),
                ("id", "not in", self._demo_history_accounts().ids),
            ],
            order="id",
        )
        # Spread over the list, so that consumers aren't neighbours
        visited = accounts.filtered("collector_id")[::3]
        others = (accounts - accounts.filtered("collector_id"))[::5]
        pools = {True: iter(visited), False: iter(others)}
        return [
            (next(pools[scenario.role == COLLECTOR]), scenario)
            for scenario in SCENARIOS
        ]

    @api.model
    def _demo_bill_plans(self, cases):
        """Record the bills that the plans cover: those of two months, unpaid.

        :return: {account: bills}
        """
        rng = random.Random(SEED)
        requests = []
        for account, _scenario, first in cases:
            signed = min(first - timedelta(days=LEAD), self._demo_today())
            requests += [
                self._demo_bill(account, signed - timedelta(days=days), rng)
                for days in (62, 32)
            ]
        requests.sort(key=lambda request: request["date"])
        outcomes = self._demo_record_bills(requests)
        moves = self.env["account.move"].browse(
            outcome["move_id"] for outcome in outcomes
        )
        return moves.grouped("utility_account_id")

    @api.model
    def _demo_today(self):
        return self.env.ref("base.main_company")._utility_today()

    @api.model
    def _demo_date_plan(self, plan, first, signed=None):
        """Let a plan be as old as its first installment says."""
        # Who is nobody's user writes dates of creation.
        plan = plan.with_user(SUPERUSER_ID).with_context(tracking_disable=True)
        signed = signed or min(first - timedelta(days=LEAD), self._demo_today())
        moment = self._demo_moment(signed, plan.id)
        plan.write(
            {"create_date": moment, "activated_on": signed, "first_due_date": first}
        )
        days = {
            vals["sequence"]: vals["due_date"] for vals in plan._get_schedule_vals()
        }
        for row in plan.installment_ids:
            row.due_date = days[row.sequence] if row.sequence else signed
        plan.event_ids.happened_at = moment

    @api.model
    def _demo_moment(self, day, seed):
        """A moment in opening hours, always the same, that isn't in the future."""
        minutes = seed * 37 % (8 * 60)
        moment = datetime.combine(day, time(9)) + timedelta(minutes=minutes)
        return min(moment, datetime.now().replace(microsecond=0))

    # === PAYING === #

    @api.model
    def _demo_pay_plans(self, cases):
        """Pay installments at the counter, or at the door, each on its day."""
        requests = []
        for plan, scenario in cases:
            rows = plan.installment_ids.sorted("sequence")
            if scenario.down:
                requests.append(self._demo_pay_row(rows[0], scenario, 0, 1))
                rows = rows[1:]
            for row, paid in zip(rows, scenario.paid, strict=False):
                days, share = paid if isinstance(paid, tuple) else (paid, 1)
                requests.append(self._demo_pay_row(row, scenario, days, share))
        requests.sort(key=lambda request: request["received_at"])
        self._demo_record_payments(requests)
        for plan, _scenario in cases:
            for event in plan.event_ids.filtered("installment_id"):
                day = event.installment_id.paid_on or self._demo_today()
                event.happened_at = self._demo_moment(day, event.installment_id.id)

    @api.model
    def _demo_pay_row(self, row, scenario, days, share):
        """The request that pays an installment so many days after it is due."""
        day = min(row.due_date + timedelta(days=days), self._demo_today())
        at_the_door = scenario.role == COLLECTOR
        return {
            "account": row.utility_account_id.id,
            "amount": f"{row.currency_id.round(row.amount * share):.2f}",
            "type": "installment",
            "documents": [row.id],
            "mode": "cash" if at_the_door or row.id % 3 else "debit_card",
            "channel": "field" if at_the_door else "walk_in",
            "reference": False
            if at_the_door or row.id % 3
            else f"Slip {417000 + row.id}",
            "received_by": COLLECTOR if at_the_door else CLERK,
            "date": day,
            "received_at": self._demo_moment(day, row.id),
            "note": NOTE,
        }

    # === WHAT BECAME OF THEM === #

    @api.model
    def _demo_judge_plan(self, plan):
        """Find what was missed, and break the plan on the day when it would have been.

        As the daily pass would have done, had it run all the time (PLN-05).
        """
        today = self._demo_today()
        grace = timedelta(days=plan.grace_days + 1)
        missed = 0
        for row in plan.installment_ids.sorted("sequence"):
            day = row.due_date + grace
            if plan.state == "draft" or day > (row.paid_on or today):
                continue
            missed += 1
            row.missed_on = day
            if row.state != "paid":
                row.state = "missed"
            moment = self._demo_moment(day, row.id)
            plan._log_event("missed", installment_id=row.id, happened_at=moment)
            if missed == plan.break_after:
                plan._break(self.env._("Installment %s was missed", row.display_name))
                plan.ended_on = day
                plan.event_ids.filtered(
                    lambda event: event.kind == "broken"
                ).happened_at = moment
                break
        if plan.state == "completed":
            last = max(plan.installment_ids.mapped("paid_on"))
            plan.ended_on = last
            plan.event_ids.filtered(
                lambda event: event.kind == "completed"
            ).happened_at = self._demo_moment(last, plan.id) + timedelta(hours=1)
        plan._refresh_standing()

    @api.model
    def _demo_end_plans(self, cases):
        """Cancel one plan, and agree on a second version of a broken one (PLN-02)."""
        today = self._demo_today()
        for plan, scenario in cases:
            own = self._demo_as(scenario.role, plan._name)
            if scenario.end == "cancel":
                own.browse(plan.id).action_cancel("Will pay all of it on pay day")
            elif scenario.end == "modify":
                own.create(
                    {
                        "utility_account_id": plan.utility_account_id.id,
                        "previous_id": plan.id,
                        "covered_move_ids": plan.cover_ids.filtered(
                            lambda cover: cover.move_id.amount_residual
                        ).move_id.ids,
                        "installment_count": 4,
                        "frequency": "fortnightly",
                        "first_due_date": today + timedelta(days=6),
                        "contact_mode": scenario.contact,
                    }
                ).action_activate()

    @api.model
    def _demo_respond(self, cases):
        """Open a case for what was missed; Raj Malhotra looked into most of them."""
        plans = self.env["utility.payment.plan"].union(*(plan for plan, _case in cases))
        missed = plans.filtered(lambda plan: plan.standing in ("at_risk", "broken"))
        missed._open_cases()
        for plan, (days, words) in zip(missed, RESPONSES, strict=False):
            message = self._demo_as(RECOVERY, plan._name).browse(plan.id)
            message = message.message_post(body=words, message_type="comment")
            first = min(
                plan.event_ids.filtered(lambda event: event.kind == "missed").mapped(
                    "happened_at"
                )
            )
            message.with_user(SUPERUSER_ID).date = min(
                first + timedelta(days=days), fields.Datetime.now()
            )

    # === THE SAMPLE OF THE SOURCES === #

    @api.model
    def _demo_plan_of_john_doe(self, template):
        """CFG-05: an older bill of 202.50, covered by PP-2025-0034 (3 x 67.50)."""
        account = self.env.ref("utility_consumers.demo_account_john_doe")
        (outcome,) = self._demo_record_bills(
            [
                {
                    "account": account.number,
                    "number": "INV-2025-000871",
                    "amount": "202.50",
                    "date": date(2025, 2, 28),
                    "due_date": date(2025, 3, 15),
                    "period_start": date(2025, 2, 1),
                    "period_end": date(2025, 2, 28),
                }
            ]
        )
        plan = self._demo_as(RECOVERY, "utility.payment.plan").create(
            {
                "utility_account_id": account.id,
                "covered_move_ids": [outcome["move_id"]],
                "template_id": template.id,
                "installment_count": 3,
                "first_due_date": self._demo_today(),
                "contact_mode": "counter",
            }
        )
        plan.action_activate()
        self._demo_date_plan(plan, date(2025, 4, 15), date(2025, 4, 1))
        plan_sudo = plan.with_user(SUPERUSER_ID)
        plan_sudo.number = "PP-2025-0034"
        self._demo_judge_plan(plan_sudo)
