from odoo import api, models
from odoo.tools import SQL

# Whether an entry is that of a write-off, or makes what was written off owed again
_WRITES_OFF = (
    "EXISTS (SELECT FROM utility_write_off request WHERE request.move_id = %s)"
)
_RECOVERS = (
    "EXISTS (SELECT FROM utility_write_off_recovery recovery"
    " JOIN account_move_line debt ON debt.id = recovery.line_id"
    " WHERE debt.move_id = %s)"
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _movement_classes(self):
        """Extend: bad debts, and what was paid of them after all (KPI-07)."""
        self.env["utility.write.off"].flush_model()
        self.env["utility.write.off.recovery"].flush_model()
        return super()._movement_classes() | {
            "written_off": (
                self.env._("Debt written off"),
                SQL(_WRITES_OFF, SQL("move.id")),
            ),
            "reinstated": (
                self.env._("Write-offs taken back"),
                SQL(_WRITES_OFF, SQL("undone.id")),
            ),
            "recovered": (
                self.env._("Written-off debt that was paid"),
                SQL(_RECOVERS, SQL("move.id")),
            ),
            "not_recovered": (
                self.env._("Such payments returned: given up again"),
                SQL(_RECOVERS, SQL("undone.id")),
            ),
        }
