from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import PaymentsCommon

# Whose rights a table tells, in this order.
ROLES = (
    "clerk",
    "recovery",
    "manager",
    "admin",
    "collector",
    "accountant",
    "portal",
)
_OPERATIONS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}


class RightsCommon(PaymentsCommon):
    """A user of every role, and tables of what each may do (T23).

    A table gives for each model the letters of c(reate) r(ead) w(rite) d(elete) of each
    role, in the order of ROLES.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.collector_id = cls.collector
        cls.users = {
            "clerk": cls.clerk,
            "recovery": cls.recovery,
            "manager": cls.manager,
            "collector": cls.collector,
            "admin": cls._make_other("admin", "base.group_system"),
            "accountant": cls._make_other(
                "accountant", "account.group_account_manager"
            ),
            "portal": cls._make_other("portal", "base.group_portal"),
        }

    @classmethod
    def _make_other(cls, login, group):
        return new_test_user(
            cls.env,
            login=f"utility_rights_{login}",
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def attempt(self, function):
        """Whether this is done, for nothing: what it did is rolled back."""
        savepoint = self.env.cr.savepoint()
        try:
            function()
            self.env.flush_all()
            return True
        except UserError as error:
            self.assertTrue(str(error).strip(), "A refusal without a sentence")
            return False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def find_models(self, module):
        """The names of the models that an add-on makes."""
        return {
            name
            for name, model in self.env.registry.items()
            if model._original_module == module and not model._abstract
        }

    def assertGlobalRule(self, model, words):
        """A rule holds for everybody: own forms, or own companies (ROL-04).

        :param str words: what its domain names
        """
        self.assertTrue(
            self.env["ir.rule"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", model),
                    ("groups", "=", False),
                    ("domain_force", "ilike", words),
                ]
            ),
            f"{model} needs a rule for everybody",
        )

    def assertRights(self, matrix):
        """Each role has the access rights of the table, no other."""
        for model, rights in matrix.items():
            for role, allowed in zip(ROLES, rights, strict=True):
                Model = self.env[model].with_user(self.users[role])
                found = "".join(
                    letter
                    for letter, operation in _OPERATIONS.items()
                    if Model.has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(found, allowed)

    def assertRightsByTheOrm(self, matrix, samples):
        """What the table allows works, and what it doesn't is refused.

        :param dict samples: by model: a record, or a function that gives a role's own;
            values of a new one; a change
        """
        for model, (record, vals, change) in samples.items():
            for role, allowed in zip(ROLES, matrix[model], strict=True):
                mine = record(role) if callable(record) else record
                mine = mine.with_user(self.users[role])
                names = ["display_name"]
                found = {
                    "c": self.attempt(lambda m=mine, v=vals: m.create(dict(v))),
                    "r": self.attempt(lambda m=mine, n=names: m.read(n)),
                    "w": self.attempt(lambda m=mine, c=change: m.write(dict(c))),
                    "d": self.attempt(lambda m=mine: m.unlink()),
                }
                with self.subTest(model=model, role=role):
                    self.assertEqual("".join(k for k in found if found[k]), allowed)
