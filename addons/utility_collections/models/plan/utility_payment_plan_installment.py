from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context

from ..reader import is_id

# States in which money is asked for; in SQL they are written out, as in the indexes.
UNPAID = ("due", "partial", "missed")


class UtilityPaymentPlanInstallment(models.Model):
    """One payment that a plan agrees on; what is paid of it follows the ledger."""

    _name = "utility.payment.plan.installment"
    _description = "Installment"
    _order = "due_date, plan_id, sequence, id"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    utility_account_id = fields.Many2one(
        related="plan_id.utility_account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(
        string="#", required=True, default=1, help="0 is the down payment."
    )
    due_date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
    # Never NULL: balances subtract it in SQL.
    paid_amount = fields.Monetary(
        string="Paid", required=True, default=0.0, readonly=True, copy=False
    )
    remaining_amount = fields.Monetary(
        string="Unpaid", compute="_compute_remaining_amount"
    )
    state = fields.Selection(
        selection=[
            ("due", "Due"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("missed", "Missed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="due",
        readonly=True,
        copy=False,
    )
    paid_on = fields.Date(
        readonly=True, copy=False, help="Date of the payment that completed it."
    )
    missed_on = fields.Date(
        readonly=True, copy=False, help="When its days of grace were over."
    )

    _sequence_unique = models.UniqueIndex(
        "(plan_id, sequence)", "A plan has one installment of each number."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An installment needs an amount above zero."
    )
    # Compliance of a period
    _due_idx = models.Index("(company_id, due_date)")
    # What is due this week, and what of all consumers is past due
    _unpaid_due_idx = models.Index(
        "(company_id, due_date)"
        " INCLUDE (plan_id, utility_account_id, amount, paid_amount)"
        " WHERE state IN ('due', 'partial', 'missed')"
    )
    # Balances and the daily pass read the unpaid ones alone.
    _unpaid_idx = models.Index(
        "(utility_account_id, due_date) INCLUDE (company_id, amount, paid_amount)"
        " WHERE state IN ('due', 'partial', 'missed')"
    )

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("amount", "paid_amount")
    def _compute_remaining_amount(self):
        for row in self:
            row.remaining_amount = row.currency_id.round(row.amount - row.paid_amount)

    @api.depends("plan_id.number", "plan_id.version", "sequence")
    def _compute_display_name(self):
        """The name that pays it by `record_collections`: PP-2025-0034/1."""
        for row in self:
            row.display_name = f"{row.plan_id.number}/{row.sequence}"

    # -------------------------------------------------------------------------
    # CRUD: rows of drafts only; what is agreed changes by a new version
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        vals_list = self._read_rows(vals_list)
        # Defaults that a caller puts into the context would say what is paid.
        # pylint: disable-next=context-overridden
        quiet = self.with_context(clean_context(self.env.context))
        rows = super(UtilityPaymentPlanInstallment, quiet).create(vals_list)
        rows = rows.with_env(self.env)
        rows._check_draft()
        return rows

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_draft()
        for row in self:
            super(UtilityPaymentPlanInstallment, row).write(
                self._read_row(row.plan_id, vals)
            )
        return True

    @api.model
    def _read_rows(self, vals_list):
        """What callers say of new installments, numbered behind those of the plan.

        The plan numbers them by date when it is drawn up; until then each needs a
        number of its own.
        """
        result = []
        last = {}
        for vals in vals_list:
            plan_id = vals.get("plan_id") if isinstance(vals, dict) else False
            plan = self.env["utility.payment.plan"].browse(
                plan_id if is_id(plan_id) else []
            )
            if not plan.exists():
                raise ValidationError(
                    self.env._("An installment needs a payment plan: choose one.")
                )
            plan.check_access("write")
            row = self._read_row(plan, vals)
            if len(row) < 2:
                raise ValidationError(
                    self.env._("An installment needs a due date and an amount.")
                )
            if plan not in last:
                numbers = plan.sudo().installment_ids.mapped("sequence")
                last[plan] = max(numbers, default=0)
            last[plan] += 1
            result.append(row | {"plan_id": plan.id, "sequence": last[plan]})
        return result

    @api.model
    def _read_row(self, plan, vals):
        """Date and amount are the author's; everything else is the plan's."""
        result = {}
        if "due_date" in vals:
            result["due_date"] = plan._read_date(vals["due_date"])
        if "amount" in vals:
            result["amount"] = plan._read_amount(vals["amount"], self.env._("Amount"))
            if result["amount"] <= 0:
                raise ValidationError(
                    self.env._("An installment needs an amount above zero.")
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_draft()

    def _check_draft(self):
        """Authors write the rows of custom drafts; other schedules follow from terms.

        :raises UserError: naming the plan
        """
        if self.env.su:
            return
        plans = self.plan_id
        plans._check_author()
        for plan in plans:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "Plan %(plan)s is agreed: its installments don't change. Modify"
                        " it, which makes a new version.",
                        plan=plan.display_name,
                    )
                )
            if plan.frequency != "custom":
                raise UserError(
                    self.env._(
                        "The schedule of plan %(plan)s follows from its terms: choose"
                        " the frequency Custom to write your own.",
                        plan=plan.display_name,
                    )
                )
        plans.sudo()._note_author()

    # -------------------------------------------------------------------------
    # PAID
    # -------------------------------------------------------------------------

    @api.model
    def _get_unpaid_domain(self, accounts):
        """What active plans of accounts still ask for."""
        return [
            ("utility_account_id", "in", accounts.ids),
            ("plan_id.state", "=", "active"),
            ("state", "in", UNPAID),
        ]

    def _set_paid(self, paid, paid_on):
        """Set what is paid; the state follows.

        :param Decimal paid: between 0 and the amount
        :param paid_on: the date of the payment, kept when it completes the installment
        """
        self.ensure_one()
        if paid == self.plan_id._money(self.amount):
            state = "paid"
        elif self.missed_on:
            state = "missed"
        else:
            state = "partial" if paid else "due"
        self.write(
            {
                "paid_amount": float(paid),
                "state": state,
                "paid_on": paid_on if state == "paid" else False,
            }
        )

    def _paid_event_vals(self, change):
        """The row of the timeline that says what was paid, or taken back."""
        self.ensure_one()
        if change < 0:
            kind = "payment_undone"
        else:
            kind = "paid" if self.state == "paid" else "partly_paid"
        return {
            "plan_id": self.plan_id.id,
            "installment_id": self.id,
            "kind": kind,
            "amount": float(change),
        }
