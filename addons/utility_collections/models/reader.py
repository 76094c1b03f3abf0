from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.utility_consumers.tools import parse_amount, parse_date

# Above it, no number of a record fits into the database.
_ID_LIMIT = 2**31


def is_id(value):
    """Whether this can be the id of a record; True and 1.0 can't."""
    return type(value) is int and 0 < value < _ID_LIMIT


def read_text(value):
    """Words that another program sends, in one line; empty for what are none.

    Without what no text column takes, such as NUL and halves of characters.
    """
    if not isinstance(value, str):
        return ""
    words = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(words.split())


class UtilityReader(models.AbstractModel):
    """How values are read that anybody may send: forms, other programs, a slip.

    For models with `company_id` and `currency_id`. What is of a wrong kind is refused
    with a sentence before anything else looks at it.
    """

    _name = "utility.reader"
    _description = "Reader of Values"

    @api.model
    def _find_account(self, vals):
        """The account of a new record, which the caller must be allowed to see."""
        account_id = vals.get("utility_account_id") if isinstance(vals, dict) else False
        account = self.env["utility.account"].browse(
            account_id if is_id(account_id) else []
        )
        if not account.exists():
            raise ValidationError(self._account_missing())
        account.check_access("read")
        return account.sudo()

    @api.model
    def _account_missing(self):
        """What to say where no account is named; to override."""
        return self.env._("Choose a consumer account.")

    def _read_choice(self, field, value):
        choices = dict(field._description_selection(self.env))
        if not value and not field.required:
            return False
        if not isinstance(value, str) or value not in choices:
            raise ValidationError(
                self.env._(
                    "%(value)s is no %(field)s: choose one of %(choices)s.",
                    value=str(value)[:40],
                    field=field.get_description(self.env)["string"],
                    choices=", ".join(choices.values()),
                )
            )
        return value

    def _read_record(self, field, value):
        """A record that exists, that the caller sees, and of the plan's company."""
        if not value:
            return False
        record = self.env[field.comodel_name].browse(value if is_id(value) else [])
        if not record.exists() or not record.has_access("read"):
            raise ValidationError(
                self.env._(
                    "%(field)s: there is no record %(value)s that you may choose.",
                    field=field.get_description(self.env)["string"],
                    value=str(value)[:40],
                )
            )
        company = self.company_id
        record_sudo = record.sudo()
        if record._name == "res.users":
            fits = company in record_sudo.company_ids and not record_sudo.share
        else:
            fits = record_sudo.company_id == company
        if not fits:
            raise ValidationError(
                self.env._(
                    "%(field)s: %(record)s doesn't belong to %(company)s: choose"
                    " another.",
                    field=field.get_description(self.env)["string"],
                    record=record_sudo.display_name,
                    company=company.name,
                )
            )
        return value

    def _read_amount(self, value, label):
        """An amount of money with the decimals of the currency; may be below zero."""
        decimals = self.currency_id.decimal_places
        if isinstance(value, float):
            # What a binary float can't hold (0.1 + 0.2) isn't a decimal of the user's.
            value = round(value, 9)
        amount, code = parse_amount(value, decimals, signed=True)
        if code:
            raise ValidationError(
                self.env._(
                    "%(label)s: %(value)s is no amount of money; use a number with at"
                    " most %(decimals)s decimals, such as 67.50.",
                    label=label,
                    value=str(value)[:40],
                    decimals=decimals,
                )
            )
        return float(amount)

    def _read_date(self, value):
        day = parse_date(value)
        if not day:
            raise ValidationError(
                self.env._(
                    "%(value)s is no date: write it like 2026-01-31.",
                    value=str(value)[:40],
                )
            )
        return day
