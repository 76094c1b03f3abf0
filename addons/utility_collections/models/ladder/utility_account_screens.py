from odoo import fields, models


class UtilityAccount(models.Model):
    """The case of an account on the consumer's page (COL-04, CON-06)."""

    _inherit = "utility.account"

    case_count = fields.Integer(string="Collections", compute="_compute_case_count")
    has_case = fields.Boolean(
        string="In Collections",
        compute="_compute_case_count",
        search="_search_has_case",
    )

    def _compute_case_count(self):
        counts = {}
        with_case = self._filter_with_case()
        for account, count in self.env["utility.collection.case"]._read_group(
            [("utility_account_id", "in", self.ids)],
            ["utility_account_id"],
            ["__count"],
        ):
            counts[account.id] = count
        for account in self:
            account.case_count = counts.get(account._origin.id, 0)
            account.has_case = account in with_case

    def _search_has_case(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("case_ids", "any", [("state", "!=", "closed")])]

    def action_view_cases(self):
        """Open the case of this account, or the list of those that it had.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_collection_case_action"
        )
        return action | {
            "domain": [("utility_account_id", "=", self.id)],
            "context": {},
            "display_name": self.env._("Collections of %s", self.display_name),
        }
