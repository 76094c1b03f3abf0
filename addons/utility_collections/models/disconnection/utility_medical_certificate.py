from odoo import api, fields, models
from odoo.exceptions import UserError

# What a certificate says: who changes it is the one who saw the paper.
_SAID = frozenset({"date_from", "date_to", "document"})
# What follows; nobody writes it.
_FOLLOWING = frozenset({"company_id", "user_id"})


class UtilityMedicalCertificate(models.Model):
    """A doctor's word that somebody at the premise depends on supply (COL-07).

    It protects from its first day to its last, both included. Staff alone see it.
    """

    _name = "utility.medical.certificate"
    _description = "Medical Certificate"
    _inherit = ["utility.account.record"]
    _order = "date_to desc, id desc"

    utility_account_id = fields.Many2one(ondelete="cascade")
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: self.env.company._utility_today(),
    )
    date_to = fields.Date(
        string="Valid Until", required=True, help="The last day on which it protects."
    )
    document = fields.Binary(string="Certificate", attachment=True)
    document_name = fields.Char()
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Checked By",
        default=lambda self: self.env.user,
        readonly=True,
        help="Who saw the paper.",
    )
    note = fields.Char()

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A certificate can't end before it begins: correct its dates.",
    )

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = self.env._(
                "%(date_from)s to %(date_to)s",
                date_from=certificate.date_from,
                date_to=certificate.date_to,
            )

    @api.model_create_multi
    def create(self, vals_list):
        certificates = super().create(
            [
                {name: vals[name] for name in vals if name not in _FOLLOWING}
                | {"user_id": self.env.uid}
                for vals in vals_list
            ]
        )
        certificates.utility_account_id._review_orders()
        return certificates

    def write(self, vals):
        """Extend: it names who saw the paper; crews are called back or sent."""
        vals = {name: vals[name] for name in vals if name not in _FOLLOWING}
        if "utility_account_id" in vals:
            self._check_account(vals["utility_account_id"])
        if not _SAID.isdisjoint(vals):
            vals["user_id"] = self.env.uid
        res = super().write(vals)
        self.utility_account_id._review_orders()
        return res

    def unlink(self):
        accounts = self.utility_account_id
        res = super().unlink()
        accounts._review_orders()
        return res

    def _check_account(self, account_id):
        """It protects one premise: nobody hands it on to another one."""
        if any(paper.utility_account_id.id != account_id for paper in self):
            raise UserError(
                self.env._(
                    "A certificate stays with its account: let it end today, and enter"
                    " what the doctor wrote for the other account there."
                )
            )
