"""T23, T24: who may do what with credit notes, as a table, and by every way in."""

from contextlib import suppress

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.utility_payments.tests.rights_common import ROLES, RightsCommon

from .common import CreditNotesCommon

# c(reate) r(ead) w(rite) d(elete) of each role, in the order above. Writing a note is
# writing a draft; a collector reads notes of assigned consumers.
_MATRIX = {
    "utility.credit.reason": ("r", "r", "crw", "crw", "r", "", ""),
    "utility.credit.note": ("crw", "crw", "crw", "crw", "r", "", ""),
    "utility.credit.application": ("r", "r", "r", "r", "r", "", ""),
    "utility.credit.note.report": ("r", "r", "r", "r", "", "", ""),
    "utility.credit.note.create": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.credit.note.apply": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.credit.note.apply.line": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.credit.note.extend": ("", "", "crwd", "crwd", "", "", ""),
}
_STAFF = {"clerk", "recovery", "manager", "admin"}
_MANAGERS = {"manager", "admin"}
# Public methods that change something: which roles may call them.
_METHODS = {
    "action_confirm": _STAFF,
    "action_cancel": _STAFF,
    "apply_to": _STAFF,
    "action_request_refund": _STAFF,
    "action_approve": _MANAGERS,
    "action_refuse": _MANAGERS,
    "action_open_refusal": _MANAGERS,
    "action_expire": _MANAGERS,
    "action_extend": _MANAGERS,
    "action_undo": _MANAGERS,
}


