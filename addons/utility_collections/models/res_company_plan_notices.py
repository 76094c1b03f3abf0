from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_plan_notice_missed = fields.Boolean(
        string="Missed installment",
        default=True,
        help="The consumer is told by e-mail that an installment was missed (PLN-05).",
    )
    utility_plan_notice_broken = fields.Boolean(
        string="Broken plan",
        default=True,
        help="The consumer is told by e-mail that a plan is broken (PLN-05).",
    )
    utility_plan_notice_completed = fields.Boolean(
        string="Completed plan",
        default=True,
        help="The consumer is told by e-mail that a plan is completed (PLN-05).",
    )

    def _get_plan_notices(self):
        """The kinds of events that consumers of this company are told of by e-mail."""
        self.ensure_one()
        return {
            kind
            for kind in ("missed", "broken", "completed")
            if self[f"utility_plan_notice_{kind}"]
        }
