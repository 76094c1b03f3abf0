from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class UtilityCollectionCase(models.Model):
    """What Recovery Executives do with cases by hand; all of it is told (COL-04)."""

    _inherit = "utility.collection.case"

    def action_pause(self, until, reason):
        """Pause cases until a day; their run goes on by itself on it.

        :param until: the day, a date or its text
        :param str reason: for the record
        :return: True
        """
        cases_sudo = self._take_by_hand()
        reason = self._read_reason(reason)
        until = self._read_day(until)
        for company, mine in cases_sudo.grouped("company_id").items():
            if until <= company._utility_today():
                raise UserError(
                    self.env._("Pause until a day to come: %s is over.", until)
                )
            mine._assign(
                SQL(
                    "state = 'paused', pause_kind = 'manual', pause_reason = %s,"
                    " paused_until = %s",
                    reason,
                    until,
                )
            )
            mine._tell(
                "paused", self.env._("Until %(day)s: %(why)s", day=until, why=reason)
            )
        return True

    def action_resume(self):
        """Let paused cases go on.

        :return: True
        """
        cases_sudo = self._take_by_hand()
        for case in cases_sudo:
            if case.state != "paused":
                raise UserError(
                    self.env._("%s isn't paused: it goes on.", case.display_name)
                )
            if case.pause_kind != "manual":
                kinds = dict(
                    self._fields["pause_kind"]._description_selection(self.env)
                )
                raise UserError(
                    self.env._(
                        "%(case)s waits for a reason that holds still (%(reason)s):"
                        " it goes on by itself when that is over.",
                        case=case.display_name,
                        reason=kinds[case.pause_kind],
                    )
                )
        cases_sudo._assign(self._get_resumed())
        cases_sudo._tell("resumed")
        cases_sudo.utility_account_id._follow_debt()
        return True

    def action_close(self, reason, not_before=False):
        """Close cases by hand.

        :param str reason: for the record
        :param not_before: the accounts aren't put into collections again before this
            day, a date or its text; default: they are on the next day that says so
        :return: True
        """
        cases_sudo = self._take_by_hand()
        reason = self._read_reason(reason)
        day = not_before and self._read_day(not_before)
        for mine in cases_sudo.grouped("company_id").values():
            mine._close("manual", note=reason, not_before=day or None)
        return True

    def action_move(self, process_id):
        """Let cases be run by another process, from its first step on.

        All that is overdue then ends them: the other process may begin later.

        :param int process_id: an active process of their company
        :return: True
        """
        cases_sudo = self._take_by_hand()
        process = self._read_process(process_id)
        for case in cases_sudo:
            if process.company_id != case.company_id or not process.active:
                raise UserError(
                    self.env._(
                        "%(process)s can't run %(case)s: choose an active process of"
                        " %(company)s.",
                        process=process.name,
                        case=case.display_name,
                        company=case.company_id.name,
                    )
                )
            if process == case.process_id:
                raise UserError(
                    self.env._(
                        "%(case)s is run by %(process)s already: choose another.",
                        case=case.display_name,
                        process=process.name,
                    )
                )
        cases_sudo._assign(
            SQL(
                "process_id = %s, step_id = NULL, by_hand = TRUE, step_problem = NULL",
                process.id,
            )
        )
        cases_sudo._tell("moved", process.name)
        cases_sudo.utility_account_id._follow_debt()
        return True

    # -------------------------------------------------------------------------
    # DIALOGS
    # -------------------------------------------------------------------------

    def action_open_pause(self):
        """Open the dialog that pauses cases.

        :return: an action for the web client
        """
        return self._open_change("pause", self.env._("Pause Collections"))

    def action_open_close(self):
        """Open the dialog that closes cases.

        :return: an action for the web client
        """
        return self._open_change("close", self.env._("Close the Case"))

    def action_open_move(self):
        """Open the dialog that moves cases to another process.

        :return: an action for the web client
        """
        return self._open_change("move", self.env._("Move to Another Process"))

    def _open_change(self, kind, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "utility.collection.case.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kind": kind, "default_case_ids": self.ids},
        }

    # -------------------------------------------------------------------------
    # RULES
    # -------------------------------------------------------------------------

    @api.model
    def _check_recovery(self):
        """Collections are changed by Recovery Executives, not by the counter (ROL-01).

        :raises AccessError: for others
        """
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_recovery_executive"
        ):
            raise AccessError(
                self.env._(
                    "Collections are changed by Recovery Executives: ask one of them."
                )
            )

    def _take_by_hand(self):
        """Check who calls and what for, and lock the accounts.

        :return: the cases as superuser, read afresh
        """
        self._check_recovery()
        if not self.exists():
            raise UserError(self.env._("Choose a case that exists."))
        self.check_access("read")
        cases_sudo = self.sudo()
        cases_sudo.utility_account_id._lock_accounts()
        cases_sudo.invalidate_recordset()
        for case in cases_sudo:
            if case.state == "closed":
                raise UserError(
                    self.env._(
                        "The case of %s is closed: open a new one.", case.display_name
                    )
                )
        return cases_sudo

    def _tell(self, kind, note=None):
        for company, mine in self.grouped("company_id").items():
            self.env["utility.collection.event"]._insert(
                kind,
                company,
                [(c.utility_account_id.id, c.id, c.amount, note) for c in mine],
            )

    @api.model
    def _read_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give the reason: it is kept on the timeline."))
        return reason.strip()

    @api.model
    def _read_day(self, day):
        try:
            found = fields.Date.to_date(day)
        except (TypeError, ValueError, AttributeError):
            found = None
        if not found:
            raise UserError(self.env._("Give a day as YYYY-MM-DD."))
        return found

    @api.model
    def _read_process(self, process_id):
        Process = self.env["utility.collection.process"]
        process = Process.browse()
        if isinstance(process_id, int) and not isinstance(process_id, bool):
            process = Process.search(
                [("id", "=", process_id), ("active", "in", (True, False))]
            )
        if not process:
            raise UserError(self.env._("Choose a process of collections."))
        return process
