from odoo import models


class UtilityCollectionStep(models.Model):
    """Steps that somebody has to take: a service request is opened (COL-05)."""

    _inherit = "utility.collection.step"

    def _take_call(self, cases):
        return self._open_requests(cases, "personal_call")

    def _take_visit(self, cases):
        return self._open_requests(cases, "visit")

    def _open_requests(self, cases, code):
        """Open a request for each case whose account has no such one unresolved.

        What can't be opened is said on the timeline of its case, and stops no other.

        :return: the new `utility.service.request` records
        """
        Request = self.env["utility.service.request"]
        request_type = self.env["utility.service.request.type"]._find(code)
        requests = Request
        unopened = {}
        for mine in cases.grouped("company_id").values():
            if not request_type:
                reason = self.env._("Not opened: its type of request is archived.")
                unopened |= dict.fromkeys(mine.ids, reason)
                continue
            by_account = {case.utility_account_id.id: case.id for case in mine}
            opened, without = Request._open_many(request_type, by_account, "ladder")
            requests |= opened
            reason = self.env._(
                "%(type)s not opened: nobody is there to do it. Name a Recovery"
                " Executive in the settings.",
                type=request_type.name,
            )
            unopened |= {by_account[account.id]: reason for account in without}
        if unopened:
            self.env["utility.collection.event"]._log(
                "request_cancelled", cases.browse(unopened), unopened
            )
        return requests
