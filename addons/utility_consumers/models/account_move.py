from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

UTILITY_SEQUENCE_CODES = {"bill": "utility.bill", "service": "utility.charge"}


class AccountMove(models.Model):
    _inherit = "account.move"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    utility_kind = fields.Selection(
        selection=[("bill", "Bill"), ("service", "Service charge")],
        string="Document Kind",
        copy=False,
    )
    period_start = fields.Date(string="Period From", copy=False)
    period_end = fields.Date(string="Period To", copy=False)
    service_name = fields.Char(copy=False)
    service_date = fields.Date(copy=False)

    _utility_name_idx = models.Index(
        "(lower(name) text_pattern_ops) WHERE utility_account_id IS NOT NULL"
    )

    # === COMPUTE METHODS === #

    def _compute_name(self):
        """Override of `account`: documents of consumers are numbered by num formats."""
        utility_moves = self.filtered("utility_account_id")
        super(AccountMove, self - utility_moves)._compute_name()
        utility_moves._utility_give_names()

    def _compute_made_sequence_gap(self):
        """Override of `account`: a num format has no gaps to report."""
        utility_moves = self.filtered("utility_account_id")
        utility_moves.made_sequence_gap = False
        return super(AccountMove, self - utility_moves)._compute_made_sequence_gap()

    # === SEQUENCE MIXIN === #

    def _sequence_matches_date(self):
        """Override of `account`: the number of a consumer's document is free text."""
        if self.utility_account_id:
            return True
        return super()._sequence_matches_date()

    def _set_next_made_sequence_gap(self, made_gap):
        """Override of `account`: see `_compute_made_sequence_gap`."""
        native = self.filtered(lambda move: not move.utility_account_id)
        return super(AccountMove, native)._set_next_made_sequence_gap(made_gap)

    def _get_last_sequence_domain(self, relaxed=False):
        """Override of `account`: native numbers don't continue those of consumers."""
        native = self.with_context(utility_native_numbers=True)
        where_string, param = super(AccountMove, native)._get_last_sequence_domain(
            relaxed
        )
        return f"{where_string} AND utility_account_id IS NULL", param

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("utility_native_numbers"):
            domain = Domain(domain) & Domain("utility_account_id", "=", False)
        return super()._search(domain, *args, **kwargs)

    def _utility_sequence_code(self):
        """Return the code of the num format that numbers this document."""
        self.ensure_one()
        return UTILITY_SEQUENCE_CODES.get(self.utility_kind, "utility.correction")

    def _utility_give_names(self):
        """Number the posted documents that have no number yet, in batch."""
        unnamed = defaultdict(self.browse)
        for move in self:
            if move.state == "posted" and (not move.name or move.name == "/"):
                unnamed[move._utility_sequence_code(), move.company_id] |= move
            elif not move.name:
                move.name = False
        for (code, company), moves in unnamed.items():
            numbers = self.env["ir.sequence"]._utility_draw(
                code,
                company,
                len(moves),
                date=moves.mapped("date"),
                taken=lambda numbers, company=company: self._utility_taken_names(
                    numbers, company
                ),
            )
            for move, number in zip(moves, numbers, strict=True):
                move.name = number
        self._inverse_name()

    @api.model
    def _utility_taken_names(self, names, company):
        """Return which of these names documents of consumers already carry.

        :param list[str] names: document numbers
        :param company: the `res.company` whose documents count
        :rtype: set[str]
        """
        self.flush_model(["name", "company_id", "utility_account_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT lower(name) FROM account_move"
                " WHERE lower(name) = ANY(%s) AND company_id = %s"
                " AND utility_account_id IS NOT NULL",
                [name.lower() for name in names],
                company.id,
            )
        )
        taken = {name for (name,) in rows}
        return {name for name in names if name.lower() in taken}
