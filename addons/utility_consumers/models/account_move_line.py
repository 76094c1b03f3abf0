from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Consumer Account",
        compute="_compute_utility_account_id",
        precompute=True,
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose debt or credit this receivable item is.",
    )

    _utility_open_idx = models.Index(
        "(utility_account_id, date_maturity) WHERE utility_account_id IS NOT NULL"
        " AND parent_state = 'posted' AND reconciled IS NOT TRUE"
    )

    @api.depends("move_id.utility_account_id", "account_id")
    def _compute_utility_account_id(self):
        for line in self:
            if line.account_id.account_type != "asset_receivable":
                line.utility_account_id = False
            elif line.move_id.utility_account_id:
                line.utility_account_id = line.move_id.utility_account_id

    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        """Override of `account`: the difference belongs to the consumer of its item."""
        result = super()._prepare_exchange_difference_move_vals(
            amounts_list, company=company, exchange_date=exchange_date, **kwargs
        )
        if result:
            commands = result["move_values"]["line_ids"]
            for line, sequence in result["to_reconcile"]:
                if line.utility_account_id:
                    values = commands[sequence][2]
                    values["utility_account_id"] = line.utility_account_id.id
        return result
