import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PaymentsCommon

MONTH = ("2026-11-01", "2026-11-30")


@tagged("post_install", "-at_install")
class TestLanding(PaymentsCommon):
    """What the head of the landing page reads and keeps (LST-01, KPI-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Tile = cls.env["utility.tile"].sudo()

    def as_user(self, user):
        return (
            self.Tile.sudo(False)
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
        )

    def choices(self, user, **changes):
        """The user's choices, with changes by figure, as the dialog sends them."""
        return [
            {
                "id": row["id"],
                "shown": row["shown"],
                "target": row["target"],
                **changes.get(row["figure"], {}),
            }
            for row in self.as_user(user).read_choices()
        ]

    def figures(self, user):
        landing = self.as_user(user).read_landing(*MONTH)
        return [tile["figure"] for tile in landing["tiles"]]

    # --- who may ---

    def test_office_staff_reads(self):
        """LST-01, ROL-01: every role of the office, the four source tiles first."""
        for user in (self.clerk, self.recovery, self.manager):
            with self.subTest(user=user.login):
                self.assertEqual(
                    self.figures(user)[:4],
                    [
                        "total_collected",
                        "received_today",
                        "collection_rate",
                        "average_collection_time",
                    ],
                )

    def test_others_are_refused(self):
        """ROL-01: collectors, the portal and strangers see no figure of all."""
        portal = new_test_user(
            self.env, login="landing_portal", groups="base.group_portal"
        )
        stranger = new_test_user(
            self.env, login="landing_user", groups="base.group_user"
        )
        for user in (self.collector, portal, stranger):
            Tile = self.Tile.sudo(False).with_user(user)
            for call in (
                lambda Tile=Tile: Tile.read_landing(*MONTH),
                lambda Tile=Tile: Tile.read_choices(),
                lambda Tile=Tile: Tile.save_choices([]),
                lambda Tile=Tile: Tile.reset_choices(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_tiles_are_configuration(self):
        """ROL-01: nobody of the staff changes what a tile says."""
        tile = self.env.ref("utility_payments.utility_tile_total_collected")
        for user in (self.clerk, self.recovery):
            with self.assertRaises(AccessError):
                tile.with_user(user).write({"name": "Mine"})

    def test_tile_of_a_role(self):
        """KPI-05: a tile for managers is shown to nobody else."""
        tile = self.env.ref("utility_payments.utility_tile_unverified").sudo()
        tile.group_ids = self.env.ref("utility_consumers.group_billing_manager")
        self.assertIn("unverified", self.figures(self.manager))
        self.assertNotIn("unverified", self.figures(self.clerk))
        with self.assertRefused(text="isn't there any more"):
            self.as_user(self.clerk).save_choices([{"id": tile.id, "shown": True}])

    # --- choices ---

    def test_choose_order_and_target(self):
        """KPI-05: shown, order and target are kept, for this user only."""
        rows = self.choices(
            self.clerk,
            refunds={"shown": False},
            collection_rate={"target": 94.5},
            failed_share={"shown": True},
        )
        rows.insert(0, rows.pop(2))
        before = self.as_user(self.manager).read_choices()
        self.as_user(self.clerk).save_choices(rows)
        tiles = self.as_user(self.clerk).read_landing(*MONTH)["tiles"]
        self.assertEqual(tiles[0]["figure"], "collection_rate")
        self.assertEqual(tiles[0]["target"], 94.5)
        shown = [tile["figure"] for tile in tiles]
        self.assertNotIn("refunds", shown)
        self.assertIn("failed_share", shown)
        self.assertEqual(self.as_user(self.manager).read_choices(), before)

    def test_save_again(self):
        """KPI-05: the second choice replaces the first."""
        self.as_user(self.clerk).save_choices(self.choices(self.clerk))
        rows = self.choices(self.clerk, overdue={"shown": False})
        self.as_user(self.clerk).save_choices(rows[::-1])
        expected = [row["id"] for row in rows[::-1]]
        found = [row["id"] for row in self.as_user(self.clerk).read_choices()]
        self.assertEqual(found, expected)
        self.assertNotIn("overdue", self.figures(self.clerk))

    def test_reset(self):
        """KPI-05: the tiles as shipped again; another user's stay as chosen."""
        shipped = self.figures(self.clerk)
        for user in (self.clerk, self.manager):
            rows = self.choices(user, total_collected={"shown": False})
            self.as_user(user).save_choices(rows)
        self.as_user(self.clerk).reset_choices()
        self.assertEqual(self.figures(self.clerk), shipped)
        self.assertNotIn("total_collected", self.figures(self.manager))

    def test_own_choices_only(self):
        """KPI-05: nobody reads or changes another user's choice by RPC."""
        self.as_user(self.manager).save_choices(self.choices(self.manager))
        Choice = self.env["utility.tile.choice"]
        theirs = Choice.sudo().search([("user_id", "=", self.manager.id)], limit=1)
        self.assertTrue(theirs)
        new = self.Tile.create({"name": "N", "figure": "n", "definition": "N."})
        mine = Choice.with_user(self.clerk)
        self.assertFalse(mine.search([("user_id", "=", self.manager.id)]))
        for call in (
            lambda: mine.browse(theirs.id).read(["shown"]),
            lambda: mine.browse(theirs.id).write({"shown": False}),
            lambda: mine.browse(theirs.id).unlink(),
            lambda: mine.create({"user_id": self.manager.id, "tile_id": new.id}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_new_tile_stands_last(self):
        """KPI-05: what an add-on brings stands behind what the user ordered."""
        self.as_user(self.clerk).save_choices(self.choices(self.clerk))
        self.Tile.create(
            {
                "name": "First by Itself",
                "figure": "brand_new",
                "definition": "New.",
                "sequence": 1,
            }
        )
        self.assertEqual(self.figures(self.clerk)[-1], "brand_new")

    def test_wrong_choices(self):
        """KPI-05: a target that is none and a tile that is gone, each in words."""
        tile = self.env.ref("utility_payments.utility_tile_overdue")
        for target in ("many", -1, 1e15, float("nan"), [1]):
            with (
                self.subTest(target=target),
                self.assertRefused(text="can't be a target"),
            ):
                self.as_user(self.clerk).save_choices(
                    [{"id": tile.id, "shown": True, "target": target}]
                )
        for tile_id in (2**31 - 1, False, "x"):
            with self.subTest(tile=tile_id), self.assertRefused(text="any more"):
                self.as_user(self.clerk).save_choices([{"id": tile_id}])
        self.assertFalse(
            self.env["utility.tile.choice"]
            .sudo()
            .search([("user_id", "=", self.clerk.id)])
        )

    # --- figures ---

    def test_add_on_gone(self):
        """KPI-05: a tile whose add-on was removed says so; the others stand."""
        self.Tile.create(
            {"name": "Bank", "figure": "bank_exceptions", "definition": "Gone."}
        )
        self.make_bill()
        self.record_one()
        landing = self.as_user(self.clerk).read_landing("2000-01-01", "2099-12-31")
        tiles = {tile["figure"]: tile for tile in landing["tiles"]}
        self.assertFalse(tiles["bank_exceptions"]["available"])
        self.assertIs(tiles["bank_exceptions"]["value"], False)
        self.assertTrue(tiles["total_collected"]["available"])
        self.assertEqual(tiles["total_collected"]["value"], 145.50)

    def test_compared_days(self):
        """KPI-02, KPI-05: what is compared, and received today with a week ago."""
        Tile = self.as_user(self.clerk)
        landing = Tile.read_landing(*MONTH, {"compare": "previous"})
        self.assertEqual(landing["compared_from"], "2026-10-01")
        self.assertEqual(landing["compared_to"], "2026-10-31")
        tiles = {tile["figure"]: tile for tile in landing["tiles"]}
        today = self.env["utility.figure"]._resolve_scope(*MONTH, {}).today
        for figure, first in (
            ("total_collected", "2026-10-01"),
            ("received_today", str(today.fromordinal(today.toordinal() - 7))),
        ):
            self.assertEqual(tiles[figure]["compared_from"], first)

    def test_nothing_recorded(self):
        """LST-01: nothing was ever recorded, until something is."""
        Tile = self.as_user(self.clerk)
        self.assertTrue(Tile.read_landing(*MONTH)["empty"])
        self.make_bill()
        self.record_one()
        self.assertFalse(Tile.read_landing(*MONTH)["empty"])

    def test_from_after_to(self):
        """KPI-05: also when the page would send it: words, no traceback."""
        with self.assertRefused(text="choose a first day"):
            self.as_user(self.clerk).read_landing("2026-11-30", "2026-11-01")

    def test_tiles_open_what_they_count(self):
        """KPI-05: every tile's records are counted by the user who opens them."""
        self.make_bill()
        self.record_one()
        landing = self.as_user(self.clerk).read_landing("2000-01-01", "2099-12-31")
        Figure = self.env["utility.figure"].with_user(self.clerk)
        for tile in landing["tiles"]:
            with self.subTest(figure=tile["figure"]):
                action = Figure.open_records(
                    tile["model"], tile["domain"], tile["name"]
                )
                found = self.env[action["res_model"]].with_user(self.clerk)
                self.assertEqual(found.search_count(action["domain"]), tile["count"])
                self.assertEqual(action["name"], tile["name"])

    # --- memory ---

    def test_memory_of_the_page(self):
        """LST-01: how a user left the page is kept in the user's own settings."""
        Settings = self.env["res.users.settings"]
        mine = Settings._find_or_create_for_user(self.clerk).with_user(self.clerk)
        mine.set_res_users_settings(
            {
                "utility_landing_period": "custom",
                "utility_landing_from": "2026-11-01",
                "utility_landing_to": "2026-11-12",
                "utility_landing_scope": {"company_ids": [], "channel_ids": [1]},
                "utility_landing_charts_open": True,
            }
        )
        kept = mine._res_users_settings_format()
        self.assertEqual(kept["utility_landing_period"], "custom")
        # As it stands in the session of the page
        json.dumps(kept)
        self.assertEqual(kept["utility_landing_to"], "2026-11-12")
        self.assertEqual(kept["utility_landing_scope"]["channel_ids"], [1])
        self.assertEqual(kept["utility_landing_compare"], "previous_to_date")
        with self.assertRaises(AccessError):
            mine.with_user(self.manager).set_res_users_settings(
                {"utility_landing_period": "year"}
            )

    def test_other_company_is_refused(self):
        """ROL-04: figures of a company that isn't one's own are refused."""
        other = self.env["res.company"].create({"name": "Other Utility"})
        with self.assertRaises(AccessError):
            self.as_user(self.clerk).read_landing(*MONTH, {"company_ids": other.ids})
        self.clerk.company_ids = [Command.link(other.id)]
        with self.assertRaises(UserError):
            self.as_user(self.clerk).read_landing(*MONTH, {"channel_ids": [2**31 - 1]})
