"""ROL-04: what a dialog or a form tells of a record that somebody only names."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .doors_common import DoorsCommon


@tagged("post_install", "-at_install")
class TestNamedRecords(DoorsCommon):
    """ROL-04: who names a consumer's record in a form may read it."""

    def fields_of(self, transient):
        """Each field of our own models that names what is a consumer's."""
        for name, model in sorted(self.env.registry.items()):
            if model._abstract or model._transient != transient or not model._auto:
                continue
            for field in self.env[name].with_user(self.clerk)._get_consumer_fields():
                if field.comodel_name in self.records:
                    yield name, field

    def values_of(self, Form, field):
        """A form in which nothing but the named record is somebody else's."""
        record = self.records[field.comodel_name]
        values = {}
        for name, other in Form._fields.items():
            if not other.required or other.related or other.default:
                continue
            if other.type == "selection":
                values[name] = other.get_values(self.env)[0]
            elif other.type in ("char", "text"):
                values[name] = "Because"
            elif other.type in ("date", "datetime"):
                values[name] = "2026-12-01"
            elif other.comodel_name in self.records:
                values[name] = self.records[other.comodel_name].id
            elif other.comodel_name and self.env[other.comodel_name]._transient:
                values[name] = Form.env[other.comodel_name].create({}).id
        many = field.type == "many2many"
        return values | {field.name: [(6, 0, record.ids)] if many else record.id}

    def each(self, transient):
        for model, field in self.fields_of(transient):
            for who, user in self.strangers.items():
                Form = self.env[model].with_user(user)
                if Form.has_access("create"):
                    yield who, Form, field, self.values_of(Form, field)

    def assertHidden(self, function):
        self.env.invalidate_all()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            function()

    def test_dialog_that_is_saved(self):
        """ROL-04: a dialog about others' records isn't saved: it tells nothing."""
        count = 0
        for who, Form, field, values in self.each(transient=True):
            if field.type == "many2many":
                # Odoo leaves out of such a list what its reader may not see.
                continue
            count += 1
            with self.subTest(model=Form._name, field=field.name, who=who):
                self.assertHidden(lambda F=Form, v=values: F.create(v).read())
        self.assertGreater(count, 10)

    def test_form_that_is_filled_in(self):
        """ROL-04: what is typed, or given as a default, shows nothing of it either."""
        count = 0
        for who, Form, field, values in (*self.each(True), *self.each(False)):
            count += 1
            spec = {name: {} for name in Form._fields}
            default = {f"default_{field.name}": values[field.name]}
            Given = Form.with_context(**default)
            with self.subTest(model=Form._name, field=field.name, who=who):
                self.assertHidden(
                    lambda F=Form, f=field, v=values, s=spec: F.onchange(v, [f.name], s)
                )
                self.assertHidden(lambda G=Given, s=spec: G.onchange({}, [], s))
        self.assertGreater(count, 20)

    def test_saved_in_two_steps(self):
        """ROL-04: nor is one about one's own record turned to somebody else's."""
        own = self.make_account("Neighbour", collector_id=self.collector.id)
        dialog = (
            self.env["utility.plan.setup"]
            .with_user(self.collector)
            .create({"utility_account_id": own.id})
        )
        self.assertHidden(lambda: dialog.write({"utility_account_id": self.account.id}))

    def test_list_in_a_form(self):
        """ROL-04: nor does a row of a list that a form shows."""
        Form = self.env["utility.record.payment"].with_user(self.collector)
        row = {"utility_account_id": self.account.id, "amount": 1.0}
        self.assertHidden(
            lambda: Form.onchange(
                {"tender_ids": [(0, 0, row)]}, [], {"tender_ids": {"fields": {}}}
            )
        )

    def test_own_records(self):
        """ROL-04: whoever may read the record sees in the dialog what it is about."""
        request = self.records["utility.service.request"]
        dialog = self.env["utility.verify.contact"].with_user(self.clerk)
        dialog = dialog.create({"request_id": request.id})
        self.assertEqual(dialog.email, "john@example.com")

    def test_nothing_named_yet(self):
        """COL-05, COL-06: a form opens before anything is chosen on it."""
        for model in (
            "utility.payment.promise",
            "utility.service.request",
            "utility.service.request.done",
            "utility.dispute",
            "utility.write.off",
        ):
            with self.subTest(model=model):
                Form = self.env[model].with_user(self.manager)
                names = [name for name, field in Form._fields.items() if field.compute]
                Form.onchange({}, [], {name: {} for name in names})
