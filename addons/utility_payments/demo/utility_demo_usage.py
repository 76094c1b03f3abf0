"""Ten weeks of usage, so that its reports have something to answer (USE-01)."""

import random
from datetime import timedelta

from odoo import api, fields, models

SEED = 20260
WEEKS = 10
# Event, subjects by weight, and how often a week each role does it
_HABITS = (
    (
        "dashboard_viewed",
        {None: 1},
        {"billing_manager": 14, "recovery_executive": 8, "customer_executive": 20},
    ),
    (
        "drill_down",
        {
            ("figure", "total_collected"): 6,
            ("figure", "received_today"): 5,
            ("figure", "collection_rate"): 4,
            ("figure", "overdue"): 4,
            ("figure", "unverified"): 2,
            ("figure", "failed_today"): 1,
        },
        {"billing_manager": 11, "recovery_executive": 9, "customer_executive": 3},
    ),
    (
        "search_filtered",
        {
            ("filter", "account.payment/date"): 6,
            ("filter", "account.payment/mode_id"): 4,
            ("filter", "account.payment/channel_id"): 3,
            ("filter", "account.payment/custom"): 1,
        },
        {"billing_manager": 6, "recovery_executive": 8, "customer_executive": 16},
    ),
    (
        "history_opened",
        {("model", "utility.account"): 5, ("model", "account.payment"): 3},
        {"recovery_executive": 24, "customer_executive": 41, "field_collector": 9},
    ),
    (
        "report_generated",
        {("model", "account.payment"): 3, ("model", "utility.account"): 1},
        {"billing_manager": 3, "recovery_executive": 1},
    ),
    (
        "document_printed",
        {
            ("document", "utility_payments.report_receipt"): 8,
            ("document", "utility_payments.report_statement"): 1,
        },
        {"customer_executive": 30, "field_collector": 8, "recovery_executive": 4},
    ),
    (
        "approval_decided",
        {("model", "utility.payment.adjustment"): 1},
        {"billing_manager": 3},
    ),
)
# Seconds that a recording takes, by code of method
_SECONDS = {"cash": 46, "cheque": 88, "credit_card": 61, "bank_transfer": 74}


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_usage(self):
        """Switch usage statistics on, and fill the weeks before today."""
        company = self.env.ref("base.main_company")
        company.utility_usage = True
        rng = random.Random(SEED)
        rows = [*self._demo_usage_habits(rng), *self._demo_usage_recordings(rng)]
        self.env["utility.usage.event"].create(
            [{"company_id": company.id, **row} for row in rows]
        )

    def _demo_usage_hour(self, rng, week):
        """An hour of work in a week before this one."""
        now = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        return now + timedelta(
            days=-7 * week - rng.randint(1, 7), hours=rng.randint(7, 17)
        )

    def _demo_usage_habits(self, rng):
        names = {
            name for _event, subjects, _roles in _HABITS for name in subjects if name
        }
        subject_ids = self.env["utility.usage.subject"]._get(names)
        for week in range(WEEKS):
            for event, subjects, roles in _HABITS:
                for role, often in roles.items():
                    for _time in range(rng.randint(often // 2, often)):
                        [subject] = rng.choices([*subjects], weights=subjects.values())
                        row = {
                            "event": event,
                            "role": role,
                            "happened_at": self._demo_usage_hour(rng, week),
                            "subject_id": subject_ids.get(subject, False),
                        }
                        if event == "approval_decided":
                            row["duration"] = rng.uniform(0.4, 30) * 3600
                            row["properties"] = {"outcome": "approved"}
                        yield row

    def _demo_usage_recordings(self, rng):
        company = self.env.ref("base.main_company")
        modes = {
            mode.code: mode.id
            for mode in self.env["utility.payment.mode"].search(
                [("company_id", "=", company.id), ("code", "in", list(_SECONDS))]
            )
        }
        channels = {
            channel.code: channel.id
            for channel in self.env["utility.payment.channel"].search([])
        }
        places = {
            "customer_executive": [("walk_in", "counter", 30), ("phone", "phone", 6)],
            "recovery_executive": [("phone", "phone", 5)],
            "field_collector": [("field", "field", 9)],
        }
        for week in range(WEEKS):
            for role, meetings in places.items():
                for channel, contact, often in meetings:
                    for _time in range(rng.randint(often // 2, often)):
                        code = "cash" if contact == "field" else rng.choice([*modes])
                        yield {
                            "event": "payment_recorded",
                            "role": role,
                            "happened_at": self._demo_usage_hour(rng, week),
                            "duration": round(rng.gauss(_SECONDS[code], 9), 1),
                            "channel_id": channels[channel],
                            "mode_id": modes[code],
                            "contact_mode": contact,
                            "properties": {"payments": 1},
                        }
