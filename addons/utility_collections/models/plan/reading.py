from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from odoo.addons.utility_consumers.tools import parse_amount, parse_date

from ...tools import MAX_INSTALLMENTS
from .utility_payment_plan import DRAFT_FIELDS

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


class UtilityPaymentPlan(models.Model):
    """How terms are read that anybody may send: forms, other programs, a slip (PLN-01).

    What is no term is dropped from a new plan; a term of a wrong kind is refused with
    a sentence before anything else looks at it.
    """

    _inherit = "utility.payment.plan"

    @api.model
    def _read_new(self, vals):
        """The terms of a new plan, read and checked one by one."""
        account = self._find_account(vals)
        terms = {name: value for name, value in vals.items() if name in DRAFT_FIELDS}
        plan = self.sudo().new({"utility_account_id": account.id})
        result = {"utility_account_id": account.id}
        frequency = terms.get("frequency", "monthly")
        terms.pop("utility_account_id")
        if frequency != "custom":
            # They follow from the other terms.
            terms.pop("installment_ids", None)
        for name, value in terms.items():
            result[name] = plan._read_term(name, value)
        return result

    def _read_change(self, vals):
        """Terms that are written to a plan, read and checked one by one."""
        self.ensure_one()
        result = {}
        for name, value in vals.items():
            if name not in DRAFT_FIELDS:
                result[name] = value
            elif name in ("utility_account_id", "previous_id"):
                if value != self[name].id:
                    raise ValidationError(
                        self.env._(
                            "A plan stays with its account and with the version it"
                            " replaces: make a new plan."
                        )
                    )
            else:
                result[name] = self._read_term(name, value)
        if (result.get("frequency") or self.frequency) != "custom":
            result.pop("installment_ids", None)
        return result

    def _read_term(self, name, value):
        """One term, of the kind that its field takes.

        :raises ValidationError: one clear sentence on what is wrong
        """
        field = self._fields[name]
        reader = getattr(self, f"_read_{name}", None)
        if reader:
            return reader(value)
        if field.type == "selection":
            return self._read_choice(field, value)
        return self._read_record(field, value)

    @api.model
    def _find_account(self, vals):
        """The account of a new plan, which the caller must be allowed to see."""
        account_id = vals.get("utility_account_id") if isinstance(vals, dict) else False
        account = self.env["utility.account"].browse(
            account_id if is_id(account_id) else []
        )
        if not account.exists():
            raise ValidationError(
                self.env._("A payment plan needs a consumer account: choose one.")
            )
        account.check_access("read")
        return account.sudo()

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

    def _read_down_payment(self, value):
        return self._read_amount(value, self.env._("Down Payment")) if value else 0.0

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

    def _read_installment_count(self, value):
        if type(value) is not int or not 1 <= value <= MAX_INSTALLMENTS:
            raise ValidationError(
                self.env._(
                    "A payment plan has 1 to %(longest)s installments, %(value)s isn't"
                    " such a number.",
                    longest=MAX_INSTALLMENTS,
                    value=str(value)[:40],
                )
            )
        return value

    def _read_first_due_date(self, value):
        return self._read_date(value) if value else False

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

    def _read_covered_move_ids(self, value):
        """Ids, or commands that link and unlink: as one command that sets them."""
        ids = set(self._origin.covered_move_ids.ids)
        if not isinstance(value, list | tuple):
            value = [value] if value else [Command.clear()]
        if all(is_id(item) for item in value):
            ids = set(value)
        else:
            for command in value:
                ids = self._apply_link(ids, command)
        documents = self.env["account.move"].browse(sorted(ids))
        if len(documents.exists()) < len(ids) or not documents.has_access("read"):
            raise ValidationError(
                self.env._(
                    "Some of the documents don't exist, or aren't for you to see:"
                    " choose open bills and charges of the account."
                )
            )
        return [Command.set(documents.ids)]

    @api.model
    def _apply_link(self, ids, command):
        """Apply one command of a relation to a set of ids; others are refused."""
        match command:
            case [Command.LINK, item, *_] if is_id(item):
                return ids | {item}
            case [Command.UNLINK, item, *_] if is_id(item):
                return ids - {item}
            case [Command.CLEAR, *_]:
                return set()
            case [Command.SET, _, [*items]] if all(map(is_id, items)):
                return set(items)
        raise ValidationError(
            self.env._("Name the covered documents by their ids, as in [12, 15].")
        )

    def _read_installment_ids(self, value):
        """Commands that make, change or remove installments of one's own."""
        Row = self.env["utility.payment.plan.installment"]
        own = set(self._origin.installment_ids.ids)
        commands = []
        for command in value if isinstance(value, list | tuple) else [value]:
            match command:
                case [Command.CREATE, _, dict() as vals]:
                    commands.append(Command.create(Row._read_row(self, vals)))
                case [Command.UPDATE, row_id, dict() as vals] if row_id in own:
                    commands.append(Command.update(row_id, Row._read_row(self, vals)))
                case [Command.DELETE, row_id, *_] if row_id in own:
                    commands.append(Command.delete(row_id))
                case [Command.LINK, row_id, *_] if row_id in own:
                    pass
                case _:
                    raise ValidationError(
                        self.env._(
                            "Write the installments as commands with a date and an"
                            ' amount, as in [0, 0, {"due_date": "2026-01-31", "amount":'
                            " 67.5}]."
                        )
                    )
        return commands
