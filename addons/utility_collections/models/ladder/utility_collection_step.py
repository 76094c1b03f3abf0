from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityCollectionStep(models.Model):
    """A rung of a ladder: what is done, from which day and amount on (COL-04)."""

    _name = "utility.collection.step"
    _description = "Collections Step"
    _order = "process_id, days_overdue, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="process_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    days_overdue = fields.Integer(
        required=True,
        help="Days since the oldest debt that may be collected was due.",
    )
    days_after = fields.Integer(
        string="Days After the Last",
        default=1,
        help="At least so many days after the step before it, however late that was"
        " taken.",
    )
    amount_min = fields.Monetary(
        string="Minimum Amount",
        help="The step waits while less than this may be collected.",
    )
    action = fields.Selection(
        selection=[
            ("letter", "Letter"),
            ("email", "E-mail"),
            ("sms", "SMS"),
            ("call", "Personal call"),
            ("visit", "Visit"),
            ("disconnection_warning", "Disconnection warning"),
            ("disconnection", "Disconnection"),
            ("external_agency", "External agency"),
            ("write_off", "Write-off"),
        ],
        required=True,
    )

    _days_range = models.Constraint(
        "CHECK (days_overdue BETWEEN 0 AND 3650 AND days_after BETWEEN 0 AND 365)",
        "A step is taken 0 to 3650 days after the due date, and 0 to 365 days after"
        " the step before it.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount_min BETWEEN 0 AND 1e12)",
        "The minimum amount of a step can't be negative: use 0 for none.",
    )

    # -------------------------------------------------------------------------
    # CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.constrains("active", "process_id", "days_overdue", "sequence", "action")
    def _check_process(self):
        self.process_id._check_steps()

    def write(self, vals):
        if "process_id" in vals:
            for step in self:
                if step.process_id.id != vals["process_id"]:
                    raise UserError(
                        self.env._(
                            "%(step)s stays in %(process)s: add a step to the other"
                            " process.",
                            step=step.name,
                            process=step.process_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last(self):
        """Without any step its cases would end, as if nothing were owed."""
        for process in self.process_id.with_context(active_test=False):
            if process.case_count and process.step_ids <= self:
                raise UserError(
                    self.env._(
                        "%(process)s runs cases and would have no step: archive it"
                        " instead.",
                        process=process.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """A step that a case stands at, or stood at, explains its history."""
        used_sudo = (
            self.env["utility.collection.event"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)], limit=1
            )
        )
        step = self.browse(used_sudo.res_id) or self & (
            self.env["utility.collection.case"]
            .sudo()
            .search([("step_id", "in", self.ids)], limit=1)
            .step_id.with_env(self.env)
        )
        if step:
            raise UserError(
                self.env._(
                    "%(step)s was taken in cases: archive it instead.", step=step.name
                )
            )

    # -------------------------------------------------------------------------
    # TAKING IT
    # -------------------------------------------------------------------------

    def _take(self, cases):
        """Do what this step says for cases that have come to it; superuser.

        One method for each action, `_take_<action>(cases)`, set-based, in the folder
        of the concern that does it. The case itself is advanced by its run, and who
        is to be told later (a letter, an e-mail) is written down as to be told.

        What it raises undoes it for the cases that are to blame: these stay where they
        are, with the sentence on their timeline, and it is tried again the next day.

        :param cases: of one company, open, whose accounts stand at this step
        """
        self.ensure_one()
        take = getattr(self, f"_take_{self.action}", None)
        if take is None:
            raise UserError(
                self.env._(
                    "Nothing carries out steps of the kind %(action)s yet.",
                    action=dict(
                        self._fields["action"]._description_selection(self.env)
                    )[self.action],
                )
            )
        return take(cases)
