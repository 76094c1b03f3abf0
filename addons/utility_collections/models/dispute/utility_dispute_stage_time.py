from odoo import api, fields, models


class UtilityDisputeStageTime(models.Model):
    """When a dispute came into a stage and left it, and who moved it (COL-09)."""

    _name = "utility.dispute.stage.time"
    _description = "Time of a Dispute in a Stage"
    _order = "entered_at desc, id desc"
    _rec_name = "state"

    dispute_id = fields.Many2one(
        comodel_name="utility.dispute",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="dispute_id.company_id", store=True, precompute=True, index=True
    )
    category_id = fields.Many2one(
        related="dispute_id.category_id", store=True, precompute=True
    )
    state = fields.Selection(
        selection=lambda self: (
            self.env["utility.dispute"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="Stage",
        required=True,
        readonly=True,
    )
    entered_at = fields.Datetime(string="From", required=True, readonly=True)
    entered_by = fields.Many2one(comodel_name="res.users", readonly=True)
    left_at = fields.Datetime(string="Until", readonly=True)
    left_by = fields.Many2one(comodel_name="res.users", readonly=True)
    days = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="How long it was in this stage, once it left it.",
    )
    days_so_far = fields.Float(compute="_compute_days_so_far", digits=(16, 1))

    @api.depends("days", "left_at", "entered_at")
    def _compute_days_so_far(self):
        now = fields.Datetime.now()
        for row in self:
            end = row.left_at or now
            row.days_so_far = (end - row.entered_at).total_seconds() / 86400

    def _leave(self):
        """The disputes left these stages now; superuser."""
        now = fields.Datetime.now()
        for row in self:
            row.write(
                {
                    "left_at": now,
                    "left_by": self.env.uid,
                    "days": (now - row.entered_at).total_seconds() / 86400,
                }
            )