@tagged("post_install", "-at_install")
class TestAccessRights(RightsCommon, CreditNotesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_bill(1000)
        outcome = cls.Payment.record_collections([cls.request(1100)])[0]
        cls.payment = cls.env["account.payment"].browse(outcome["payment_id"])
        cls.active = cls.payment.credit_note_ids
        cls.bill = cls.make_bill(30, number="INV-RIGHTS")
        cls.active.with_user(cls.clerk).apply_to(cls.bill.ids, 10)
        cls.use = cls.active.application_ids
        Note = cls.env["utility.credit.note"].with_user(cls.clerk)
        vals = {
            "payment_id": cls.payment.id,
            "reason_id": cls.reasons["duplicate_payment"].id,
        }
        cls.draft = Note.create({**vals, "amount": 20}).with_user(cls.env.user)
        waiting = Note.create({**vals, "amount": 90})
        waiting.action_confirm()
        cls.waiting = waiting.with_user(cls.env.user)

    # -------------------------------------------------------------------------
    # MATRIX
    # -------------------------------------------------------------------------

    def test_all_models_are_in_the_matrix(self):
        """T23: a model that somebody adds needs its line in the table."""
        self.assertEqual(self.find_models("utility_credit_notes"), set(_MATRIX))

    def test_matrix(self):
        """T23, ROL-01: each role has the rights of the table, no other."""
        self.assertRights(_MATRIX)

    def test_matrix_by_the_orm(self):
        """T23: what the table allows works, and what it doesn't is refused."""
        reason = self.reasons["other"]
        note_vals = {
            "payment_id": self.payment.id,
            "amount": 1,
            "reason_id": self.reasons["duplicate_payment"].id,
        }

        def own_draft(role):
            # A draft is its author's.
            if role in _STAFF:
                return self.make_note(self.payment, 1, user=self.users[role])
            return self.draft

        samples = {
            # record, values of a new one, a change
            "utility.credit.reason": (
                reason,
                {"name": "New", "code": "new", "treatment": "return_money"},
                {"name": "Changed"},
            ),
            "utility.credit.note": (own_draft, note_vals, {"remarks": "Changed"}),
            "utility.credit.application": (
                self.use,
                {
                    "note_id": self.active.id,
                    "company_id": self.company.id,
                    "kind": "applied",
                    "amount": 1,
                    "move_id": self.bill.id,
                    "date": "2024-01-01",
                },
                {"amount": 2},
            ),
        }
        self.assertRightsByTheOrm(_MATRIX, samples)

    def test_import(self):
        """T23: a file makes drafts for who may make them, and nothing else."""
        columns = ["payment_id/.id", "reason_id/.id", "amount", "state"]
        row = [
            str(self.payment.id),
            str(self.reasons["duplicate_payment"].id),
            "1",
            "active",
        ]
        for role, allowed in zip(ROLES, _MATRIX["utility.credit.note"], strict=True):
            Note = self.env["utility.credit.note"].with_user(self.users[role])

            def load(Note=Note):
                done = Note.load(columns, [row])
                if not done["ids"]:
                    raise UserError(done["messages"][0]["message"])
                self.assertEqual(Note.browse(done["ids"]).state, "draft")

            with self.subTest(role=role):
                self.assertEqual(self.attempt(load), "c" in allowed)

    def test_import_changes_nothing_that_is_frozen(self):
        """CRN-13: state, amount and applications don't change by a file."""
        for model, record, column, value in (
            ("utility.credit.note", self.waiting, "state", "active"),
            ("utility.credit.note", self.waiting, "amount", "1"),
            ("utility.credit.note", self.active, "amount", "500"),
            ("utility.credit.application", self.use, "amount", "1"),
        ):
            before = record.read([column])
            for role in ROLES:
                Model = self.env[model].with_user(self.users[role])

                def load(Model=Model, record=record, column=column, value=value):
                    done = Model.load([".id", column], [[str(record.id), value]])
                    if not done["ids"]:
                        raise UserError(done["messages"][0]["message"])

                with self.subTest(model=model, role=role, column=column):
                    self.assertFalse(self.attempt(load))
                    self.assertEqual(record.read([column]), before)

    def test_public_methods(self):
        """T23: every button over RPC, by every role."""
        tomorrow = "2100-01-01"
        calls = {
            "action_confirm": (self.draft, ()),
            "action_cancel": (self.draft, ()),
            "apply_to": (self.active, (self.bill.ids, 1)),
            "action_request_refund": (self.active, ()),
            "action_approve": (self.waiting, ()),
            "action_refuse": (self.waiting, ("No",)),
            "action_open_refusal": (self.waiting, ()),
            "action_expire": (self.active, ()),
            "action_extend": (self.active, (tomorrow,)),
            "action_undo": (self.use, ()),
        }
        self.assertEqual(set(calls), set(_METHODS))
        for name, (record, arguments) in calls.items():
            allowed = {
                role
                for role in ROLES
                if self.attempt(
                    lambda role=role, record=record, name=name, arguments=arguments: (
                        getattr(record.with_user(self.users[role]), name)(*arguments)
                    )
                )
            }
            with self.subTest(method=name):
                self.assertEqual(allowed, _METHODS[name])

    # -------------------------------------------------------------------------
    # WHOSE RECORDS
    # -------------------------------------------------------------------------

    def test_companies_are_apart(self):
        """ROL-04: another company's notes and uses don't exist for a user."""
        other = self.setup_other_company(name="Other Water")["company"]
        stranger = new_test_user(
            self.env,
            "utility_rights_stranger",
            groups="utility_consumers.group_billing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for record in (self.active, self.draft, self.waiting, self.use):
            theirs = record.with_user(stranger)
            self.assertFalse(theirs.search([("id", "=", record.id)]))
            for operation in (
                lambda theirs=theirs: theirs.read(["display_name"]),
                lambda theirs=theirs: theirs.write({"write_date": False}),
            ):
                self.assertFalse(self.attempt(operation))
        theirs = self.waiting.with_user(stranger)
        self.assertFalse(self.attempt(theirs.action_approve))
        # A company that is only named in the context isn't entered.
        theirs = theirs.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(self.attempt(theirs.action_approve))
        Report = self.env["utility.credit.note.report"].with_user(stranger)
        self.assertFalse(Report.search([]))

    def test_collector_sees_assigned_consumers_only(self):
        """ROL-01: notes and their uses, of the accounts that the collector has."""
        records = (self.active, self.draft, self.waiting, self.use)
        for record in records:
            mine = record.with_user(self.collector)
            self.assertTrue(mine.search([("id", "=", record.id)]))
        self.account.collector_id = False
        for record in records:
            mine = record.with_user(self.collector)
            self.assertFalse(mine.search([]))
            self.assertFalse(self.attempt(lambda mine=mine: mine.read(["amount"])))

    # -------------------------------------------------------------------------
    # ONE'S OWN REQUEST
    # -------------------------------------------------------------------------

    def test_nobody_approves_their_own(self):
        """T24, ROL-03: a dozen ways to approve one's own request, and none works."""
        for author in (self.manager, self.users["admin"]):
            note = self.make_note(self.payment, 10, reason="billing_error", user=author)
            note.action_confirm()
            self.assertEqual(note.state, "to_approve")
            for name, route in self._routes(note, author).items():
                balance = self.account.payoff_balance
                with self.subTest(author=author.login, route=name):
                    self.attempt_for_good(route)
                    self.assertEqual(note.state, "to_approve")
                    self.assertFalse(note.sudo().credit_line_id)
                    self.assertNotIn(author, note.sudo().review_ids.done_by)
                    self.assertEqual(self.account.payoff_balance, balance)
            note.with_user(self.other_manager).action_approve()
            self.assertEqual(note.state, "active")

    def attempt_for_good(self, route):
        """Try a way; what isn't refused stays, and must have done no harm."""
        with suppress(UserError, ValueError), self.env.cr.savepoint():
            route()
            self.env.flush_all()
        self.env.invalidate_all()

    def _routes(self, note, author):
        review = note.sudo().review_ids.with_user(author)
        env = note.env
        wizard = env["comment.wizard"].with_user(author)
        second = self.setup_other_company(name=f"Second of {author.login}")["company"]

        def server_action(code):
            """Made by Admin, run as the author."""
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Approve",
                    "model_id": self.env["ir.model"]._get_id(note._name),
                    "state": "code",
                    "code": code,
                    "group_ids": [
                        Command.link(
                            self.env.ref("utility_consumers.group_billing_manager").id
                        )
                    ],
                }
            )
            action.with_user(author).with_context(
                active_model=note._name, active_id=note.id, active_ids=note.ids
            ).run()

        def comment(decision):
            wizard.create(
                {
                    "res_model": note._name,
                    "res_id": note.id,
                    "validate_reject": decision,
                    "review_ids": [Command.set(review.ids)],
                    "comment": "Fine",
                }
            ).add_comment()

        def company():
            author.sudo().company_ids |= second
            note.with_user(author).with_context(
                allowed_company_ids=[second.id, self.company.id]
            ).action_approve()

        def final_state():
            made = note.create(
                {
                    "payment_id": self.payment.id,
                    "amount": 1,
                    "reason_id": self.reasons["billing_error"].id,
                    "state": "active",
                    "validation_status": "validated",
                    "create_uid": self.other_manager.id,
                    "requested_by": self.other_manager.id,
                }
            )
            self.assertEqual(made.state, "draft")
            self.assertEqual(made.create_uid, author)
            made.action_cancel()

        skip = note.with_context(skip_validation_check=True, tracking_disable=True)
        done = {"status": "approved", "done_by": self.other_manager.id}
        return {
            "button": note.action_approve,
            "button of the tiers": note.validate_tier,
            "refusal of the tiers": note.reject_tier,
            "write": lambda: note.write({"state": "active"}),
            "write with a key": lambda: skip.write({"state": "active"}),
            "write of the author": lambda: note.write({"requested_by": False}),
            "create": final_state,
            "review": lambda: review.write(done),
            "reviewer": lambda: review.write({"done_by": self.other_manager.id}),
            "new review": lambda: review.create(
                {"model": note._name, "res_id": note.id, **done}
            ),
            "no review": review.unlink,
            "import": lambda: note.load([".id", "state"], [[str(note.id), "active"]]),
            "server action": lambda: server_action("record.action_approve()"),
            "server action, write": lambda: server_action(
                "record.write({'state': 'active'})"
            ),
            "server action, sudo": lambda: server_action(
                "record.sudo().write({'state': 'active'})"
            ),
            "server action, execute": lambda: server_action("record.sudo()._execute()"),
            "comment": lambda: comment("validate"),
            "comment, reject": lambda: comment("reject"),
            "another company": company,
            "restart": note.restart_validation,
        }
