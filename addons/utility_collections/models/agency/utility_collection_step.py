from odoo import fields, models
from odoo.exceptions import UserError


class UtilityCollectionStep(models.Model):
    _inherit = "utility.collection.step"

    agency_id = fields.Many2one(
        comodel_name="res.partner",
        ondelete="restrict",
        help="Who collects from then on; the case waits until the account comes back.",
    )

    def _take_external_agency(self, cases):
        """Hand the accounts of these cases to the step's agency.

        :return: `utility.agency.placement`, one a case
        """
        if not self.agency_id:
            raise UserError(
                self.env._("%(step)s names no agency: choose one.", step=self.name)
            )
        Placement = self.env["utility.agency.placement"]
        accounts = cases.utility_account_id
        debts = accounts._get_debts()
        placements = Placement.create(
            [
                {
                    "utility_account_id": case.utility_account_id.id,
                    "case_id": case.id,
                    "agency_id": self.agency_id.id,
                    "amount": float(debts[case.utility_account_id.id].collectible),
                    "placed_on": case.company_id._utility_today(),
                }
                for case in cases
            ]
        )
        self.env["utility.collection.event"]._log(
            "agency",
            placements,
            notes=dict.fromkeys(placements.ids, self.agency_id.name),
            amounts={placement.id: placement.amount for placement in placements},
        )
        cases._wait_for_agency()
        return placements
