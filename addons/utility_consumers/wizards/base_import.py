import re

from odoo import api, models

from odoo.addons.base_import.models.base_import import ImportValidationError

_LETTERS = re.compile(r"[^\W\d_]")
_EXPONENT = re.compile(r"[eE][+-]?\d+$")


class BaseImport(models.TransientModel):
    """Stricter reading of files of consumers, bills and payments."""

    _inherit = "base_import.import"

    def _read_csv(self, options):
        """Override of `base_import`: name the row where a file was cut off."""
        result = super()._read_csv(options)
        if not result or not (self.res_model or "").startswith("utility."):
            return result
        _length, rows = result
        for position, row in enumerate(rows[1:], start=2):
            if len(row) != len(rows[0]):
                raise ImportValidationError(
                    self.env._(
                        "Row %(row)s has %(count)s columns and the header %(wanted)s:"
                        " the file seems to be incomplete, or its separator another.",
                        row=position,
                        count=len(row),
                        wanted=len(rows[0]),
                    )
                )
        return result

    @api.model
    def _parse_float_from_data(self, data, index, name, options):
        """Override of `base_import`: it would read the amount 1O0.00 as 10.00."""
        if (self.res_model or "").startswith("utility."):
            for line in data:
                value = line[index].strip()
                if _LETTERS.search(_EXPONENT.sub("", value)):
                    raise ImportValidationError(
                        self.env._(
                            "%(value)s is not an amount: write digits and a point, such"
                            " as 145.50.",
                            value=value,
                        ),
                        field=name,
                    )
        return super()._parse_float_from_data(data, index, name, options)
