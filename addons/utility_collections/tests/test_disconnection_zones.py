from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .disconnection_common import DisconnectionCommon


@tagged("post_install", "-at_install")
class TestDisconnectionZones(DisconnectionCommon):
    """The clocks of a jurisdiction that isn't where its company is (COL-07).

    The company is in Madrid, the jurisdiction on the Canary Islands, an hour behind.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Madrid"
        cls.company.utility_jurisdiction_id = cls.jurisdiction
        cls.jurisdiction.tz = "Atlantic/Canary"
        cls.make_bill(100.0)

    def at(self, text, zone="Atlantic/Canary"):
        """UTC, of a local time."""
        local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def test_hours(self):
        """COL-07: hours are those on the clocks of the consumer."""
        self.make_rule("hours", hour_from=8.0, hour_to=16.0)
        self.assertProtected(self.account, "hours", at=self.at("2026-03-02T07:59"))
        self.assertEligible(self.account, at=self.at("2026-03-02T08:00"))
        self.assertEligible(self.account, at=self.at("2026-03-02T15:59"))
        self.assertProtected(self.account, "hours", at=self.at("2026-03-02T16:00"))

    def test_clock_change(self):
        """COL-07: also on the days on which clocks are put forward and back."""
        self.make_rule("hours", hour_from=8.0, hour_to=16.0)
        for day in ("2026-03-29", "2026-10-25"):
            self.assertProtected(self.account, "hours", at=self.at(f"{day}T07:59"))
            self.assertEligible(self.account, at=self.at(f"{day}T08:00"))
            self.assertProtected(self.account, "hours", at=self.at(f"{day}T16:00"))

    def test_day(self):
        """COL-07: weekday, holiday and rules in force by the consumer's day."""
        self.make_rule(
            "weekdays",
            **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), False),
            saturday=True,
        )
        # Sunday 0:30 in Madrid, Saturday 23:30 on the islands
        late = self.at("2026-03-07T23:30")
        decision = self.assertEligible(self.account, at=late)
        self.assertEqual(decision.day, date(2026, 3, 7))
        self.assertProtected(self.account, "weekday", at=self.at("2026-03-08T00:30"))
        self.assertTrue(decision.with_user(self.manager).replay()["same"])

    def test_holiday(self):
        """COL-07: the holiday lasts until midnight of the consumer."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Islands",
                "tz": "Atlantic/Canary",
                "company_id": self.company.id,
                "global_leave_ids": [
                    Command.create(
                        {
                            "name": "Day of the islands",
                            "date_from": self.at("2026-03-07T00:00"),
                            "date_to": self.at("2026-03-07T23:59"),
                        }
                    )
                ],
            }
        )
        self.jurisdiction.calendar_id = calendar
        self.make_rule("holidays", days=0)
        self.assertEligible(self.account, at=self.at("2026-03-06T23:30"))
        self.assertProtected(self.account, "holiday", at=self.at("2026-03-07T00:30"))
        self.assertProtected(self.account, "holiday", at=self.at("2026-03-07T23:30"))
        self.assertEligible(self.account, at=self.at("2026-03-08T00:30"))

    def test_areas(self):
        """COL-07: each account by the clocks of its own area, in one look."""
        other = self.jurisdiction.copy({"name": "Mainland", "tz": False})
        for jurisdiction in (self.jurisdiction, other):
            self.make_rule(
                "hours",
                jurisdiction_id=jurisdiction.id,
                hour_from=8.0,
                hour_to=16.0,
            )
        mainland = self.make_account("Mainland")
        mainland.area_id = self.env["utility.area"].create(
            {
                "name": "Mainland",
                "company_id": self.company.id,
                "jurisdiction_id": other.id,
            }
        )
        self.make_bill(100.0, account=mainland)
        both = self.decide(self.account | mainland, at=self.at("2026-03-02T07:30"))
        self.assertEqual(both.mapped("eligible"), [False, True])
        both = self.decide(self.account | mainland, at=self.at("2026-03-02T15:30"))
        self.assertEqual(both.mapped("eligible"), [True, False])

    def test_two_promises(self):
        """COL-06, COL-07: a share of the debt may be promised in parts."""
        self.make_rule("promise", percent=50.0)
        promises = self.env["utility.payment.promise"].with_user(self.clerk)
        for amount, codes in ((30.0, ()), (20.0, ("promise",))):
            promises.create(
                {
                    "utility_account_id": self.account.id,
                    "amount": amount,
                    "date": self.days(5),
                }
            )
            if codes:
                self.assertProtected(self.account, *codes)
            else:
                self.assertEligible(self.account)

    def test_as_far_as_is_read(self):
        """COL-07: no rule looks further ahead than holidays and forecasts are read."""
        for kind in ("holidays", "temperature"):
            with self.assertRaises(ValidationError):
                self.make_rule(kind, days=32)
            self.make_rule(kind, days=31)

    def test_question_of_another_age(self):
        """COL-07: a moment that no clock can tell is refused with a sentence."""
        for year in ("0001-01-01", "9999-12-31"):
            question = (
                self.env["utility.disconnection.question"]
                .with_user(self.clerk)
                .create(
                    {
                        "utility_account_id": self.account.id,
                        "at": f"{year} 23:00:00",
                    }
                )
            )
            with self.assertRaises(UserError):
                question.action_ask()
