"""Jurisdictions at work in the demonstration: forecasts, certificates, answers."""

import random
from datetime import timedelta

from odoo import api, models

from odoo.addons.utility_consumers.demo.utility_demo import SEED
from odoo.addons.utility_payments.demo.utility_demo_adjustments import CLERK, MANAGER

# °C: low and high of the first day of the forecasts; each later day differs a bit
CLIMATES = {"norderland": (1.5, 9.0), "calida": (17.0, 34.5)}
DAYS_AHEAD = 10
CERTIFICATES = ((-20, 160), (-200, -15), (-3, 27))
QUESTIONS = 8


class UtilityDemo(models.AbstractModel):
    _inherit = "utility.demo"

    @api.model
    def _demo_create_disconnection_rules(self):
        """Enter what the rules need, and ask them about a few consumers.

        The company has chosen neither example; one area has.
        """
        company = self.env.ref("base.main_company")
        company._utility_setup()
        jurisdictions = {
            jurisdiction.code: jurisdiction
            for jurisdiction in self.env["utility.jurisdiction"].search(
                [("company_id", "=", company.id), ("code", "in", list(CLIMATES))]
            )
        }
        self._demo_create_forecasts(company, jurisdictions)
        area = self.env["utility.area"].search(
            [("company_id", "=", company.id)], order="id desc", limit=1
        )
        area.jurisdiction_id = jurisdictions.get("norderland")
        accounts = self.env["utility.account"].search(
            [("company_id", "=", company.id), ("area_id", "=", area.id)], order="id"
        )
        self._demo_create_certificates(company, accounts)
        Question = self._demo_as(CLERK, "utility.disconnection.question")
        for account in accounts[:QUESTIONS]:
            Question.create({"utility_account_id": account.id}).action_ask()

    @api.model
    def _demo_create_forecasts(self, company, jurisdictions):
        rng = random.Random(SEED)
        today = company._utility_today()
        self._demo_as(MANAGER, "utility.temperature").create(
            [
                {
                    "jurisdiction_id": jurisdiction.id,
                    "date": today + timedelta(days=count),
                    "low": round(CLIMATES[code][0] + rng.uniform(-4, 3), 1),
                    "high": round(CLIMATES[code][1] + rng.uniform(-3, 5), 1),
                }
                for code, jurisdiction in jurisdictions.items()
                for count in range(DAYS_AHEAD)
            ]
        )

    @api.model
    def _demo_create_certificates(self, company, accounts):
        today = company._utility_today()
        self._demo_as(CLERK, "utility.medical.certificate").create(
            [
                {
                    "utility_account_id": account.id,
                    "date_from": today + timedelta(days=first),
                    "date_to": today + timedelta(days=last),
                }
                for account, (first, last) in zip(accounts, CERTIFICATES, strict=False)
            ]
        )
