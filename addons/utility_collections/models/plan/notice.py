from odoo import api, fields, models

# Kinds of the timeline that the consumer is told of, and the words.
TEMPLATES = {
    "reminded": "utility_collections.mail_template_plan_reminder",
    "missed": "utility_collections.mail_template_plan_missed",
    "broken": "utility_collections.mail_template_plan_broken",
    "completed": "utility_collections.mail_template_plan_completed",
}
# Notices of one transaction.
_CHUNK = 100


class UtilityPaymentPlanEvent(models.Model):
    """Mails to the consumer of what happened to a plan (PLN-05, COL-11).

    An event waits until the scheduled action tells it. Whether it is still true, and
    how much is to be paid, is decided when the mail is written, and once more when it
    leaves. What isn't sent says why on the timeline.
    """

    _inherit = "utility.payment.plan.event"

    notice = fields.Selection(
        selection=[
            ("to_send", "To be sent"),
            ("sent", "Sent"),
            ("not_sent", "Not sent"),
        ],
        readonly=True,
        help="Whether the consumer was told by e-mail.",
    )
    mail_id = fields.Many2one(
        comodel_name="mail.mail",
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
    )
    utility_account_id = fields.Many2one(related="plan_id.utility_account_id")

    _notice_idx = models.Index("(id) WHERE notice = 'to_send'")

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: what the company wants to be told waits for its mail."""
        events = super().create(vals_list)
        for company, mine in events.grouped("company_id").items():
            told = company._get_plan_notices()
            waiting = mine.filtered(lambda event, told=told: event.kind in told)
            waiting.notice = "to_send"
        return events

    @api.model
    def _cron_notify(self):
        """Remind of installments, and tell consumers what happened to their plans.

        Each chunk is a transaction of its own and marks its events, so that the action
        may be stopped at any time and tells nothing twice.
        """
        for company in self.env["res.company"].search([("active", "=", True)]):
            if not self.env["utility.payment.plan"]._keep_in_chunks(
                company, "_find_to_remind", "_remind", _CHUNK
            ):
                return
        last_id = 0
        while events := self.search(
            [("notice", "=", "to_send"), ("id", ">", last_id)], order="id", limit=_CHUNK
        ):
            last_id = events[-1].id
            events._send_notices()
            left = self.search_count(
                [("notice", "=", "to_send"), ("id", ">", last_id)], limit=_CHUNK
            )
            if not self.env["ir.cron"]._commit_progress(len(events), remaining=left):
                return
            self.env.invalidate_all()

    # -------------------------------------------------------------------------
    # WRITE
    # -------------------------------------------------------------------------

    def _send_notices(self, due=None):
        """Queue the mails of these events, as things stand now.

        :param dict due: of ``_get_amounts_to_pay``, where it is known already
        :return: the events whose mail was queued
        """
        amounts = self._get_amounts(due)
        to_send = self.browse()
        for event in self:
            email = event.utility_account_id.email
            amount, reason = amounts[event.id]
            reason = event._get_obstacle(amount, reason)
            if reason or not email:
                event._refuse_notice(
                    reason or self.env._("No e-mail address is known.")
                )
            else:
                event.amount = amount
                event._add_note(self.env._("E-mail to %(email)s", email=email))
                to_send |= event
        for kind, events in to_send.grouped("kind").items():
            template = self.env.ref(TEMPLATES[kind])
            mails = template.send_mail_batch(events.ids, force_send=False)
            for event, mail in zip(events, mails, strict=True):
                event.write({"notice": "sent", "mail_id": mail.id})
                # The history of the plan shows it.
                mail.mail_message_id.write(
                    {"model": "utility.payment.plan", "res_id": event.plan_id.id}
                )
        return to_send

    def _refuse_notice(self, reason):
        """Tell nobody, and keep why."""
        self.ensure_one()
        self.notice = "not_sent"
        self._add_note(self.env._("Not e-mailed: %(reason)s", reason=reason))

    def _add_note(self, text):
        self.note = f"{self.note} {text}" if self.note else text

    # -------------------------------------------------------------------------
    # IS IT STILL TRUE?
    # -------------------------------------------------------------------------

    def _get_amounts(self, due=None):
        """What is to be paid now for what these events tell of.

        :param dict due: of ``_get_amounts_to_pay``, where it is known already
        :return: {event id: (float, False or why nothing is to be paid)}
        """
        if due is None:
            due = self.installment_id._get_amounts_to_pay()
        return {
            event.id: due[event.installment_id.id]
            if event.installment_id
            else (event.plan_id._get_open_cover_amount(), False)
            for event in self
        }

    def _get_obstacle(self, amount, reason):
        """Why the consumer isn't told of this event any more, if so.

        :param float amount: what is to be paid for it now
        :param reason: why nothing is, if so
        :return: a sentence, or False
        """
        self.ensure_one()
        plan = self.plan_id
        states = {"broken": "broken", "completed": "completed"}
        if plan.state != states.get(self.kind, "active"):
            state = dict(plan._fields["state"]._description_selection(self.env))
            return self.env._(
                "The plan is %(state)s meanwhile.", state=state[plan.state].lower()
            )
        if self.kind == "broken" and plan._get_successor():
            return self.env._("A new version of the plan took its place.")
        if self.kind == "completed":
            return False
        if amount <= 0:
            return reason or self.env._("Nothing of it is open any more.")
        return False

    # -------------------------------------------------------------------------
    # WHEN THE MAIL LEAVES
    # -------------------------------------------------------------------------

    @api.model
    def _withdraw_stale(self, mails):
        """Take back mails about to leave that aren't true any more (COL-11).

        One whose amount changed is written anew.

        :return: the mails that must not leave
        """
        stale = mails.browse()
        events = self.search([("mail_id", "in", mails.ids), ("notice", "=", "sent")])
        if not events:
            return stale
        amounts = events._get_amounts()
        for event in events:
            amount, reason = amounts[event.id]
            reason = event._get_obstacle(amount, reason)
            if not reason and event.currency_id.compare_amounts(amount, event.amount):
                reason = self.env._("The amount changed: it is written anew.")
                event._withdraw_mail(reason)
                stale |= event.mail_id
                event._send_notices()
            elif reason:
                event._withdraw_mail(reason)
                stale |= event.mail_id
                event._refuse_notice(reason)
                event._reminder_withdrawn(reason)
        return stale

    def _withdraw_mail(self, reason):
        self.ensure_one()
        self.mail_id.write({"state": "cancel", "failure_reason": reason})

    def _reminder_withdrawn(self, reason):
        """A reminder that didn't leave counts as none."""
        if self.kind == "reminded":
            self.installment_id.write({"reminded_on": False})
            self.installment_id._keep_reminder_problem(reason)
