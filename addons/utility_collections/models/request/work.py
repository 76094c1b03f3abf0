from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .utility_service_request import RESOLVED


class UtilityServiceRequest(models.Model):
    """The work on a request: from new to done, by its owner or whoever may (COL-05)."""

    _inherit = "utility.service.request"

    # -------------------------------------------------------------------------
    # STATES
    # -------------------------------------------------------------------------

    def action_start(self):
        """Begin, or go on after waiting.

        :return: True
        :raises UserError: when one is closed, or in progress already
        """
        return self._move_on("in_progress", "new", "waiting")

    def action_wait(self):
        """Wait for the consumer, or for somebody else.

        :return: True
        :raises UserError: when one is closed, or waits already
        """
        return self._move_on("waiting", "new", "in_progress")

    def action_done(self, outcome=False, note=False, contact_mode=False):
        """Close requests as done.

        :param str outcome: of the selection `outcome`; without one it isn't done
        :param str note: what came of it
        :param str contact_mode: how the consumer was met, of `contact_mode`
        :return: True
        :raises UserError: without an outcome, or when one is closed already
        """
        requests_sudo = self._check_open()
        for name, value in (("outcome", outcome), ("contact_mode", contact_mode)):
            words = self._fields[name].get_values(self.env)
            if value and not (isinstance(value, str) and value in words):
                raise UserError(
                    self.env._(
                        "“%(value)s” is none of the choices of %(field)s.",
                        value=value,
                        field=self._fields[name].get_description(self.env)["string"],
                    )
                )
        if not outcome:
            raise UserError(
                self.env._("Say what came of it: a request is done with an outcome.")
            )
        vals = {"outcome": outcome}
        if contact_mode:
            vals["contact_mode"] = contact_mode
        requests_sudo._close("done", self._read_text(note), vals)
        return True

    def action_cancel(self, reason=False):
        """Close requests that nobody needs any more.

        :param str reason: for the record
        :return: True
        :raises UserError: when one is closed already
        """
        self._check_open()._close("cancelled", self._read_text(reason), {})
        return True

    def _move_on(self, state, *from_states):
        requests_sudo = self._check_open()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request_sudo in requests_sudo:
            if request_sudo.state not in from_states:
                raise UserError(
                    self.env._(
                        "%(request)s is in the state “%(state)s” already.",
                        request=request_sudo.name,
                        state=labels[state],
                    )
                )
        requests_sudo.write({"state": state})
        return True

    def _close(self, state, note, vals):
        """Close requests: timeline, activity and usage follow; superuser."""
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        self.write(
            {
                "state": state,
                "end_note": note,
                "done_at": fields.Datetime.now(),
                "done_by": self.env.uid,
                **vals,
            }
        )
        texts = {
            request.id: ": ".join(
                filter(None, (request.type_id.name, labels.get(request.outcome), note))
            )
            for request in self
        }
        self.env["utility.collection.event"]._log(f"request_{state}", self, texts)
        self._close_activities(note or labels.get(vals.get("outcome")))
        self._count_closed()

    def _check_open(self):
        """Lock requests that the caller works on, before anything is decided.

        :return: the requests as superuser's, with nothing known of before
        :raises AccessError: for anyone who doesn't work on them
        :raises UserError: naming the first one that is closed
        """
        self.check_access("write")
        # Who waits here fails when the other has changed them, and is retried.
        self.env.cr.execute(
            SQL(
                "SELECT id FROM utility_service_request WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )
        requests_sudo = self.sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request_sudo in requests_sudo:
            if request_sudo.state in RESOLVED:
                raise UserError(
                    self.env._(
                        "%(request)s is %(state)s: open a follow-up if there is more to"
                        " do.",
                        request=request_sudo.name,
                        state=labels[request_sudo.state].lower(),
                    )
                )
        return requests_sudo

    @api.model
    def _read_text(self, text):
        return text.strip() if isinstance(text, str) else False

    # -------------------------------------------------------------------------
    # NEXT STEP
    # -------------------------------------------------------------------------

    def action_next_step(self):
        """Do what comes next: the button of lists, boards and the debt summary.

        :return: an action, or True
        :raises UserError: when the request is closed
        """
        self.ensure_one()
        self._check_open()
        return getattr(self, self._get_next_step()["method"])()

    def _get_next_step(self):
        """What comes next with a request, for a button.

        :return: {`label`, `method`}, or False for one that is closed
        """
        self.ensure_one()
        if self.state in RESOLVED:
            return False
        steps = self.step_ids.filtered(lambda step: not step.done_at)
        # What has a button of its own comes at once, or after what is done by hand
        if self.state == "in_progress":
            steps = steps.filtered(lambda step: step.kind != "manual")
        step = steps[:1]
        if step and step.kind != "manual":
            labels = {
                "email": self.env._("Send"),
                "verify": self.env._("Confirm details"),
                "letter": self.env._("Print"),
            }
            return {
                "label": labels[step.kind],
                "method": step._get_methods()[step.kind],
            }
        if self.state != "in_progress":
            label = self.env._("Start") if self.state == "new" else self.env._("Go on")
            return {"label": label, "method": "action_start"}
        return {"label": self.env._("Finish"), "method": "action_open_done"}

    def action_open_done(self):
        """Ask what came of the request.

        :return: a window action: the dialog
        """
        self.ensure_one()
        self._check_open()
        return self._get_dialog(
            self.env._("What came of it?"),
            "utility.service.request.done",
            default_request_id=self.id,
            default_contact_mode=self.contact_mode,
        )

    def action_open_cancel(self):
        """Ask why the request isn't needed any more.

        :return: a window action: the dialog
        """
        self.ensure_one()
        self._check_open()
        return self._get_dialog(
            self.env._("Cancel the request"),
            "utility.service.request.done",
            default_request_id=self.id,
            default_is_cancel=True,
        )

    def action_verify_contact(self):
        """Confirm or correct how the consumer is reached.

        :return: a window action: the dialog
        """
        self.ensure_one()
        self._check_open()
        return self._get_dialog(
            self.env._("Contact details"),
            "utility.verify.contact",
            default_request_id=self.id,
        )

    def action_follow_up(self):
        """Open what comes after this request, linked with it.

        :return: a window action: the dialog of a new request
        """
        self.ensure_one()
        self.check_access("read")
        action = self.utility_account_id.action_new_request()
        action["context"] |= {
            "default_previous_id": self.id,
            "default_type_id": self.type_id.id,
        }
        return action

    def action_view_consumer(self):
        """Open the consumer's page.

        :return: a window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "utility.account",
            "res_id": self.utility_account_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_dialog(self, name, model, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    def _tick_steps(self, kind):
        """Tick what the machine has just done."""
        self.step_ids.filtered(lambda s: s.kind == kind and not s.done_at)._tick()
        self.sudo().filtered(lambda request: request.state == "new").write(
            {"state": "in_progress"}
        )
