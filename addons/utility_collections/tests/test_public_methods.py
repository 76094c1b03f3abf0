"""ROL-04: every method that a program can call by its name, called by everybody."""

import inspect

from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .doors_common import DoorsCommon

# What is sent where a method asks for something.
GARBAGE = (None, False, [], "x", {"a": 1}, 10**12, [["a"]])
# Odoo's own, or called by its web client only: (model, method), and why it may.
REASONED = {
    ("account.payment", "get_views"): "Odoo's; the values are the web client's",
    ("ir.http", "session_info"): "Odoo's; needs a request",
    (
        "report.utility_payments.report_regulatory_xlsx",
        "generate_xlsx_report",
    ): "of report_xlsx; writes into a workbook that no program can send",
    ("account.move", "js_assign_outstanding_line"): "Odoo's own button",
    ("account.move", "js_remove_outstanding_partial"): "Odoo's own button",
}
# Odoo's own, which answer None.
WITHOUT_ANSWER = {
    ("account.move", "button_cancel"),
    ("account.move", "button_draft"),
    ("account.payment", "action_cancel"),
    ("account.payment", "action_draft"),
    ("account.payment", "action_reject"),
    ("mail.mail", "send"),
    ("res.config.settings", "set_values"),
}
_ORM = frozenset(dir(BaseModel))


@tagged("post_install", "-at_install")
class TestPublicMethods(DoorsCommon):
    """ROL-04: a method that is added is called here without anybody listing it."""

    def find_methods(self):
        """Model, name and function of what our add-ons make callable."""
        for model in sorted(self.env.registry):
            classes = self.env.registry[model].mro()
            names = {
                name
                for base in classes
                if base.__module__.startswith("odoo.addons.utility_")
                for name in vars(base)
                if not name.startswith("_") and name not in _ORM
            }
            for name in sorted(names):
                function = getattr(self.env.registry[model], name, None)
                if inspect.isfunction(function) and not any(
                    getattr(getattr(base, name, None), "_api_private", False)
                    for base in classes
                ):
                    yield model, name, function

    def find_calls(self, model, function):
        """The arguments of a call for records that are there, and ones that aren't."""
        possible = [
            parameter
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.kind
            in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        needed = [
            parameter for parameter in possible if parameter.default is parameter.empty
        ]
        if getattr(function, "_api_model", False):
            targets = [[]]
        else:
            record = self.records.get(model)
            if record is None and not self.env[model]._abstract:
                record = self.env[model].sudo().search([], limit=1)
            ids = record.ids if record else [1]
            targets = [[ids], [[2**31 - 1]]]
        for target in targets:
            for value in GARBAGE if needed else (None,):
                yield [*target, *([value] * len(needed))]
            if len(possible) > len(needed):
                for value in GARBAGE:
                    yield [*target, *([value] * len(possible))]

    def count_changes(self):
        """How many rows this transaction has written so far."""
        self.env.cr.execute(
            "SELECT COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables"
        )
        return self.env.cr.fetchone()[0]

    def call(self, user, model, name, args):
        """Call it as a program does; what it did is taken back.

        :return: how many rows it wrote, and its answer (or the UserError)
        """
        savepoint = self.env.cr.savepoint()
        try:
            before = self.count_changes()
            env = self.env(user=user.id, su=False)
            answer = call_kw(env[model], name, args, {})
            env.flush_all()
            return self.count_changes() - before, answer
        except UserError as error:
            self.assertTrue(str(error).strip(), "A refusal without a sentence")
            return 0, error
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    @mute_logger("odoo.sql_db")
    def walk(self, users, check):
        called = 0
        for model, name, function in self.find_methods():
            if (model, name) in REASONED:
                continue
            for who, user in users.items():
                for args in self.find_calls(model, function):
                    with self.subTest(model=model, method=name, who=who, args=args):
                        called += 1
                        check(model, name, *self.call(user, model, name, args))
        self.assertGreater(called, 300)

    def test_without_a_role(self):
        """ROL-04: who has no role of ours changes nothing by any method."""

        def check(model, name, changes, answer):
            self.assertFalse(changes, f"It wrote {changes} rows: {answer}")

        self.walk(self.nobodies, check)

    def test_answers(self):
        """ROL-01: whoever calls, and with whatever, gets an answer or a sentence."""

        def check(model, name, _changes, answer):
            if (model, name) not in WITHOUT_ANSWER:
                self.assertIsNotNone(answer, "XML-RPC can't carry None")

        self.walk({"manager": self.manager, **self.strangers}, check)

    def test_exceptions_are_true(self):
        """An exception that nobody needs any more is taken off the list."""
        found = {(model, name) for model, name, _function in self.find_methods()}
        self.assertLessEqual({*REASONED, *WITHOUT_ANSWER}, found)

    def test_others_records(self):
        """ROL-04: who may not read a record changes nothing of it by any method."""
        for model, name, function in self.find_methods():
            if model not in self.records or getattr(function, "_api_model", False):
                continue
            for who, user in self.strangers.items():
                args = next(self.find_calls(model, function))
                with self.subTest(model=model, method=name, who=who):
                    changes, answer = self.call(user, model, name, args)
                    self.assertFalse(changes, f"It wrote {changes} rows: {answer}")
