"""ROL-01: what follows from something else is not written by a program either."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .doors_common import DoorsCommon


@tagged("post_install", "-at_install")
class TestWrittenByHand(DoorsCommon):
    def test_account_follows(self):
        """COL-04, CON-01: no user makes an account forget what was written off."""
        neighbour = self.make_account("Neighbour").partner_id
        self.account.sudo().has_write_off = True
        before = self.account.read(["commercial_partner_id", "search_text"])[0]
        for user in (self.clerk, self.manager):
            self.account.with_user(user).write(
                {
                    "has_write_off": False,
                    "commercial_partner_id": neighbour.id,
                    "search_text": "nobody",
                    "lock_version": 77,
                    "phone": "+1 555 010 0199",
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(self.account.has_write_off)
            self.assertEqual(
                self.account.commercial_partner_id.id,
                before["commercial_partner_id"][0],
            )
            self.assertIn("john doe", self.account.search_text)
            self.assertNotEqual(self.account.lock_version, 77)
            self.assertEqual(self.account.phone, "+1 555 010 0199")
        made = (
            self.env["utility.account"]
            .with_user(self.clerk)
            .create({"consumer_name": "New", "commercial_partner_id": neighbour.id})
        )
        self.assertEqual(made.commercial_partner_id, made.partner_id)

    def test_supply_follows_orders(self):
        """COL-07: who can't order a disconnection doesn't undo one either."""
        order = self.records["utility.disconnection.order"]
        self.account.with_user(self.clerk).write({"connection_state": "connected"})
        with self.assertRefused(AccessError):
            self.account.with_user(self.clerk).connection_state = "disconnected"
        # A draft is no promise to go there; what was ordered is.
        self.account.with_user(self.manager).connection_state = "disconnected"
        self.account.with_user(self.manager).connection_state = "connected"
        order.sudo().write({"state": "ordered"})
        with self.assertRefused(UserError, order.number):
            self.account.with_user(self.manager).connection_state = "disconnected"

    def test_certificate(self):
        """COL-07: a certificate names who saw it, and protects one premise alone."""
        paper = self.records["utility.medical.certificate"]
        other = self.make_account("Neighbour")
        mine = paper.with_user(self.recovery)
        mine.write({"user_id": self.manager.id, "note": "Original seen"})
        self.assertEqual(paper.user_id, self.clerk)
        mine.date_to = self.days(60)
        self.assertEqual(paper.user_id, self.recovery)
        with self.assertRefused(UserError, "stays with its account"):
            mine.utility_account_id = other
        with self.assertRefused(UserError, "stays with its account"):
            other.with_user(self.clerk).write({"certificate_ids": [(4, paper.id)]})
        forged = (
            self.env["utility.medical.certificate"]
            .with_user(self.clerk)
            .create(
                {
                    "utility_account_id": other.id,
                    "date_to": self.days(9),
                    "company_id": self.other_company.id,
                    "user_id": self.manager.id,
                }
            )
        )
        self.assertEqual(forged.company_id, self.company)
        self.assertEqual(forged.user_id, self.clerk)
