from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import confidence
from ..ladder.utility_collection_case import CURED


class UtilityCollectionTrialArm(models.Model):
    """One process of a trial, and how its cases end (COL-12).

    Compared are the cases that were opened while the trial ran and had the trial's
    days to be cured. Each figure comes with the range that holds the true value in 95
    of 100 trials; a difference counts as proven where its range leaves out 0.
    """

    _name = "utility.collection.trial.arm"
    _description = "Process on Trial"
    _order = "is_champion desc, id"
    _rec_name = "process_id"
    _check_company_auto = True

    trial_id = fields.Many2one(
        comodel_name="utility.collection.trial",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="trial_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('challenger', '=', True)]",
    )
    is_champion = fields.Boolean(
        compute="_compute_is_champion", store=True, precompute=True
    )
    share = fields.Float(
        string="% of Accounts",
        digits=(5, 2),
        help="Of the champion's accounts, by chance.",
    )

    case_count = fields.Integer(string="Cases", compute="_compute_results")
    mature_count = fields.Integer(
        string="Compared",
        compute="_compute_results",
        help="Cases that had the days to be cured.",
    )
    cure_rate = fields.Float(
        string="Cured %", compute="_compute_results", digits=(5, 1)
    )
    cure_range = fields.Char(compute="_compute_results")
    days_to_cure = fields.Float(compute="_compute_results", digits=(6, 1))
    days_range = fields.Char(compute="_compute_results")
    cost_per_case = fields.Monetary(
        compute="_compute_results", help="Of the steps taken, by the cost of each."
    )
    cost_range = fields.Char(compute="_compute_results")
    broken_rate = fields.Float(
        string="Promises Broken %", compute="_compute_results", digits=(5, 1)
    )
    broken_range = fields.Char(compute="_compute_results")
    verdict = fields.Selection(
        selection=[
            ("champion", "Champion"),
            ("few", "Too few cases"),
            ("better", "Cures more"),
            ("worse", "Cures less"),
            ("open", "Not proven"),
        ],
        compute="_compute_results",
    )
    verdict_range = fields.Char(
        string="Against the Champion",
        compute="_compute_results",
        help="Difference of the cure rates in points, with its range.",
    )

    _share_range = models.Constraint(
        "CHECK (share >= 0 AND share < 100)",
        "A challenger takes more than 0 and less than 100 % of the accounts.",
    )
    _process_unique = models.UniqueIndex(
        "(trial_id, process_id)", "A process takes part in a trial once."
    )

    @api.depends("process_id", "trial_id.champion_id")
    def _compute_is_champion(self):
        for arm in self:
            arm.is_champion = arm.process_id == arm.trial_id.champion_id

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        arms = super().create(vals_list)
        arms._check_begun()
        return arms

    def write(self, vals):
        if {"trial_id", "process_id", "share"} & set(vals):
            self._check_begun()
        res = super().write(vals)
        self._check_begun()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_begun()

    def _check_begun(self):
        """The shares of a trial that has begun stay as they are."""
        if not self.env.su:
            self.trial_id._check_draft()
        for arm in self:
            if not arm.is_champion and arm.share < 0.01:
                raise UserError(
                    self.env._(
                        "%(process)s needs a share of the accounts: give it 0.01 %% or"
                        " more.",
                        process=arm.process_id.name,
                    )
                )

    # -------------------------------------------------------------------------
    # RESULTS
    # -------------------------------------------------------------------------

    def _get_case_domain(self):
        """The cases that these processes were given while their trial ran.

        Also those that somebody moved since: who is moved isn't chosen by chance.
        """
        return Domain.OR(
            Domain("first_process_id", "=", arm.process_id.id)
            & Domain("company_id", "=", arm.company_id.id)
            & Domain("opened_on", ">=", arm.trial_id.date_from)
            & (
                Domain("opened_on", "<=", arm.trial_id.date_to)
                if arm.trial_id.date_to
                else Domain.TRUE
            )
            for arm in self
            if arm.trial_id.date_from
        )

    @api.depends("trial_id.state", "trial_id.horizon_days")
    def _compute_results(self):
        results = {}
        for arm in self:
            results[arm.id] = arm._read_results()
        for arm in self:
            found = results[arm.id]
            cured = confidence.share(found["cured"], found["mature"])
            days = confidence.mean(found["cured"], found["days"], found["days_squared"])
            cost = confidence.mean(
                found["mature"], found["cost"], found["cost_squared"]
            )
            promises = found["kept"] + found["broken"]
            broken = confidence.share(found["broken"], promises)
            arm.case_count = found["cases"]
            arm.mature_count = found["mature"]
            arm.cure_rate = 100 * cured.value if cured else 0.0
            arm.cure_range = self._tell_range(cured and cured.scaled(100), "%")
            arm.days_to_cure = found["days"] / found["cured"] if found["cured"] else 0.0
            arm.days_range = self._tell_range(days)
            arm.cost_per_case = (
                found["cost"] / found["mature"] if found["mature"] else 0.0
            )
            arm.cost_range = self._tell_range(cost)
            arm.broken_rate = 100 * broken.value if broken else 0.0
            arm.broken_range = self._tell_range(broken and broken.scaled(100), "%")
            arm._judge(cured, results)

    def _judge(self, cured, results):
        """Say whether the process cures more than the champion, and by how much."""
        champion = self.trial_id.arm_ids.filtered("is_champion")
        if self.is_champion or not champion:
            self.verdict = "champion" if self.is_champion else "few"
            self.verdict_range = False
            return
        found = results.get(champion.id) or champion._read_results()
        base = confidence.share(found["cured"], found["mature"])
        if not cured or not base or self.mature_count < confidence.LEAST_VALUES:
            self.verdict = "few"
            self.verdict_range = False
            return
        gain = confidence.difference(cured, base)
        self.verdict = (
            "better" if gain.low > 0 else "worse" if gain.high < 0 else "open"
        )
        self.verdict_range = self.env._(
            "%(gain)s points (%(low)s to %(high)s)",
            gain=f"{100 * gain.value:+.1f}",
            low=f"{100 * gain.low:+.1f}",
            high=f"{100 * gain.high:+.1f}",
        )

    @api.model
    def _tell_range(self, found, unit=""):
        """The range of a figure as text; of too few cases there is none."""
        if not found:
            return self.env._("too few cases")
        return self.env._(
            "%(low)s to %(high)s",
            low=f"{found.low:.1f}{unit}",
            high=f"{found.high:.1f}{unit}",
        )

    def _read_results(self):
        """Read how the cases of this process ended, with one query.

        :return: ``cases``, ``mature``, ``cured``; sums of ``days`` of the cured and of
            the ``cost`` of the mature, and of their squares; ``kept`` and ``broken``
            promises
        """
        self.ensure_one()
        names = (
            "cases",
            "mature",
            "cured",
            "days",
            "days_squared",
            "cost",
            "cost_squared",
            "kept",
            "broken",
        )
        trial = self.trial_id
        if not trial.date_from:
            return dict.fromkeys(names, 0)
        for model in ("case", "event", "step"):
            self.env[f"utility.collection.{model}"].flush_model()
        self.env["utility.payment.promise"].flush_model()
        Case_sudo = self.env["utility.collection.case"].sudo()
        query = Case_sudo._search(self._get_case_domain())
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH result AS (
                    SELECT compared.id,
                           compared.opened_on + %(horizon)s::int <= %(today)s AS mature,
                           compared.close_reason IN %(cured)s
                           AND compared.closed_on
                               <= compared.opened_on + %(horizon)s::int AS cured,
                           compared.closed_on - compared.opened_on AS days,
                           COALESCE((
                               SELECT SUM(step.cost)
                                 FROM utility_collection_event event
                                 JOIN utility_collection_step step
                                   ON step.id = event.res_id
                                WHERE event.case_id = compared.id
                                  AND event.kind = 'step'
                                  AND event.res_model = 'utility.collection.step'
                           ), 0) AS cost
                      FROM utility_collection_case compared
                     WHERE compared.id IN %(cases)s
                ), promise AS (
                    SELECT COUNT(*) FILTER (WHERE state = 'kept') AS kept,
                           COUNT(*) FILTER (WHERE state = 'broken') AS broken
                      FROM utility_payment_promise
                     WHERE case_id IN (SELECT id FROM result)
                )
                SELECT COUNT(*) AS cases,
                       COUNT(*) FILTER (WHERE mature) AS mature,
                       COUNT(*) FILTER (WHERE mature AND cured) AS cured,
                       COALESCE(SUM(days) FILTER (WHERE mature AND cured), 0) AS days,
                       COALESCE(SUM(days * days) FILTER (WHERE mature AND cured), 0)
                           AS days_squared,
                       COALESCE(SUM(cost) FILTER (WHERE mature), 0) AS cost,
                       COALESCE(SUM(cost * cost) FILTER (WHERE mature), 0)
                           AS cost_squared,
                       (SELECT kept FROM promise) AS kept,
                       (SELECT broken FROM promise) AS broken
                  FROM result
                """,
                horizon=trial.horizon_days,
                today=trial.company_id._utility_today(),
                cured=CURED,
                cases=query.subselect(),
            )
        )
        return {
            name: float(rows[0][name])
            if name.startswith(("days", "cost"))
            else int(rows[0][name])
            for name in names
        }
