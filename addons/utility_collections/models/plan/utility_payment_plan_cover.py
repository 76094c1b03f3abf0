from odoo import fields, models
from odoo.tools import SQL

# On the alias `cover`. A plan that is paid follows its debt, and asks for nothing.
ASKING = SQL("cover.in_force AND cover.paid_amount < cover.amount")


class UtilityPaymentPlanCover(models.Model):
    """A receivable item whose debt a plan covers (PLN-04).

    The item itself isn't touched: it keeps its due date and its document.
    """

    _name = "utility.payment.plan.cover"
    _description = "Debt Covered by a Payment Plan"
    _inherit = ["utility.collection.item"]
    _order = "plan_id, id"

    plan_id = fields.Many2one(
        comodel_name="utility.payment.plan",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    amount = fields.Monetary(
        string="Covered", readonly=True, help="Open when the plan was signed."
    )
    paid_amount = fields.Monetary(
        string="Paid",
        required=True,
        default=0.0,
        readonly=True,
        help="What the item received since then.",
    )
    baseline = fields.Json(
        readonly=True,
        help="By credit item, what had paid it when the plan was signed.",
    )
    in_force = fields.Boolean(
        default=True, readonly=True, help="The plan is active or completed."
    )

    _line_in_force_unique = models.UniqueIndex(
        "(line_id) WHERE in_force",
        "This debt is covered by another active plan already.",
    )

    def action_view_document(self):
        """Open the bill or charge.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
