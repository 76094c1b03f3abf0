from odoo import fields, models


class UtilityAccount(models.Model):
    """What the drawer shows beside the debt summary (COL-02)."""

    _inherit = "utility.account"

    def read_debt_drawer(self):
        """Read the debt summary with all that its drawer shows and opens.

        :return: as `get_debt_summary`, with more values on each level
        :rtype: dict
        :raises AccessError: without the user action View Account Debt
        """
        account = self._check_debt_viewer()
        return account._read_debt_summary() | {
            "account": {
                "id": account.id,
                "number": account.number,
                "name": account.consumer_name or "",
                "address": account.service_address or "",
                "closed": account.state == "closed",
            },
            "currency_id": account.currency_id.id,
            "rating_parts": account._get_rating_facts(),
            "case": account._get_case_facts(),
            "request_types": account._get_request_types(),
            "can": account._get_debt_doors(),
        }

    def _get_rating_facts(self):
        """What the credit rating is made of: labels and values (CON-08)."""
        account_sudo = self.sudo()
        facts = []
        if account_sudo.rating_override:
            facts.append({"label": account_sudo.rating_reason or "", "value": ""})
        row_sudo = account_sudo.behaviour_ids[:1]
        if row_sudo.rating:
            facts += [
                {"label": label, "value": f"{points:+d}"}
                for label, points in self._get_rating_parts(row_sudo)
            ]
        return facts

    def _get_case_facts(self):
        """The case of this account and the step that comes next, or False."""
        case_sudo = self._map_open_cases().get(self.id)
        if not case_sudo:
            return False
        states = dict(case_sudo._fields["state"]._description_selection(self.env))
        pauses = dict(case_sudo._fields["pause_kind"]._description_selection(self.env))
        is_paused = case_sudo.state == "paused"
        return {
            "id": case_sudo.id,
            "state": case_sudo.state,
            "state_label": states[case_sudo.state],
            "process": case_sudo.process_id.name,
            "opened_on": _write(case_sudo.opened_on),
            "step": case_sudo.step_id.name or "",
            "stepped_on": _write(case_sudo.stepped_on),
            "pause_reason": is_paused
            and (case_sudo.pause_reason or pauses.get(case_sudo.pause_kind, "")),
            "next_step": case_sudo.next_step_id.name or "",
            "next_on": _write(case_sudo.next_step_on),
            "problem": case_sudo.step_problem or "",
        }

    def _get_request_types(self):
        """The procedures of collections that a new request may follow, in their order.

        One's own types have no code: the dialog of a new request offers them.
        """
        category = self.company_id._get_request_category()
        types_sudo = (
            self.env["utility.service.request.type"]
            .sudo()
            .search(
                [
                    ("company_id", "in", [self.company_id.id, False]),
                    ("category_id", "in", [category.id, False]),
                ]
            )
        )
        return [{"code": kind.code or "", "name": kind.name} for kind in types_sudo]

    def _get_debt_doors(self):
        """What the caller may do from here, for the buttons."""
        return {
            "record": self.env["utility.record.payment"].has_access("create"),
            "request": self.env["utility.service.request"].has_access("create"),
            "promise": self.env["utility.payment.promise"].has_access("create"),
            "plan": self.env["utility.payment.plan"].has_access("create"),
        }


def _write(day):
    """A day as it is sent, or False."""
    return fields.Date.to_string(day) if day else False
