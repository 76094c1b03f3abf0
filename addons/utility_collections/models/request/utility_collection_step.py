from odoo import models
from odoo.exceptions import UserError


class UtilityCollectionStep(models.Model):
    """Steps that somebody has to take: a service request is opened (COL-05)."""

    _inherit = "utility.collection.step"

    def _take_call(self, cases):
        return self._open_requests(cases, "personal_call")

    def _take_visit(self, cases):
        return self._open_requests(cases, "visit")

    def _open_requests(self, cases, code):
        """Open a request for each case whose account has no such one unresolved.

        :return: the new `utility.service.request` records
        :raises UserError: when nobody is there who could do them
        """
        Request = self.env["utility.service.request"]
        request_type = self.env["utility.service.request.type"]._find(code)
        if not request_type:
            raise UserError(
                self.env._("No request was opened: its type is archived or gone.")
            )
        requests = Request
        for mine in cases.grouped("company_id").values():
            opened, without = Request._open_many(
                request_type,
                {case.utility_account_id.id: case.id for case in mine},
                "ladder",
            )
            if without:
                raise UserError(
                    self.env._(
                        "No request was opened: nobody is there to do it. Name a"
                        " Recovery Executive in the settings."
                    )
                )
            requests |= opened
        return requests
