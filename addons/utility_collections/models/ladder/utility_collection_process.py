from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class UtilityCollectionProcess(models.Model):
    """A ladder: which steps are taken against which overdue accounts (COL-04).

    The first process, by its sequence, whose category and credit rating an account has
    is taken for it; one without either is for all others, the fallback. A case keeps
    the process that it was opened with, until it is moved by hand.
    """

    _name = "utility.collection.process"
    _description = "Collections Process"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    category = fields.Selection(
        selection="_get_categories",
        tracking=True,
        help="Which accounts it is for; empty: of any category.",
    )
    credit_rating = fields.Selection(
        selection=[(letter, letter) for letter in "ABCDE"],
        tracking=True,
        help="Which accounts it is for; empty: rated in any way, or not at all.",
    )
    step_ids = fields.One2many(
        comodel_name="utility.collection.step", inverse_name="process_id", copy=True
    )
    case_count = fields.Integer(string="Open Cases", compute="_compute_case_count")
    scope = fields.Char(string="For", compute="_compute_scope")

    @api.model
    def _get_categories(self):
        field = self.env["utility.account"]._fields["category"]
        return field._description_selection(self.env)

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    def _compute_case_count(self):
        counts = dict(
            self.env["utility.collection.case"]._read_group(
                [("process_id", "in", self.ids), ("state", "!=", "closed")],
                ["process_id"],
                ["__count"],
            )
        )
        for process in self:
            process.case_count = counts.get(process._origin, 0)

    @api.depends("category", "credit_rating")
    def _compute_scope(self):
        categories = dict(self._fields["category"]._description_selection(self.env))
        for process in self:
            parts = [categories.get(process.category), process.credit_rating]
            process.scope = ", ".join(filter(None, parts)) or self.env._(
                "All other accounts"
            )

    # -------------------------------------------------------------------------
    # CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.constrains("active", "step_ids")
    def _check_steps(self):
        """A ladder in use has rungs, in order, and warns before it cuts off."""
        for process in self:
            if process.active and not process.step_ids:
                raise ValidationError(
                    self.env._(
                        "%(process)s has no step: add one, or archive it until it has.",
                        process=process.name,
                    )
                )
            process._check_order()

    def _check_order(self):
        self.ensure_one()
        steps = self.step_ids.sorted(lambda step: (step.days_overdue, step.sequence))
        warned = False
        before = None
        for step in steps:
            if before and before.days_overdue == step.days_overdue:
                raise ValidationError(
                    self.env._(
                        "%(one)s and %(other)s are both taken on day %(day)s: give each"
                        " step a day of its own.",
                        one=before.name,
                        other=step.name,
                        day=step.days_overdue,
                    )
                )
            if before and before.sequence > step.sequence:
                raise ValidationError(
                    self.env._(
                        "%(before)s (day %(early)s) comes before %(after)s (day"
                        " %(late)s) but stands after it: put the steps in the order of"
                        " their days.",
                        before=before.name,
                        early=before.days_overdue,
                        after=step.name,
                        late=step.days_overdue,
                    )
                )
            if step.action == "disconnection" and not warned:
                raise ValidationError(
                    self.env._(
                        "%(step)s cuts off without a warning: add a disconnection"
                        " warning on an earlier day.",
                        step=step.name,
                    )
                )
            warned = warned or step.action == "disconnection_warning"
            before = step

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        processes = super().create(vals_list)
        # A constraint on lines isn't looked at when none is given.
        processes._check_steps()
        return processes

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used_sudo = (
            self.env["utility.collection.case"]
            .sudo()
            .search([("process_id", "in", self.ids)], limit=1)
        )
        if used_sudo:
            raise UserError(
                self.env._(
                    "Cases were run by %(process)s: archive it instead.",
                    process=used_sudo.process_id.name,
                )
            )

    def copy_data(self, default=None):
        return [
            vals | {"name": self.env._("%s (copy)", process.name)}
            for process, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_view_cases(self):
        """Open the cases that it runs.

        :return: an action for the web client
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_collection_case_action"
        )
        return action | {
            "domain": [("process_id", "=", self.id)],
            "display_name": self.env._("Cases of %s", self.name),
        }
