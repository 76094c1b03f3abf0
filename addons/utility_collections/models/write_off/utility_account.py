from odoo import api, fields, models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """What was given up of an account's debt and may still come in."""

    _inherit = "utility.account"

    has_write_off = fields.Boolean(
        readonly=True,
        copy=False,
        help="Something was written off once: payments ask whether it is paid now.",
    )
    written_off_balance = fields.Monetary(
        string="Written Off",
        compute="_compute_written_off_balance",
        help="Debt that was written off and not paid since. It isn't owed in the books;"
        " money for it is income.",
    )

    @api.depends("has_write_off")
    def _compute_written_off_balance(self):
        sums = {
            account_id: sum(row[1] for row in rows)
            for account_id, rows in self.sudo()._get_written_off().items()
        }
        for account in self:
            account.written_off_balance = sums.get(account._origin.id, 0.0)

    @api.model
    def _check_collections(self, vals):
        """Extend: what was given up is never forgotten by hand (COL-04)."""
        vals = super()._check_collections(vals)
        return {name: vals[name] for name in vals if name != "has_write_off"}

    def _get_written_off(self):
        """Read what is given up and not recovered, the oldest first; superuser.

        :return: {account id: [(`utility.write.off.line` id, float, document id, kind)]}
        """
        Line = self.env["utility.write.off.line"]
        Line.flush_model()
        result = {}
        accounts = self._origin.filtered("has_write_off")
        if not accounts:
            return result
        for account_id, *row in self.env.execute_query(
            SQL(
                """
                SELECT line.utility_account_id,
                       line.id,
                       line.amount - COALESCE(line.recovered_amount, 0),
                       item.move_id,
                       COALESCE(move.utility_kind, 'bill')
                  FROM utility_write_off_line line
                  JOIN utility_write_off write_off ON write_off.id = line.write_off_id
                  JOIN account_move_line item ON item.id = line.line_id
                  JOIN account_move move ON move.id = item.move_id
                 WHERE line.utility_account_id = ANY(%s)
                   AND write_off.state = 'done'
                   AND line.reinstated IS NOT TRUE
                   AND line.amount > COALESCE(line.recovered_amount, 0)
              ORDER BY item.date_maturity, line.id
                """,
                accounts.ids,
            )
        ):
            result.setdefault(account_id, []).append(row)
        return result

    def _get_in_collections_conditions(self):
        """Extend: what a payment recovered may be lost again."""
        return [*super()._get_in_collections_conditions(), SQL("account.has_write_off")]

    def _follow_debt(self):
        """Extend: what isn't paid after all is given up as before, first of all."""
        accounts = self.filtered("has_write_off")
        if accounts:
            unpaid = self.env["utility.write.off.recovery"]._find_unpaid(accounts)
            if unpaid:
                unpaid._give_up()
        return super()._follow_debt()

    def action_write_off(self):
        """Open a new write-off of this account, with what it may cover.

        :return: an action for the web client
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write off debt"),
            "res_model": "utility.write.off",
            "views": [(False, "form")],
            "context": {"default_utility_account_id": self.id},
        }
