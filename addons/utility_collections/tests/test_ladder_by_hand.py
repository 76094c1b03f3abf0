from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .ladder_common import LadderCommon


@tagged("post_install", "-at_install")
class TestLadderByHand(LadderCommon):
    """What Recovery Executives do with cases by hand (COL-04)."""

    def mine(self, user=None):
        return self.case_of().with_user(user or self.recovery)

    def last(self):
        event = self.env["utility.collection.event"].sudo()
        event = event.search([("utility_account_id", "=", self.account.id)], order="id")
        return event[-1:].kind, event[-1:].note, event[-1:].user_id

    def change(self, case, name, **values):
        """Fill in the dialog that a button opens, and apply it."""
        action = getattr(case, name)()
        Change = self.env[action["res_model"]].with_user(self.recovery)
        with Form(Change.with_context(**action["context"])) as form:
            for field, value in values.items():
                form[field] = value
        return form.record.action_apply()

    # -------------------------------------------------------------------------
    # OPEN
    # -------------------------------------------------------------------------

    def test_open(self):
        """COL-04: opened before the first step is due; the run doesn't close it."""
        with self.on(self.due + 2):
            action = self.account.with_user(self.recovery).action_open_case()
        case = self.case_of()
        self.assertEqual(action["res_id"], case.id)
        self.assertEqual((case.state, case.minimum_due), ("open", 202.5))
        self.assertEqual(case.next_step_on, self.days(self.due + 5))
        self.assertEqual(self.last(), ("opened", False, self.recovery))
        self.run_day(3)
        self.assertEqual((case.state, case.step_id.id), ("open", False))
        self.run_day(5)
        self.assertEqual(case.step_id, self.steps[0])
        self.pay(202.5, 6)
        self.assertEqual(case.close_reason, "cleared")

    def test_open_refused(self):
        """COL-04: nothing overdue, in collections already, no process."""
        account = self.account.with_user(self.recovery)
        with self.on(self.due), self.assertRefused(UserError, "Nothing that may be"):
            account.action_open_case()
        with self.on(self.due + 2):
            self.process.active = False
            with self.assertRefused(UserError, "No process of collections"):
                account.action_open_case()
            self.process.active = True
            account.action_open_case()
            with self.assertRefused(UserError, "in collections already"):
                account.action_open_case()

    # -------------------------------------------------------------------------
    # PAUSE, RESUME
    # -------------------------------------------------------------------------

    def test_pause(self):
        """COL-04: paused until a day; on it the run goes on."""
        self.run_day(5)
        case = self.mine()
        with self.on(self.due + 6):
            self.change(
                case,
                "action_open_pause",
                until=self.days(self.due + 15),
                reason="In hospital",
            )
        self.assertEqual((case.state, case.pause_kind), ("paused", "manual"))
        self.assertEqual(self.last()[0], "paused")
        self.assertIn("In hospital", self.last()[1])
        self.run_day(14)
        self.assertEqual((case.state, case.step_id), ("paused", self.steps[0]))
        self.run_day(15)
        self.assertEqual((case.state, case.step_id), ("open", self.steps[1]))
        self.assertEqual(self.told()[-2:], ["resumed", "step"])

    def test_resume(self):
        """COL-04: resumed by hand before the day."""
        self.run_day(5)
        case = self.mine()
        with self.on(self.due + 6):
            case.action_pause(str(self.days(self.due + 60)), "In hospital")
        self.run_day(12)
        with self.on(self.due + 12):
            case.action_resume()
        self.assertEqual((case.state, case.paused_until), ("open", False))
        self.run_day(13)
        self.assertEqual(case.step_id, self.steps[1])

    def test_paid_while_paused(self):
        """COL-04: the payment closes a paused case as well."""
        self.run_day(5)
        with self.on(self.due + 6):
            self.mine().action_pause(self.days(self.due + 60), "In hospital")
        self.pay(202.5, 7)
        self.assertEqual(self.case_of().close_reason, "cleared")

    def test_pause_refused(self):
        """COL-04: a day to come and a reason, on a case that isn't closed."""
        self.run_day(5)
        case = self.mine()
        with self.on(self.due + 6):
            for until, reason, text in (
                (self.days(self.due + 6), "Ill", "a day to come"),
                ("soon", "Ill", "Give a day"),
                (None, "Ill", "Give a day"),
                (self.days(self.due + 9), "  ", "Give the reason"),
                (self.days(self.due + 9), 7, "Give the reason"),
            ):
                with self.subTest(until=until), self.assertRefused(UserError, text):
                    case.action_pause(until, reason)
            with self.assertRefused(UserError, "isn't paused"):
                case.action_resume()
            with self.assertRefused(UserError, "exists"):
                case.browse(10**8).action_resume()
        self.pay(202.5, 7)
        with self.assertRefused(UserError, "is closed"):
            case.action_pause(self.days(self.due + 9), "Ill")

    # -------------------------------------------------------------------------
    # CLOSE, MOVE
    # -------------------------------------------------------------------------

    def test_close(self):
        """COL-04: closed by hand, and not opened again before the day."""
        self.run_day(5)
        case = self.mine()
        with self.on(self.due + 6):
            self.change(
                case,
                "action_open_close",
                reason="Bill of the neighbour",
                not_before=self.days(self.due + 20),
            )
        self.assertEqual((case.state, case.close_reason), ("closed", "manual"))
        self.assertEqual(self.last()[1], "By hand: Bill of the neighbour")
        self.run_day(19)
        self.assertEqual(self.case_of(), case.with_user(self.env.user).sudo())
        self.run_day(20)
        self.assertEqual(self.case_of().opened_on, self.days(self.due + 20))

    def test_move(self):
        """COL-04: another process begins with its first step."""
        self.run_day(5)
        slow = self.make_process((30, "letter"), (60, "letter"), name="Slow")
        case = self.mine()
        with self.on(self.due + 6):
            self.change(case, "action_open_move", process_id=slow)
        self.assertEqual((case.state, case.process_id), ("open", slow))
        self.assertFalse(case.step_id)
        self.assertEqual(self.last()[:2], ("moved", "Slow"))
        self.run_day(29)
        self.assertFalse(case.step_id)
        self.run_day(30)
        self.assertEqual(case.step_id, slow.step_ids[0])
        states = [rung["state"] for rung in case.ladder]
        self.assertEqual(states, ["done", "next"])

    def test_move_refused(self):
        """COL-04: to an active process of the same company, other than its own."""
        self.run_day(5)
        case = self.mine()
        old = self.make_process((30, "letter"), name="Old")
        old.active = False
        with self.on(self.due + 6):
            for process_id, text in (
                (self.process.id, "already"),
                (old.id, "can't run"),
                (10**8, "Choose a process"),
                ("1", "Choose a process"),
                (True, "Choose a process"),
                (False, "Choose a process"),
            ):
                with (
                    self.subTest(process_id=process_id),
                    self.assertRefused(UserError, text),
                ):
                    case.action_move(process_id)

    # -------------------------------------------------------------------------
    # WHO
    # -------------------------------------------------------------------------

    def test_roles(self):
        """ROL-01: Recovery Executives change collections, the counter reads them."""
        self.run_day(5)
        for user in (self.clerk, self.collector):
            self.account.sudo().collector_id = self.collector
            case = self.mine(user)
            self.assertEqual(case.read(["state"])[0]["state"], "open")
            for call in (
                lambda case=case: case.action_pause(self.days(90), "Ill"),
                lambda case=case: case.action_resume(),
                lambda case=case: case.action_close("Ill"),
                lambda case=case: case.action_move(self.process.id),
                lambda case=case: self.account.with_user(
                    case.env.user
                ).action_open_case(),
            ):
                with self.assertRefused(AccessError, "Recovery Executives"):
                    call()
            with self.assertRefused(AccessError):
                case.user_id = user
        case = self.mine()
        case.user_id = self.recovery
        for name, value in (
            ("state", "closed"),
            ("amount", 1.0),
            ("step_id", self.steps[3].id),
            ("process_id", self.process.id),
        ):
            with self.subTest(name=name), self.assertRefused(UserError, "buttons"):
                case.write({name: value})
        with self.assertRefused(AccessError):
            case.unlink()
        with self.assertRefused(AccessError):
            case.create({"utility_account_id": self.account.id})
        self.account.with_user(self.clerk).write({"overdue_since": self.today})
        self.assertEqual(
            self.account.overdue_since,
            self.bill.invoice_date_due + timedelta(days=5),
        )
