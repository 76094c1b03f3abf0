from datetime import date, timedelta

from odoo import Command, models

FIRST_DAY = date(2024, 1, 1)
CHANGE = date(2026, 1, 1)
WORKDAYS = {
    name: name not in ("saturday", "sunday")
    for name in (
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    )
}


class ResCompany(models.Model):
    """The two jurisdictions that are shipped as examples (COL-07).

    Neither is in force until a company or an area chooses it.
    """

    _inherit = "res.company"

    def _utility_setup(self):
        res = super()._utility_setup()
        Jurisdiction = self.env["utility.jurisdiction"].sudo()
        # What an admin removed on purpose doesn't come back.
        known = Jurisdiction.with_context(active_test=False)._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        for company in self - self.browse(company.id for (company,) in known):
            Jurisdiction.with_company(company).create(
                [
                    values
                    | {
                        "company_id": company.id,
                        "rule_ids": [
                            Command.create({"date_from": FIRST_DAY} | rule)
                            for rule in values["rule_ids"]
                        ],
                    }
                    for values in company._utility_jurisdictions()
                ]
            )
        return res

    def _utility_jurisdictions(self):
        """The examples: fictional, with the facts of common regulation.

        :return: values of `utility.jurisdiction`, rules as dicts
        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            {
                "name": self.env._("Norderland (example)"),
                "code": "norderland",
                "note": self.env._(
                    "Fictional. Winter moratorium, ten days of notice, mornings to"
                    " afternoons from Monday to Thursday."
                ),
                "rule_ids": self._utility_rules_north(),
            },
            {
                "name": self.env._("Calida (example)"),
                "code": "calida",
                "note": self.env._(
                    "Fictional. Heat, fourteen days of notice, more for seniors, and"
                    " no cut for service charges."
                ),
                "rule_ids": self._utility_rules_south(),
            },
        ]

    def _utility_rules_north(self):
        rule = self._utility_rule

        return [
            rule(
                self.env._("Minimum debt"),
                "minimum_debt",
                "NSO 12 § 2",
                amount=30.0,
                date_to=CHANGE - timedelta(days=1),
            ),
            rule(
                self.env._("Minimum debt"),
                "minimum_debt",
                "NSO 12 § 2 (2026)",
                amount=50.0,
                date_from=CHANGE,
            ),
            rule(self.env._("Days overdue"), "days_overdue", "NSO 12 § 3", days=30),
            rule(
                self.env._("Notice"),
                "notice_days",
                "NSO 12 § 4",
                days=10,
                valid_days=60,
            ),
            rule(
                self.env._("Hours"), "hours", "NSO 12 § 5", hour_from=8.0, hour_to=16.0
            ),
            rule(
                self.env._("Monday to Thursday"),
                "weekdays",
                "NSO 12 § 5",
                **WORKDAYS | {"friday": False},
            ),
            rule(self.env._("Holidays"), "holidays", "NSO 12 § 5", days=1),
            rule(
                self.env._("Frost"),
                "temperature",
                "NSO 12 § 6",
                temperature_side="below",
                temperature=0.0,
                days=1,
            ),
            rule(
                self.env._("Winter moratorium"),
                "circumstance",
                "NSO 12 § 6",
                category="residential",
                season_month_from="11",
                season_day_from=1,
                season_month_to="3",
                season_day_to=31,
            ),
            *self._utility_rules_everywhere("NSO 12 § 7", percent=50.0),
            rule(
                self.env._("Fees"),
                "excluded_charge",
                "NSO 12 § 8",
                charge_names="Late Fee\nReminder Fee\nReconnection Fee",
            ),
        ]

    def _utility_rules_south(self):
        rule = self._utility_rule

        senior = self.env.ref("utility_consumers.tag_senior", raise_if_not_found=False)
        hardship = self.env.ref(
            "utility_consumers.tag_hardship", raise_if_not_found=False
        )
        return [
            rule(
                self.env._("Minimum debt"),
                "minimum_debt",
                "Calida Rule 401(a)",
                amount=75.0,
            ),
            rule(
                self.env._("Days overdue"),
                "days_overdue",
                "Calida Rule 401(b)",
                days=21,
            ),
            rule(
                self.env._("Notice"),
                "notice_days",
                "Calida Rule 402",
                days=14,
                valid_days=30,
            ),
            rule(
                self.env._("Hours"),
                "hours",
                "Calida Rule 403",
                hour_from=7.0,
                hour_to=14.5,
            ),
            rule(self.env._("Workdays"), "weekdays", "Calida Rule 403", **WORKDAYS),
            rule(self.env._("Holidays"), "holidays", "Calida Rule 403"),
            rule(
                self.env._("Heat"),
                "temperature",
                "Calida Rule 404",
                temperature_side="above",
                temperature=38.0,
                days=1,
            ),
            *(
                [
                    rule(
                        self.env._("Seniors"),
                        "circumstance",
                        "Calida Rule 405(a)",
                        effect="extra_notice",
                        days=15,
                        tag_ids=[Command.set(senior.ids)],
                    )
                ]
                if senior
                else []
            ),
            *(
                [
                    rule(
                        self.env._("Summer relief"),
                        "circumstance",
                        "Calida Rule 405(b)",
                        tag_ids=[Command.set(hardship.ids)],
                        season_month_from="6",
                        season_day_from=15,
                        season_month_to="9",
                        season_day_to=15,
                    )
                ]
                if hardship
                else []
            ),
            *self._utility_rules_everywhere("Calida Rule 406"),
            rule(
                self.env._("Charges"),
                "excluded_charge",
                "Calida Rule 407",
                all_charges=True,
            ),
        ]

    def _utility_rules_everywhere(self, reference, percent=0.0):
        """What both protect: health, who has agreed to pay, and who disagrees."""
        rule = self._utility_rule

        tag = self.env.ref(
            "utility_consumers.tag_life_support", raise_if_not_found=False
        )
        return [
            rule(
                self.env._("Health"),
                "circumstance",
                reference,
                certificate=True,
                tag_ids=[Command.set(tag.ids)] if tag else [],
            ),
            rule(self.env._("Payment plan"), "plan", reference),
            rule(self.env._("Promise to pay"), "promise", reference, percent=percent),
            rule(self.env._("Dispute"), "dispute", reference),
        ]

    def _utility_rule(self, name, kind, reference, **values):
        return {"name": name, "kind": kind, "legal_reference": reference} | values
