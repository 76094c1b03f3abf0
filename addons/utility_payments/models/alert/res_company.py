from odoo import Command, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _utility_setup(self):
        """Extend the set-up of a company by the alert rules that are shipped."""
        res = super()._utility_setup()
        Rule = self.env["utility.alert.rule"].sudo().with_context(active_test=False)
        known = {
            company.id: set(codes)
            for company, codes in Rule._read_group(
                [("company_id", "in", self.ids), ("code", "!=", False)],
                ["company_id"],
                ["code:array_agg"],
            )
        }
        for company in self:
            missing = [
                values | {"company_id": company.id}
                for values in company._utility_alert_rules()
                if values["code"] not in known.get(company.id, ())
            ]
            Rule.with_company(company).create(missing)
        return res

    def _utility_alert_rules(self):
        """The alert rules that every company starts with.

        Made once, then the company's own: no update changes them. To extend by add-ons
        that bring figures or detectors.

        :return: values of `utility.alert.rule` without `company_id`, each with a `code`
        :rtype: list[dict]
        """
        self.ensure_one()
        told = {
            "group_ids": [
                Command.set(self.env.ref("utility_consumers.group_billing_manager").ids)
            ],
            "by_activity": True,
        }
        thresholds = [
            {
                "code": "collection_rate",
                "name": self.env._("Collection rate is low"),
                "figure": "collection_rate",
                "comparison": "below",
                "threshold": 90,
                "period": "last_month",
                "minimum_count": 20,
                "severity": "critical",
            },
            {
                "code": "failed_share",
                "name": self.env._("Many payments fail"),
                "figure": "failed_share",
                "comparison": "above",
                "threshold": 10,
                "period": "last_7",
                "minimum_count": 5,
            },
            {
                "code": "returned_share",
                "name": self.env._("Many payments come back"),
                "figure": "returned_share",
                "comparison": "above",
                "threshold": 3,
                "period": "last_30",
                "minimum_count": 5,
            },
            {
                "code": "unverified",
                "name": self.env._("Online payments wait to be verified"),
                "figure": "unverified",
                "comparison": "above",
                "threshold": 50,
            },
            {
                "code": "adjustments_to_approve",
                "name": self.env._("Adjustments wait for approval"),
                "figure": "adjustments_to_approve",
                "comparison": "above",
                "threshold": 5,
                "severity": "info",
            },
        ]
        anomalies = []
        for key, detector in self.env["utility.anomaly"]._detectors().items():
            anomalies.append(
                {
                    "code": key,
                    "name": detector.name,
                    "kind": "anomaly",
                    "detector": key,
                    "threshold": detector.threshold,
                    "minimum_count": detector.minimum,
                    "window_days": detector.window_days,
                    "minimum_amount": 100.0 if detector.amount_label else 0.0,
                    "measure": "count",
                }
            )
        return [
            values | told | {"sequence": 10 * place}
            for place, values in enumerate([*thresholds, *anomalies], start=1)
        ]
