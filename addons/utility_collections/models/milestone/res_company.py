from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _utility_setup(self):
        """Extend the set-up of a company by the milestone rules that are shipped."""
        res = super()._utility_setup()
        Rule = self.env["utility.milestone.rule"].sudo()
        # Rules that a manager removed on purpose don't come back.
        known = Rule.with_context(active_test=False)._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        for company in self - self.browse(company.id for (company,) in known):
            Rule.with_company(company).create(
                [
                    values | {"company_id": company.id, "sequence": 10 * place}
                    for place, values in enumerate(
                        company._utility_milestone_rules(), start=1
                    )
                ]
            )
        return res

    def _utility_milestone_rules(self):
        """The milestone rules that every company starts with (COL-10).

        Made once, then the company's own: no update changes them.

        :return: values of `utility.milestone.rule` without `company_id`
        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            {
                "name": self.env._("Broken promises"),
                "milestone": "promise_broken",
                "by_activity": True,
                "by_inbox": False,
            },
            {"name": self.env._("Broken plans"), "milestone": "plan_broken"},
            {"name": self.env._("Debt cleared"), "milestone": "cleared"},
            {
                "name": self.env._("Stopped disconnections"),
                "milestone": "disconnection_stopped",
            },
            {"name": self.env._("Disconnections"), "milestone": "disconnected"},
            {
                "name": self.env._("Reconnections, to the consumer"),
                "milestone": "reconnected",
                "to_recovery": False,
                "to_consumer": True,
            },
        ]
