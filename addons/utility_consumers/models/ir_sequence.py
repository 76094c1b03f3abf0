from collections import Counter

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.ir_sequence import _predict_nextval

CODE_PREFIX = "utility."


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    utility_preview = fields.Char(
        string="Preview",
        compute="_compute_utility_preview",
        help="The next number as it would be given today.",
    )

    # === COMPUTE METHODS === #

    @api.depends("prefix", "suffix", "padding", "number_next_actual")
    def _compute_utility_preview(self):
        for sequence in self:
            try:
                sequence.utility_preview = sequence.get_next_char(
                    sequence.number_next_actual or 1
                )
            except (UserError, ValueError, TypeError):
                sequence.utility_preview = False

    # === CONSTRAINTS === #

    @api.constrains("code", "company_id", "implementation", "use_date_range", "active")
    def _check_utility_format(self):
        for sequence in self.filtered(lambda seq: seq._is_utility()):
            if (
                sequence.implementation != "standard"
                or sequence.use_date_range
                or not sequence.active
                or not sequence.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "The num format %(name)s must stay a standard, active sequence "
                        "of one company without date ranges.",
                        name=sequence.name,
                    )
                )

    @api.constrains("prefix", "suffix", "padding", "number_increment")
    def _check_utility_affixes(self):
        """Keep the counter readable, so that no change of format repeats a number.

        The counter never goes back; as long as no digit touches it, two numbers can
        only be equal if their counters are.
        """
        for sequence in self.filtered(lambda seq: seq._is_utility()):
            prefix, suffix = sequence._get_prefix_suffix()
            if prefix[-1:].isdigit() or suffix[:1].isdigit():
                raise ValidationError(
                    self.env._(
                        "In the num format %(name)s a digit touches the counter, so a "
                        "number could repeat; put a sign such as a hyphen between.",
                        name=sequence.name,
                    )
                )
            if sequence.number_increment < 1 or sequence.padding < 0:
                raise ValidationError(
                    self.env._(
                        "The num format %(name)s must count upwards: its step is at "
                        "least 1, its size not negative.",
                        name=sequence.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        self.filtered(lambda seq: seq._is_utility())._check_utility_change(vals)
        if {"code", "company_id", "active"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_formats(self):
        if used := self.filtered(lambda seq: seq._is_utility())[:1]:
            raise UserError(
                self.env._(
                    "The num format %(name)s is in use and can't be deleted; change "
                    "its prefix instead.",
                    name=used.name,
                )
            )

    def _is_utility(self):
        return (self.code or "").startswith(CODE_PREFIX)

    def _check_utility_change(self, vals):
        """Refuse changes after which a number could be given twice (CFG-02)."""
        for sequence in self:
            if vals.get("code", sequence.code) != sequence.code:
                raise UserError(
                    self.env._(
                        "The code of the num format %(name)s is fixed.",
                        name=sequence.name,
                    )
                )
            # Not from the cache: it holds what is being written
            lowest = _predict_nextval(sequence, f"{sequence.id:03d}")
            if vals.get("number_next") is not None and vals["number_next"] < lowest:
                raise UserError(
                    self.env._(
                        "The next number of %(name)s can't go below %(lowest)s: lower "
                        "ones may be on documents already.",
                        name=sequence.name,
                        lowest=lowest,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("code", "company_id")
    def _utility_sequence_id(self, code, company_id):
        return (
            self.sudo()
            .search([("code", "=", code), ("company_id", "=", company_id)], limit=1)
            .id
        )

    @api.model
    def _utility_draw(self, code, company, count, date=None, taken=None):
        """Draw numbers of a num format, all of them with one query (CFG-02).

        :param str code: the code of the num format, like 'utility.bill'
        :param company: the `res.company` whose num format is meant
        :param int count: how many numbers
        :param date: the date that renders parts like %(year)s; a list of `count` dates
            gives each number its own; default today
        :param taken: a function from a list of numbers to the set of those that
            documents already carry (imported under their own number): these are skipped
        :return: `count` numbers, in order
        :rtype: list[str]
        """
        if not count:
            return []
        sequence_id = self._utility_sequence_id(code, company.id)
        if not sequence_id:
            company._utility_setup()
            self.env.registry.clear_cache()
            sequence_id = self._utility_sequence_id(code, company.id)
        sequence_sudo = self.sudo().browse(sequence_id)
        dates = list(date) if isinstance(date, (list, tuple)) else [date] * count
        numbers = sequence_sudo._utility_next_numbers(dates)
        while taken:
            used = taken(numbers)
            again = [index for index, number in enumerate(numbers) if number in used]
            if not again:
                break
            fresh = sequence_sudo._utility_next_numbers([dates[i] for i in again])
            for index, number in zip(again, fresh, strict=True):
                numbers[index] = number
        return numbers

    @api.model
    def _utility_draw_each(self, code, companies):
        """Draw a number for each of several new records, one query a company.

        :param companies: the `res.company` of each record, in their order
        :return: the numbers, in the same order
        :rtype: list[str]
        """
        companies = list(companies)
        numbers = {
            company: iter(self._utility_draw(code, company, count))
            for company, count in Counter(companies).items()
        }
        return [next(numbers[company]) for company in companies]

    def _utility_next_numbers(self, dates):
        self.ensure_one()
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"ir_sequence_{self.id:03d}", len(dates)],
        )
        values = sorted(row[0] for row in self.env.cr.fetchall())
        affixes = {
            date: self._get_prefix_suffix(date=date and fields.Date.to_string(date))
            for date in set(dates)
        }
        return [
            f"{affixes[date][0]}{value:0{self.padding}d}{affixes[date][1]}"
            for date, value in zip(dates, values, strict=True)
        ]
