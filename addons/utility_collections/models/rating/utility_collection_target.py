from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class UtilityCollectionTarget(models.Model):
    """What collections are to reach in a month; Billing Managers set it (KPI-07).

    Of the company, of an area, or of a Recovery Executive. What was reached is in
    `utility.collection.target.report`.
    """

    _name = "utility.collection.target"
    _description = "Collections Target"
    _order = "month desc, area_id, user_id, id"
    _rec_name = "month"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of it: the first one is kept.",
    )
    area_id = fields.Many2one(
        comodel_name="utility.area",
        check_company=True,
        ondelete="cascade",
        help="Empty: all areas.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recovery Executive",
        ondelete="cascade",
        help="Of the accounts that this user looks after; empty: of all.",
    )
    overdue_share_max = fields.Float(
        string="Overdue at Most (%)",
        digits=(16, 1),
        aggregator="avg",
        help="Of what is owed at the end of the month, what is overdue; 0: no target.",
    )
    amount_to_cure = fields.Monetary(
        help="To be paid in cases that end cured in the month; 0: no target."
    )
    promises_kept_min = fields.Float(
        string="Promises Kept at Least (%)",
        digits=(16, 1),
        aggregator="avg",
        help="Of promises for a day of the month, those kept; 0: no target.",
    )

    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A target is that of a whole month."
    )
    _values_range = models.Constraint(
        "CHECK (overdue_share_max BETWEEN 0 AND 100"
        " AND promises_kept_min BETWEEN 0 AND 100 AND amount_to_cure >= 0)",
        "Shares are from 0 to 100 percent, and the amount to cure isn't negative.",
    )
    _once = models.UniqueIndex(
        "(company_id, month, COALESCE(area_id, 0), COALESCE(user_id, 0))",
        "There is a target of this month already: change that one.",
    )

    @api.depends("month", "area_id", "user_id")
    def _compute_display_name(self):
        for target in self:
            whose = target.area_id.name or target.user_id.name
            month = (
                format_date(self.env, target.month, date_format="MMMM yyyy")
                if target.month
                else ""
            )
            target.display_name = f"{month}, {whose}" if whose else month

    @api.constrains("area_id", "user_id")
    def _check_whose(self):
        for target in self:
            if target.area_id and target.user_id:
                raise ValidationError(
                    self.env._(
                        "A target is that of an area or of a Recovery Executive: make"
                        " two."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._first_day(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._first_day(vals))

    @api.model
    def _first_day(self, vals):
        if not vals.get("month"):
            return vals
        return vals | {"month": fields.Date.to_date(vals["month"]).replace(day=1)}
