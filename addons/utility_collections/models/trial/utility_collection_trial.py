import secrets

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

# Hundredths of a percent that an account may draw.
DRAWS = 10000
_FOLLOWS = {"state", "date_from", "date_to"}


class UtilityCollectionTrial(models.Model):
    """A process tried against others on shares of the accounts that it is for (COL-12).

    The champion is the process in use; challengers get their shares of its accounts
    when a case opens. A case keeps its process to its end, also when the trial ends.
    """

    _name = "utility.collection.trial"
    _description = "Trial of Collections Processes"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    champion_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('challenger', '=', False)]",
        tracking=True,
        help="The process in use, whose accounts are shared out.",
    )
    arm_ids = fields.One2many(
        comodel_name="utility.collection.trial.arm", inverse_name="trial_id"
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("running", "Running"), ("ended", "Ended")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_from = fields.Date(string="Started On", readonly=True, copy=False)
    date_to = fields.Date(string="Ended On", readonly=True, copy=False)
    horizon_days = fields.Integer(
        string="Days to Cure",
        required=True,
        default=60,
        tracking=True,
        help="A case counts once it is so many days old, as cured if it was by then.",
    )
    seed = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(8),
        groups="base.group_system",
    )
    champion_share = fields.Float(
        string="Champion's Share", compute="_compute_champion_share", digits=(5, 2)
    )

    _horizon_range = models.Constraint(
        "CHECK (horizon_days BETWEEN 1 AND 730)",
        "A case is given 1 to 730 days to be cured.",
    )
    _champion_running_unique = models.UniqueIndex(
        "(champion_id) WHERE state = 'running'",
        "Another trial of this process runs already: end it first.",
    )

    @api.depends("arm_ids.share", "arm_ids.is_champion")
    def _compute_champion_share(self):
        for trial in self:
            challengers = trial.arm_ids.filtered(lambda arm: not arm.is_champion)
            trial.champion_share = 100.0 - sum(challengers.mapped("share"))

    @api.constrains("arm_ids", "champion_id")
    def _check_arms(self):
        for trial in self:
            challengers = trial.arm_ids.filtered(lambda arm: not arm.is_champion)
            if trial.champion_share <= 0:
                raise ValidationError(
                    self.env._(
                        "The challengers of %(trial)s take all accounts: leave a share"
                        " to the champion, to compare with.",
                        trial=trial.name,
                    )
                )
            if len(challengers.process_id) < len(challengers):
                raise ValidationError(
                    self.env._(
                        "A process takes part in %(trial)s once: add up its shares.",
                        trial=trial.name,
                    )
                )
            if trial.champion_id in challengers.process_id:
                raise ValidationError(
                    self.env._(
                        "%(process)s can't challenge itself: choose another process.",
                        process=trial.champion_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_written(vals)
        fixed = {"champion_id", "company_id"} & set(vals)
        if fixed and not self.env.su:
            self._check_draft()
        return super().write(vals)

    @api.model
    def _check_written(self, vals):
        """How far a trial is follows from its buttons."""
        if not self.env.su and _FOLLOWS & set(vals):
            raise UserError(
                self.env._("A trial begins and ends by its buttons: use Start or End.")
            )

    def copy_data(self, default=None):
        """What is tried again; the champion joins when it begins."""
        return [
            vals
            | {
                "name": self.env._("%s (copy)", trial.name),
                "arm_ids": [
                    Command.create(
                        {"process_id": arm.process_id.id, "share": arm.share}
                    )
                    for arm in trial.arm_ids
                    if not arm.is_champion
                ],
            }
            for trial, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _check_draft(self):
        if begun := self.filtered(lambda trial: trial.state != "draft")[:1]:
            raise UserError(
                self.env._(
                    "%(trial)s has begun: what is compared stays as it is. End it and"
                    " begin another.",
                    trial=begun.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_draft()

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_start(self):
        """Begin: cases that open from now on are shared out by chance.

        :return: True
        :raises UserError: for one that has begun, or without a challenger
        """
        self.check_access("write")
        self._check_draft()
        for trial in self:
            challengers = trial.arm_ids.filtered(lambda arm: not arm.is_champion)
            if not challengers:
                raise UserError(
                    self.env._(
                        "%(trial)s has no challenger: add a process to try.",
                        trial=trial.name,
                    )
                )
            other = challengers.process_id.filtered(
                lambda process: not process.challenger or not process.active
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(process)s isn't a challenger in use: mark it as one first,"
                        " so that no account comes to it otherwise.",
                        process=other[0].name,
                    )
                )
            self.env["utility.collection.trial.arm"].create(
                {"trial_id": trial.id, "process_id": trial.champion_id.id}
            )
            trial.sudo().write(
                {
                    "state": "running",
                    "date_from": trial.company_id._utility_today(),
                }
            )
        return True

    def action_end(self):
        """End: new cases go to the champion; open ones keep their process.

        :return: True
        :raises UserError: for one that doesn't run
        """
        self.check_access("write")
        for trial in self:
            if trial.state != "running":
                raise UserError(
                    self.env._(
                        "%(trial)s doesn't run: there is nothing to end.",
                        trial=trial.name,
                    )
                )
        for trial_sudo in self.sudo():
            trial_sudo.write(
                {"state": "ended", "date_to": trial_sudo.company_id._utility_today()}
            )
        return True

    def action_view_cases(self):
        """Open the cases that are compared.

        :return: an action for the web client
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_collection_case_action"
        )
        return action | {
            "domain": self.arm_ids._get_case_domain(),
            "context": {"group_by": "process_id"},
            "display_name": self.env._("Cases of %s", self.name),
        }

    # -------------------------------------------------------------------------
    # DRAWING
    # -------------------------------------------------------------------------

    @api.model
    def _get_running_arms(self):
        """What challengers draw of their champion's accounts; superuser.

        :return: list of (champion id, challenger id, seed, from, to), of 10,000
        """
        arms = []
        for trial in self.search([("state", "=", "running")]):
            low = 0
            for arm in trial.arm_ids.sorted("id"):
                if arm.is_champion:
                    continue
                high = low + round(arm.share * DRAWS / 100)
                # Accounts of one that is archived stay with the champion.
                if arm.process_id.active:
                    arms.append(
                        (trial.champion_id.id, arm.process_id.id, trial.seed, low, high)
                    )
                low = high
        return arms
