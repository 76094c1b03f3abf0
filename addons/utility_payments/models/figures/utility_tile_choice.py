from odoo import fields, models


class UtilityTileChoice(models.Model):
    """Whether, where and with which target a user sees a tile (KPI-05)."""

    _name = "utility.tile.choice"
    _description = "Landing Page Tile of a User"
    _order = "sequence, id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
    )
    tile_id = fields.Many2one(
        comodel_name="utility.tile", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    shown = fields.Boolean(default=True)
    target = fields.Float()

    _user_tile_unique = models.Constraint(
        "unique(user_id, tile_id)", "A user chooses a tile once."
    )
