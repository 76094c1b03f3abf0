from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_partner import _tz_get


class UtilityJurisdiction(models.Model):
    """Whose rules say when supply may be cut off (COL-07)."""

    _name = "utility.jurisdiction"
    _description = "Jurisdiction"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short name for imports and the API.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Holidays Of",
        check_company=True,
        ondelete="restrict",
        help="Its public holidays and general time off count as holidays; empty: those"
        " of the company's working hours.",
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time Zone",
        help="Of the clocks by which its rules are read; empty: the company's.",
    )
    note = fields.Text(string="Authority", help="Whose rules they are, and where said.")
    rule_ids = fields.One2many(
        comodel_name="utility.disconnection.rule", inverse_name="jurisdiction_id"
    )
    rule_count = fields.Integer(compute="_compute_rule_count")
    area_ids = fields.One2many(
        comodel_name="utility.area", inverse_name="jurisdiction_id", string="Areas"
    )

    _code_company_unique = models.UniqueIndex(
        "(company_id, lower(code)) WHERE code IS NOT NULL",
        "Another jurisdiction already has this code; pick another one.",
    )

    @api.depends("rule_ids")
    def _compute_rule_count(self):
        counts = dict(
            self.env["utility.disconnection.rule"]._read_group(
                [("jurisdiction_id", "in", self.ids)], ["jurisdiction_id"], ["__count"]
            )
        )
        for jurisdiction in self:
            jurisdiction.rule_count = counts.get(jurisdiction._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = (
            self.env["utility.disconnection.decision"]
            .sudo()
            .search([("jurisdiction_id", "in", self.ids)], limit=1)
        )
        if decided:
            raise UserError(
                self.env._(
                    "Decisions were made by the rules of %(jurisdiction)s, which stay"
                    " on record: archive it instead.",
                    jurisdiction=decided.jurisdiction_id.name,
                )
            )

    def action_view_rules(self):
        """Open the rules, those that ended included.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_disconnection_rule_action"
        )
        return action | {
            "domain": [("jurisdiction_id", "=", self.id)],
            "context": {"default_jurisdiction_id": self.id},
        }
