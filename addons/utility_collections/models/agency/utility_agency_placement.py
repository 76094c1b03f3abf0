from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityAgencyPlacement(models.Model):
    """An account that an external agency collects from (COL-04).

    The debt stays in the books, and money for it comes in by the one door. While the
    agency has the account, its case waits: nobody is asked twice.
    """

    _name = "utility.agency.placement"
    _description = "Placement with an Agency"
    _inherit = ["utility.collection.record"]
    _order = "placed_on desc, id desc"
    _rec_name = "utility_account_id"

    utility_account_id = fields.Many2one(readonly=True)
    case_id = fields.Many2one(ondelete="restrict")
    agency_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="restrict", readonly=True
    )
    amount = fields.Monetary(
        string="Handed Over", readonly=True, help="What could be collected on that day."
    )
    amount_in_collections = fields.Monetary(
        related="utility_account_id.amount_in_collections", string="Still Owed"
    )
    phone = fields.Char(related="utility_account_id.phone")
    service_address = fields.Char(related="utility_account_id.service_address")
    placed_on = fields.Date(required=True, readonly=True)
    returned_on = fields.Date(readonly=True)
    state = fields.Selection(
        selection=[
            ("placed", "With the agency"),
            ("paid", "Paid"),
            ("returned", "Returned"),
        ],
        required=True,
        default="placed",
        readonly=True,
    )
    note = fields.Char(help="Why it came back.", readonly=True)

    _account_placed_unique = models.UniqueIndex(
        "(utility_account_id) WHERE state = 'placed'",
        "This account is with an agency already.",
    )

    def action_return(self, reason=False):
        """Take accounts back from their agencies; their cases go on.

        :param str reason: for the record
        :return: True
        :raises UserError: for one that isn't with an agency
        """
        self.env["utility.collection.case"]._check_recovery()
        if not self.exists():
            raise UserError(self.env._("Choose a placement that exists."))
        self.check_access("read")
        placements_sudo = self.sudo()
        placements_sudo.utility_account_id._lock_accounts()
        placements_sudo.invalidate_recordset()
        for placement_sudo in placements_sudo:
            if placement_sudo.state != "placed":
                raise UserError(
                    self.env._(
                        "%(account)s isn't with an agency any more.",
                        account=placement_sudo.utility_account_id.display_name,
                    )
                )
        placements_sudo._end("returned", reason)
        placements_sudo.utility_account_id._debt_changed()
        return True

    def _end(self, state, reason=False):
        for company, mine in self.grouped("company_id").items():
            mine.write(
                {
                    "state": state,
                    "returned_on": company._utility_today(),
                    "note": reason,
                }
            )
        self.env["utility.collection.event"]._log(
            "agency_returned",
            self,
            notes={
                placement.id: ", ".join(
                    filter(None, [placement.agency_id.name, placement.note])
                )
                for placement in self
            },
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._("What was handed to an agency stays on record: take it back.")
        )
