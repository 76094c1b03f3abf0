from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .plans_wait import PlansWait


class AccountMove(models.Model):
    """A document whose debt a plan covers isn't overdue while it is kept (PLN-04)."""

    _inherit = "account.move"

    utility_deferred = fields.Boolean(
        string="Deferred",
        compute="_compute_utility_deferred",
        search="_search_utility_deferred",
        help="A payment plan in force covers it: installments are due in its place.",
    )

    @api.depends("line_ids.utility_deferred")
    def _compute_utility_deferred(self):
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search([("move_id", "in", self.ids), ("utility_deferred", "=", True)])
        )
        deferred_ids = set(lines.move_id.ids)
        for move in self:
            move.utility_deferred = move.id in deferred_ids

    @api.model
    def _search_utility_deferred(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("line_ids", "any!", [("utility_deferred", "=", True)])

    @api.depends("utility_deferred")
    def _compute_utility_overdue(self):
        """Extend CON-04: what is deferred isn't overdue; its installments may be."""
        res = super()._compute_utility_overdue()
        self.filtered("utility_deferred").utility_overdue = False
        return res

    # -------------------------------------------------------------------------
    # CREDITED
    # -------------------------------------------------------------------------

    def _post(self, soft=True):
        """Extend: credit is the consumer's before it pays a document (CON-04).

        Of payments, whose entries come through here too, their own door tells.
        """
        posted = super()._post(soft)
        accounts = (
            posted.filtered(lambda move: not move.origin_payment_id)
            .line_ids.filtered(
                lambda line: line.utility_account_id and line.balance < 0
            )
            .utility_account_id
        )
        if wait := PlansWait.of(self):
            wait.account_ids.update(accounts.ids)
        elif accounts:
            accounts._debt_changed()
        return posted

    # -------------------------------------------------------------------------
    # TAKEN BACK
    # -------------------------------------------------------------------------

    def button_draft(self):
        """Extend: debt that an active plan covers stays in the books (PLN-03).

        A completed plan gives it free: what comes of it is no longer the plan's.
        """
        lines_sudo = self.sudo().line_ids
        for cover in lines_sudo._get_covers_in_force():
            raise UserError(
                self.env._(
                    "%(document)s is covered by plan %(plan)s: cancel the plan, or"
                    " modify it without this document, first.",
                    document=cover.move_id.name,
                    plan=cover.plan_id.display_name,
                )
            )
        lines_sudo._release_completed_covers()
        return super().button_draft()
