from dataclasses import replace

from odoo import api, fields, models

from ...tools.disconnection import HOUSE_RULES, Tag, evaluate, to_plain


class UtilityAccount(models.Model):
    """Whether supply may be cut off now: asked by orders, at each moment (COL-07)."""

    _inherit = "utility.account"

    certificate_ids = fields.One2many(
        comodel_name="utility.medical.certificate",
        inverse_name="utility_account_id",
        string="Medical Certificates",
        groups="utility_consumers.group_customer_executive",
    )

    disconnection_decision_id = fields.Many2one(
        comodel_name="utility.disconnection.decision",
        string="Last Decision",
        compute="_compute_disconnection_decision_id",
        help="About cutting off supply; what was only asked is left out.",
    )

    def _compute_disconnection_decision_id(self):
        groups = self.env["utility.disconnection.decision"]._read_group(
            [
                ("utility_account_id", "in", self._origin.ids),
                ("moment", "!=", "simulation"),
            ],
            ["utility_account_id"],
            ["id:max"],
        )
        latest = {account.id: decision_id for account, decision_id in groups}
        for account in self:
            account.disconnection_decision_id = latest.get(account._origin.id, False)

    def action_ask_disconnection(self):
        """Ask whether supply might be cut off at a moment; nothing is done.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would supply be cut off?"),
            "res_model": "utility.disconnection.question",
            "view_mode": "form",
            "target": "new",
            "context": {"default_utility_account_id": self.id},
        }

    def action_view_decisions(self):
        """Open all decisions about this account, the latest first.

        :return: an action for the web client
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "utility_collections.utility_disconnection_decision_action"
        ) | {"domain": [("utility_account_id", "=", self.id)], "context": {}}

    @api.private
    def _decide_disconnection(self, moment, orders=None, at=None):
        """Evaluate the rules for these accounts and keep each decision; superuser.

        The caller has locked the accounts. What protects an account whatever the rules
        say is decided first: nothing overdue, a payment on its way. Rules about the
        hour, the weekday, holidays and the weather are asked at execution and in
        simulations only (`timing` of the decision: nothing else is against it).

        :param str moment: of the selection of `utility.disconnection.decision`
        :param orders: the orders it is asked for, at most one an account
        :param datetime at: UTC; default now
        :return: `utility.disconnection.decision` records, one an account, in order
        """
        at = at or fields.Datetime.now()
        accounts_sudo = self.sudo()
        order_ids = {order.utility_account_id.id: order.id for order in (orders or ())}
        Decision_sudo = self.env["utility.disconnection.decision"].sudo()
        vals = {}
        for _company, mine_sudo in accounts_sudo.grouped("company_id").items():
            jurisdictions = mine_sudo._get_jurisdictions()
            rules = self._get_engine_rules(set(jurisdictions.values()))
            for account, facts in mine_sudo._get_disconnection_facts(
                moment, at
            ).items():
                jurisdiction = jurisdictions[account]
                verdict = evaluate(facts, rules[jurisdiction], at)
                vals[account.id] = {
                    "utility_account_id": account.id,
                    "order_id": order_ids.get(account.id, False),
                    "jurisdiction_id": jurisdiction.id,
                    "moment": moment,
                    "at": at,
                    "facts": to_plain(facts),
                    "rules": to_plain(verdict.rules),
                } | Decision_sudo._prepare_verdict(facts, verdict, at)
        return Decision_sudo.create([vals[account_id] for account_id in self.ids])

    @api.model
    def _get_engine_rules(self, jurisdictions):
        """Return all rules of jurisdictions, whenever in force, with one query.

        :param jurisdictions: each a record; one that is empty has the house's own
        :return: {jurisdiction: tuple of `tools.disconnection.Rule`}
        """
        rules_sudo = (
            self.env["utility.disconnection.rule"]
            .sudo()
            .search([("jurisdiction_id", "in", [one.id for one in jurisdictions])])
            .grouped("jurisdiction_id")
        )
        return {
            jurisdiction: rules_sudo[jurisdiction]._to_engine()
            if jurisdiction in rules_sudo
            else (() if jurisdiction else self._get_house_rules())
            for jurisdiction in jurisdictions
        }

    @api.model
    def _get_house_rules(self):
        """Return what holds without a jurisdiction: who depends on supply keeps it."""
        tag_sudo = self.env.ref(
            "utility_consumers.tag_life_support", raise_if_not_found=False
        ).sudo()
        tags = tuple(Tag(tag.id, tag.name) for tag in tag_sudo or ())
        return tuple(
            replace(rule, tags=tags) if rule.kind == "circumstance" else rule
            for rule in HOUSE_RULES
        )
