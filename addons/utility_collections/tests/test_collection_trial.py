from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import PlansCommon


@tagged("post_install", "-at_install")
class TestCollectionTrial(PlansCommon):
    """COL-12: processes tried on shares of accounts that chance draws."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Process = cls.env["utility.collection.process"]
        Process.search([("company_id", "=", cls.company.id)]).active = False
        cls.champion = cls.make_process(Process, "Letters")
        cls.challenger = cls.make_process(Process, "Calls", challenger=True)
        cls.Trial = cls.env["utility.collection.trial"].with_user(cls.manager)

    @classmethod
    def make_process(cls, Process, name, **values):
        return Process.create(
            {
                "name": name,
                "company_id": cls.company.id,
                "step_ids": [
                    Command.create(
                        {
                            "name": "First letter",
                            "days_overdue": 10,
                            "action": "letter",
                            "cost": 1.2,
                        }
                    )
                ],
            }
            | values
        )

    def make_trial(self, start=True, **values):
        trial = self.Trial.create(
            {
                "name": "Calls against letters",
                "company_id": self.company.id,
                "champion_id": self.champion.id,
                "arm_ids": [
                    Command.create({"process_id": self.challenger.id, "share": 30.0})
                ],
            }
            | values
        )
        if start:
            trial.action_start()
        return trial

    def assign(self, accounts):
        """The process that each account would be run by, were it to fall behind."""
        self.env.flush_all()
        rows = self.env.execute_query(
            self.env["utility.account"]._get_assignment_select(
                SQL("line.utility_account_id = ANY(%s)", accounts.ids)
            )
        )
        return dict(rows)

    def make_accounts(self, count):
        partner = self.env["res.partner"].create({"name": "Many"})
        return self.env["utility.account"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for _number in range(count)
            ]
        )

    def make_cases(self, process, results):
        """Cases as a trial of 100 days ago would have left them.

        :param list results: of each case, the days until it was cured, or None
        """
        accounts = self.make_accounts(len(results))
        opened = self.days(-100)
        cases = (
            self.env["utility.collection.case"]
            .sudo()
            .create(
                [
                    {
                        "utility_account_id": account.id,
                        "process_id": process.id,
                        "first_process_id": process.id,
                        "opened_on": opened,
                        "state": "open" if days is None else "closed",
                        "closed_on": days is not None and self.days(days - 100),
                        "close_reason": days is not None and "cleared",
                    }
                    for account, days in zip(accounts, results, strict=True)
                ]
            )
        )
        self.env["utility.collection.event"].sudo().create(
            [
                {
                    "utility_account_id": case.utility_account_id.id,
                    "case_id": case.id,
                    "kind": "step",
                    "res_model": "utility.collection.step",
                    "res_id": process.step_ids.id,
                }
                for case in cases
            ]
        )
        return cases

    def test_shares(self):
        """COL-12: chance draws shares of the accounts, and always the same ones."""
        accounts = self.make_accounts(600)
        self.assertEqual(set(self.assign(accounts).values()), {self.champion.id})
        trial = self.make_trial()
        drawn = self.assign(accounts)
        taken = list(drawn.values()).count(self.challenger.id)
        # 180 expected; five standard deviations either way.
        self.assertTrue(124 < taken < 236, taken)
        self.assertEqual(self.assign(accounts), drawn)
        trial.action_end()
        self.assertEqual(set(self.assign(accounts).values()), {self.champion.id})

    def test_challenger_waits(self):
        """COL-12: a challenger runs on no account unless a trial gives it some."""
        self.challenger.sequence = -1
        self.assertEqual(self.assign(self.account), {self.account.id: self.champion.id})

    def test_compared(self):
        """COL-12: cure rate, days, cost, with ranges, and whether it is proven."""
        trial = self.make_trial()
        trial.sudo().date_from = self.days(-100)
        self.make_cases(self.champion, [20] * 40 + [90] * 10 + [None] * 50)
        self.make_cases(self.challenger, [10] * 75 + [None] * 25)
        # Too young to be compared.
        young = self.make_cases(self.challenger, [None])
        young.opened_on = self.today
        champion, challenger = trial.arm_ids.sorted(lambda arm: not arm.is_champion)
        trial.arm_ids.invalidate_recordset()
        self.assertEqual(champion.cure_rate, 40.0)
        self.assertEqual(champion.cure_range, "30.9% to 49.8%")
        self.assertEqual(champion.days_to_cure, 20.0)
        self.assertEqual(champion.verdict, "champion")
        self.assertEqual((challenger.case_count, challenger.mature_count), (101, 100))
        self.assertEqual(challenger.cure_rate, 75.0)
        self.assertEqual(challenger.days_to_cure, 10.0)
        self.assertAlmostEqual(challenger.cost_per_case, 1.2, 2)
        self.assertEqual(challenger.verdict, "better")
        self.assertEqual(challenger.verdict_range, "+35.0 points (+21.5 to +46.7)")
        trial.horizon_days = 95
        trial.arm_ids.invalidate_recordset()
        self.assertEqual(champion.cure_rate, 50.0)

    def test_few_cases(self):
        """COL-12: of a handful of cases nothing is said."""
        trial = self.make_trial()
        trial.sudo().date_from = self.days(-100)
        self.make_cases(self.champion, [20] * 40)
        self.make_cases(self.challenger, [10] * 3)
        arm = trial.arm_ids.filtered(lambda arm: not arm.is_champion)
        arm.invalidate_recordset()
        self.assertEqual(arm.verdict, "few")
        self.assertEqual(arm.days_range, "too few cases")

    def test_by_form(self):
        """COL-12: a trial is set up by a form; the champion keeps the rest."""
        form = Form(self.Trial)
        form.name = "Calls"
        form.champion_id = self.champion
        with form.arm_ids.new() as arm:
            arm.process_id = self.challenger
            arm.share = 12.5
        self.assertEqual(form.champion_share, 87.5)
        trial = form.save()
        trial.action_start()
        self.assertEqual(trial.state, "running")
        self.assertEqual(len(trial.arm_ids), 2)

    def test_refusals(self):
        """COL-12: one sentence for each set-up that can't be compared."""
        with self.assertRefused(ValidationError, "take all accounts"):
            other = self.challenger.copy()
            self.make_trial(
                start=False,
                arm_ids=[
                    Command.create({"process_id": self.challenger.id, "share": 60.0}),
                    Command.create({"process_id": other.id, "share": 40.0}),
                ],
            )
        with self.assertRefused(UserError, "needs a share"):
            self.make_trial(
                start=False,
                arm_ids=[Command.create({"process_id": self.challenger.id})],
            )
        with self.assertRefused(UserError, "has no challenger"):
            self.make_trial(arm_ids=[])
        trial = self.make_trial()
        with self.assertRefused(UserError, "has begun"):
            trial.arm_ids.filtered("share").share = 50.0
        with self.assertRefused(UserError, "has begun"):
            trial.unlink()
        with self.assertRefused(AccessError):
            self.Trial.with_user(self.recovery).create(
                {"name": "Mine", "champion_id": self.champion.id}
            )
        with self.assertRefused(UserError, "by its buttons"):
            trial.state = "draft"
        with self.assertRefused(UserError, "by its buttons"):
            self.make_trial(start=False, state="running")
        with self.assertRefused(ValidationError, "is on trial"):
            self.challenger.challenger = False
        with self.assertRefused(ValidationError, "is on trial"):
            self.champion.challenger = True
        trial.action_end()
        self.challenger.challenger = False
        with self.assertRefused(UserError, "isn't a challenger"):
            self.make_trial(champion_id=self.champion.copy().id)

    def test_other_company(self):
        """ROL-04, COL-12: processes of another company aren't tried."""
        theirs = self.make_process(
            self.env["utility.collection.process"],
            "Theirs",
            challenger=True,
            company_id=self.env["res.company"].create({"name": "Other"}).id,
        )
        with self.assertRefused(UserError, "compan"):
            self.make_trial(
                start=False,
                arm_ids=[Command.create({"process_id": theirs.id, "share": 10.0})],
            )

    def test_again(self):
        """COL-12: a trial that ended is tried again as a copy."""
        trial = self.make_trial()
        trial.action_end()
        again = trial.copy()
        self.assertEqual(again.arm_ids.mapped("share"), [30.0])
        again.action_start()
        self.assertEqual(again.state, "running")
        self.assertNotEqual(again.sudo().seed, trial.sudo().seed)

    def test_archived_challenger(self):
        """COL-12: a challenger that is archived is given no accounts."""
        accounts = self.make_accounts(50)
        self.make_trial()
        self.assertIn(self.challenger.id, self.assign(accounts).values())
        self.challenger.active = False
        self.assertEqual(set(self.assign(accounts).values()), {self.champion.id})

    def test_moved_cases(self):
        """COL-12: a case that somebody moved counts where chance had put it."""
        trial = self.make_trial()
        trial.sudo().date_from = self.days(-100)
        cases = self.make_cases(self.challenger, [None] * 4)
        self.make_cases(self.champion, [20] * 4)
        arm = trial.arm_ids.filtered(lambda arm: not arm.is_champion)
        arm.invalidate_recordset()
        self.assertEqual(arm.case_count, 4)
        cases[0].with_user(self.recovery).action_move(self.champion.id)
        trial.arm_ids.invalidate_recordset()
        self.assertEqual(arm.case_count, 4)
