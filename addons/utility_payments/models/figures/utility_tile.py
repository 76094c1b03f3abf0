from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityTile(models.Model):
    """A tile of the landing page: which figure it shows, and how (KPI-05).

    Add-ons contribute tiles as data; each user chooses, orders and gives targets
    (`utility.tile.choice`).
    """

    _name = "utility.tile"
    _description = "Landing Page Tile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    figure = fields.Char(required=True, help="Key in the result of collection_figures.")
    definition = fields.Text(
        required=True, translate=True, help="What the figure counts, told to the user."
    )
    no_value = fields.Char(
        string="Without a Value",
        translate=True,
        help="Why, said where the figure can't be computed.",
    )
    display = fields.Selection(
        selection=[
            ("money", "Amount"),
            ("count", "Number"),
            ("percent", "Percent"),
            ("days", "Days"),
        ],
        required=True,
        default="money",
    )
    better = fields.Selection(
        selection=[("up", "More is better"), ("down", "Less is better")],
        help="Which direction of change is good; empty: neither.",
    )
    period_bound = fields.Boolean(
        default=True, help="Whether it follows the chosen period, or tells of now."
    )
    sequence = fields.Integer(default=100)
    shown = fields.Boolean(
        string="Shown at First", default=True, help="Until a user chooses otherwise."
    )
    target = fields.Float(help="Until a user gives a target of their own; 0: none.")
    group_ids = fields.Many2many(
        comodel_name="res.groups",
        string="Only for",
        help="Roles that may see it; empty: all staff of the office.",
    )
    choice_ids = fields.One2many(
        comodel_name="utility.tile.choice", inverse_name="tile_id"
    )

    _figure_unique = models.Constraint(
        "unique(figure)", "There is a tile of this figure already."
    )

    # -------------------------------------------------------------------------
    # PUBLIC METHODS: the landing page
    # -------------------------------------------------------------------------

    @api.model
    @api.readonly
    def read_landing(self, date_from, date_to, scope=None):
        """All that the head of the landing page shows, with one call (LST-01).

        :param date_from, date_to, scope: see `account.payment.collection_figures`
        :return: ``tiles``: those of the user, in their order, each as in `read_choices`
            with `value`, `count`, `previous`, `change_percent`, `model`, `domain`;
            ``available``, False for a tile whose add-on is gone; and ``compared_from``,
            ``compared_to``, the days that `previous` is of (of a figure that isn't
            bound to the period: this weekday last week);
            ``compared_from``, ``compared_to``: the period compared with;
            ``channels``: names of those it is limited to; ``currency_id``;
            ``empty``: whether nothing was ever recorded
        :raises UserError: see `collection_figures`
        """
        Figure = self.env["utility.figure"]
        tiles = [tile for tile in self.read_choices() if tile["shown"]]
        known = Figure._figures()
        resolved = Figure._resolve_scope(date_from, date_to, Figure._read_scope(scope))
        figures = Figure._read_resolved(
            resolved, [tile["figure"] for tile in tiles if tile["figure"] in known]
        )
        nothing = Figure._figure(False, 0, False, [])
        compared = self._days(resolved.compared.first, resolved.compared.last)
        week_ago = self._days(*[resolved.today - timedelta(days=7)] * 2)
        return {
            "tiles": [
                tile
                | figures.get(tile["figure"], nothing)
                | {"available": tile["figure"] in known}
                | (compared if tile["period_bound"] else week_ago)
                for tile in tiles
            ],
            "channels": resolved.channels.mapped("display_name"),
            **compared,
            "currency_id": resolved.currency.id,
            "empty": not self.env["account.payment"].search_count(
                [("utility_account_id", "!=", False)], limit=1
            ),
        }

    @api.model
    def _days(self, first, last):
        """What a tile is compared with, as the browser gets it."""
        return {
            "compared_from": fields.Date.to_string(first),
            "compared_to": fields.Date.to_string(last),
        }

    @api.model
    @api.readonly
    def read_choices(self):
        """All tiles that the user may see, in their order.

        :return: list of {`id`, `figure`, `name`, `definition`, `no_value`, `display`,
            `better`, `period_bound`, `shown`, `target`}
        """
        self.env["utility.figure"]._check_reader()
        groups = self.env.user.all_group_ids
        tiles = self.search([("group_ids", "in", [False, *groups.ids])])
        chosen = {
            choice.tile_id: choice
            for choice in self.env["utility.tile.choice"].search(
                [("user_id", "=", self.env.uid)]
            )
        }
        rows = [
            {
                "id": tile.id,
                "figure": tile.figure,
                "name": tile.name,
                "definition": tile.definition,
                "no_value": tile.no_value,
                "display": tile.display,
                "better": tile.better,
                "period_bound": tile.period_bound,
                "shown": chosen[tile].shown if tile in chosen else tile.shown,
                "target": chosen[tile].target if tile in chosen else tile.target,
            }
            for tile in tiles
        ]
        # A tile that came with a new add-on stands behind what the user ordered.
        order = {tile.id: choice.sequence for tile, choice in chosen.items()}
        last = len(chosen) + 1
        rows.sort(key=lambda row: order.get(row["id"], last))
        return rows

    @api.model
    def save_choices(self, choices):
        """Keep which tiles the user wants, in which order, with which targets.

        :param choices: list of {`id`, `shown`, `target`}, in the order wanted
        :return: True
        :raises UserError: on a target that isn't a number, or a tile that is gone
        """
        visible = {tile["id"] for tile in self.read_choices()}
        if not isinstance(choices, list | tuple):
            raise UserError(self.env._("Tiles are chosen by a list of them: send one."))
        for choice in choices:
            if not isinstance(choice, dict) or choice.get("id") not in visible:
                raise UserError(
                    self.env._(
                        "A tile you chose isn't there any more: open the choice again."
                    )
                )
            target = choice.get("target") or 0
            if not isinstance(target, (int, float)) or not 0 <= target < 1e15:
                raise UserError(
                    self.env._(
                        "“%(target)s” can't be a target: write a number of 0 or more.",
                        target=target,
                    )
                )
        Choice = self.env["utility.tile.choice"]
        existing = {
            choice.tile_id.id: choice
            for choice in Choice.search([("user_id", "=", self.env.uid)])
        }
        new = []
        for sequence, choice in enumerate(choices, start=1):
            vals = {
                "sequence": sequence,
                "shown": bool(choice.get("shown")),
                "target": choice.get("target") or 0,
            }
            if choice["id"] in existing:
                existing[choice["id"]].write(vals)
            else:
                new.append(vals | {"tile_id": choice["id"]})
        Choice.create(new)
        return True

    @api.model
    def reset_choices(self):
        """Forget the user's choices: the tiles are as shipped again.

        :return: True
        """
        self.env["utility.tile.choice"].search(
            [("user_id", "=", self.env.uid)]
        ).unlink()
        return True
