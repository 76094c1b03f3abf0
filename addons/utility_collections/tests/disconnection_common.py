from datetime import date, datetime

from .common import PlansCommon


class DisconnectionCommon(PlansCommon):
    """A jurisdiction whose rules a test makes, and decisions on accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["utility.disconnection.rule"].with_user(cls.manager)
        cls.Decision = cls.env["utility.disconnection.decision"]
        cls.jurisdiction = (
            cls.env["utility.jurisdiction"]
            .with_user(cls.manager)
            .create({"name": "Testland", "company_id": cls.company.id})
        )
        # One rule that nothing is ever against: there is a law
        cls.make_rule("minimum_debt", name="Minimum", amount=0.01)

    @classmethod
    def make_rule(cls, kind, **values):
        return cls.Rule.create(
            {
                "name": kind,
                "jurisdiction_id": cls.jurisdiction.id,
                "kind": kind,
                "date_from": date(2020, 1, 1),
            }
            | values
        )

    @classmethod
    def decide(cls, accounts, moment="execution", at=None, orders=None):
        if isinstance(at, str):
            at = datetime.fromisoformat(at)
        return (
            accounts.with_env(cls.env)
            .sudo()
            ._decide_disconnection(moment, orders=orders, at=at)
        )

    def assertProtected(self, account, *codes, **kwargs):
        decision = self.decide(account, **kwargs)
        self.assertFalse(decision.eligible)
        self.assertEqual(
            [reason["code"] for reason in decision.reasons],
            list(codes),
            decision.reason,
        )
        return decision

    def assertEligible(self, account, **kwargs):
        decision = self.decide(account, **kwargs)
        self.assertTrue(decision.eligible, decision.reason)
        self.assertFalse(decision.reason)
        return decision
