from odoo import api, models
from odoo.fields import Command


class Base(models.AbstractModel):
    """Who names a consumer's record in a form may read it (ROL-04).

    Related fields show what they find there as superuser, or as it was fetched for a
    name, and Odoo reads what a form or a dialog names before it asks any rule.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._transient:
            for field in self._get_consumer_fields():
                # Of a list, Odoo shows nothing that its reader may not see.
                if field.type == "many2one":
                    records[field.name].check_access("read")
        return records

    def write(self, vals):
        res = super().write(vals)
        if self._transient:
            for field in self._get_consumer_fields():
                if field.name in vals and field.type == "many2one":
                    self[field.name].check_access("read")
        return res

    def onchange(self, values, field_names, fields_spec):
        self._check_named(values)
        if not field_names:
            self._check_named(
                {
                    key.removeprefix("default_"): value
                    for key, value in self.env.context.items()
                    if key.startswith("default_")
                }
            )
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _get_consumer_fields(self):
        """The fields of our own forms that name what belongs to a consumer."""
        if self.env.su or not self._original_module.startswith("utility_"):
            return []
        return [
            field
            for field in self._fields.values()
            if field.type in ("many2one", "many2many")
            and (
                field.comodel_name == "utility.account"
                or "utility_account_id" in self.env[field.comodel_name]._fields
            )
            and not field.related
        ]

    def _check_named(self, values):
        """Raise an AccessError where values of a form name what isn't the caller's.

        What the record itself holds already may stay there.
        """
        if not isinstance(values, dict):
            return
        for field in self._get_consumer_fields():
            named = self.env[field.comodel_name].browse(
                self._read_named_ids(values.get(field.name))
            )
            if named:
                (named - self._origin.sudo()[field.name]).check_access("read")
        for name, value in values.items():
            field = self._fields.get(name)
            if field and field.type == "one2many" and isinstance(value, list):
                for command in value:
                    if isinstance(command, list | tuple) and len(command) == 3:
                        self.env[field.comodel_name]._check_named(command[2])

    @api.model
    def _read_named_ids(self, value):
        """The ids in a value of a form: an id, or the commands of a list."""
        if type(value) is int:
            return [value] if 0 < value < 2**31 else []
        ids = []
        for command in value if isinstance(value, list | tuple) else ():
            match command:
                case [Command.LINK | Command.UPDATE, item, *_]:
                    ids += self._read_named_ids(item)
                case [Command.SET, _, [*items]]:
                    for item in items:
                        ids += self._read_named_ids(item)
                case item if type(item) is int:
                    ids += self._read_named_ids(item)
        return ids
