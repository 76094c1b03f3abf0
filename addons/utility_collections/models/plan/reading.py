from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...tools import MAX_INSTALLMENTS
from ..reader import is_id
from .utility_payment_plan import DRAFT_FIELDS


class UtilityPaymentPlan(models.Model):
    """How terms are read that anybody may send: forms, other programs, a slip (PLN-01).

    What is no term is dropped from a new plan; a term of a wrong kind is refused with
    a sentence before anything else looks at it.
    """

    _name = "utility.payment.plan"
    _inherit = ["utility.payment.plan", "utility.reader"]

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

    def _read_down_payment(self, value):
        return self._read_amount(value, self.env._("Down Payment")) if value else 0.0

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
    def _account_missing(self):
        """Override: what is made here is a plan."""
        return self.env._("A payment plan needs a consumer account: choose one.")

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
