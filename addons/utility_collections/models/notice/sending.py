from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

# Notices of one transaction.
_CHUNK = 100
# The failure of mails when no server could be reached
_NO_SERVER = "mail_smtp"
# Failures of a mail that no later try would cure.
_BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing")


class UtilityCollectionNotice(models.Model):
    """How notices leave, and what is kept of those that don't (COL-11).

    Mails are written from the balance of the moment and wait in Odoo's queue. When one
    really leaves, its account is locked, and it is judged once more: see `_may_leave`.
    Letters wait for somebody who prints them.
    """

    _inherit = "utility.collection.notice"

    @api.model
    def _cron_send(self):
        """Send the e-mails and SMS that wait.

        Each chunk is a transaction of its own and takes its notices off the list, so
        that the action may be stopped at any time and sends nothing twice.
        """
        # Mails that no server took; each is judged again as it leaves.
        self.search(
            [("state", "=", "queued"), ("mail_id.state", "=", "exception")]
        ).mail_id.state = "outgoing"
        self._follow_cancelled()
        for company in self.env["res.company"].search([("active", "=", True)]):
            if not self._keep_in_chunks(company, "_find_messages", "_send", _CHUNK):
                return

    @api.model
    def _follow_cancelled(self):
        """Mails that an admin cancelled, or removed, told nobody."""
        notices = self.search(
            [
                ("state", "=", "queued"),
                ("channel", "=", "email"),
                "|",
                ("mail_id", "=", False),
                ("mail_id.state", "=", "cancel"),
            ]
        )
        notices._refuse(
            dict.fromkeys(notices.ids, self.env._("Its mail was cancelled."))
        )

    @api.model
    def _find_messages(self, company, last_id, limit):
        """Ids of e-mails and SMS that wait, in order, past an id."""
        return self._find_to_send(company, self._get_sent_channels(), last_id, limit)

    @api.model
    def _get_sent_channels(self):
        """The channels that need nobody's hands."""
        return ("email", "sms")

    def _send(self):
        """Send what is due of these notices; keep why the others aren't sent.

        :return: the notices on their way
        """
        figures = self._read_figures()
        obstacles = {
            notice_id: values["obstacle"]
            for notice_id, values in figures.items()
            if values["obstacle"]
        }
        due = self.filtered(lambda notice: notice.id not in obstacles)
        self.browse(obstacles)._refuse(obstacles)
        queued = self.browse()
        for channel, notices in due.grouped("channel").items():
            reachable = notices._filter_reachable()
            for notice in reachable:
                notice._keep_figures(figures[notice.id])
            if reachable:
                getattr(reachable, f"_queue_{channel}")()
                queued |= reachable.filtered(lambda notice: notice.state != "not_sent")
        return queued

    def _keep_figures(self, figures):
        """Write down what this notice says."""
        self.ensure_one()
        self.write(
            {
                "figures": figures,
                "amount": figures["amount"],
                "sent_to": self._get_destination(),
                "disconnect_from": self._get_disconnect_from(),
            }
        )

    def _get_disconnect_from(self, day=None):
        """The earliest day of disconnection that a warning names.

        :param date day: on which it is sent; default: today
        """
        self.ensure_one()
        if self.kind != "disconnection_warning":
            return False
        company = self.company_id
        days = self.step_id.warning_days or company.utility_warning_days
        return fields.Date.add(day or company._utility_today(), days=days)

    # -------------------------------------------------------------------------
    # REACHABLE?
    # -------------------------------------------------------------------------

    def _get_destination(self):
        """The address or number that this notice goes to, or False."""
        self.ensure_one()
        account = self.utility_account_id
        if self.channel == "email":
            return account.email
        if self.channel == "sms":
            return account.phone
        return ", ".join(account._get_letter_address()[1:])

    def _get_unreachable(self):
        """Why nobody can be told by this channel, or False.

        Extended by the add-on that sends SMS.
        """
        self.ensure_one()
        if not self._get_destination():
            return {
                "email": self.env._("No e-mail address is known."),
                "sms": self.env._("No phone number is known."),
                "letter": self.env._("No postal address is known."),
            }[self.channel]
        if self.channel == "sms":
            return self._get_gateway_problem()
        return False

    def _get_gateway_problem(self):
        """Why no SMS can leave; extended by the add-on that sends them."""
        return self.env._("No SMS gateway is installed.")

    def _filter_reachable(self):
        """Return those that can be delivered; of the others keep why not."""
        problems = {}
        for notice in self:
            if problem := notice._get_unreachable():
                problems[notice.id] = problem
        self.browse(problems)._refuse(problems, unreachable=True)
        return self.filtered(lambda notice: notice.id not in problems)

    # -------------------------------------------------------------------------
    # SENT, AND NOT
    # -------------------------------------------------------------------------

    def _refuse(self, reasons, unreachable=False):
        """Tell nobody, and keep why.

        :param dict reasons: {notice id: sentence}
        :param bool unreachable: the notice is due and can't be delivered: a letter may
            take its place
        """
        for notice in self:
            notice.write(
                {
                    "state": "not_sent",
                    "reason": reasons[notice.id],
                    "sent_on": False,
                    "sent_at": False,
                }
            )
        self.env["utility.collection.event"]._log(
            "notice_not_sent",
            self,
            notes={
                notice.id: f"{notice._get_label()}: {notice.reason}" for notice in self
            },
        )
        if unreachable:
            self.filtered(
                lambda notice: (
                    notice.channel != "letter" and notice.step_id.letter_instead
                )
            )._fall_back()

    def _fall_back(self):
        """Let letters wait in place of what can't be delivered."""
        return self.create(
            [
                {
                    "utility_account_id": notice.utility_account_id.id,
                    "case_id": notice.case_id.id,
                    "step_id": notice.step_id.id,
                    "kind": notice.kind,
                    "channel": "letter",
                    "instead_of_id": notice.id,
                }
                for notice in self
            ]
        )

    def _mark_sent(self):
        """They left: the day counts for what the law asks of warnings (COL-07)."""
        now = fields.Datetime.now()
        for company, notices in self.grouped("company_id").items():
            notices.write(
                {
                    "state": "sent",
                    "sent_on": company._utility_today(),
                    "sent_at": now,
                    "reason": False,
                }
            )
        self.env["utility.collection.event"]._log(
            "notice_sent",
            self,
            notes={
                notice.id: self.env._(
                    "%(notice)s to %(destination)s",
                    notice=notice._get_label(),
                    destination=notice.sent_to,
                )
                for notice in self
            },
            amounts={notice.id: notice.amount for notice in self},
        )

    def _get_label(self):
        """Kind and channel, for the timeline."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return f"{kinds[self.kind]} ({channels[self.channel]})"

    # -------------------------------------------------------------------------
    # E-MAIL
    # -------------------------------------------------------------------------

    def _queue_email(self):
        """Write the mails; they leave by Odoo's queue."""
        for template, notices in self.grouped(
            lambda notice: notice._get_mail_template()
        ).items():
            # Compiled once for all of them
            notices._write_mails(template.with_context(utility_compiled={}))

    def _write_mails(self, template):
        """Write the mails of one template.

        Where that fails, as by a mistake in a template of one's own, they are halved
        until the one to blame stands alone: the others leave.
        """
        try:
            with self.env.cr.savepoint():
                mails = template.send_mail_batch(self.ids, force_send=False)
                for notice, mail in zip(self, mails, strict=True):
                    notice.write({"state": "queued", "mail_id": mail.id})
                    # The consumer's history shows it.
                    mail.mail_message_id.write(
                        {
                            "model": "utility.account",
                            "res_id": notice.utility_account_id.id,
                        }
                    )
        except OperationalError:
            raise
        # Whatever goes wrong with one notice doesn't stop the others.
        except Exception as error:  # pylint: disable=broad-except
            if len(self) > 1:
                half = len(self) // 2
                self[:half]._write_mails(template)
                self[half:]._write_mails(template)
                return
            self._refuse(
                {
                    self.id: self.env._(
                        "The e-mail can't be written, look at its template: %(reason)s",
                        reason=" ".join(str(error).split())[:200],
                    )
                }
            )

    def _get_mail_template(self):
        self.ensure_one()
        return self.step_id.mail_template_id or self.env.ref(
            f"utility_collections.mail_template_notice_{self.kind}"
        )

    def _may_leave(self):
        """Judge a message at the moment when it leaves.

        Its account is locked, so that a payment is either seen here or recorded after
        the message has left. While somebody works on the account it stays in the queue.

        :return: True, False (it was taken back, and written anew if its amount
            changed), or None: it waits
        """
        self.ensure_one()
        if not self._lock_free_accounts():
            return None
        figures = self._read_figures()[self.id]
        if obstacle := figures["obstacle"]:
            self._withdraw(obstacle)
            self._refuse({self.id: obstacle})
            return False
        if (
            self._get_said(figures) != self._get_said(self.figures)
            or self._get_destination() != self.sent_to
            or self._get_disconnect_from() != self.disconnect_from
        ):
            self._withdraw(self.env._("What it says changed: it is written anew."))
            self._send()
            return False
        return True

    def _lock_free_accounts(self):
        """Lock the accounts of these notices that nobody works on right now.

        Whoever pays is neither waited for nor made to fail: with the row locked, what
        is read next is true until the commit. An account that changed since this
        transaction began would be read as it was: it counts as worked on.

        :return: the accounts that are locked
        """
        accounts = self.utility_account_id
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM utility_account WHERE id = ANY(%s)"
                        " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                        accounts.ids,
                    ),
                    log_exceptions=False,
                )
                return accounts.browse(row[0] for row in self.env.cr.fetchall())
        except OperationalError:
            if len(accounts) == 1:
                return accounts.browse()
        middle = len(accounts) // 2
        locked = accounts.browse()
        for half in (accounts[:middle], accounts[middle:]):
            mine = self.filtered(
                lambda notice, half=half: notice.utility_account_id in half
            )
            locked |= mine._lock_free_accounts()
        return locked

    @api.model
    def _get_said(self, figures):
        """What of the figures a consumer reads."""
        return {
            name: value
            for name, value in figures.items()
            if name not in ("today", "obstacle")
        }

    def _withdraw(self, reason):
        """Take back a message that waits to leave."""
        self.ensure_one()
        self.mail_id.write({"state": "cancel", "failure_reason": reason})

    def _drop_mails(self):
        """Keep mails of notices that are settled from leaving, or leaving again."""
        for notice in self:
            notice.mail_id.write(
                {
                    "state": "cancel",
                    "failure_reason": self.env._(
                        "Its notice is settled: let the notice wait to be sent again."
                    ),
                }
            )

    @api.model
    def _came_back(self, message):
        """A mail was returned as undeliverable: nobody was told (COL-11)."""
        notices = self.search(
            [("mail_id.mail_message_id", "in", message.ids), ("state", "=", "sent")]
        )
        notices._refuse(
            {
                notice.id: self.env._(
                    "The mail to %(address)s came back.", address=notice.sent_to
                )
                for notice in notices
            },
            unreachable=True,
        )

    @api.model
    def _mails_left(self, mails, failure_type, failure_reason):
        """Follow what became of mails that were tried to send."""
        notices = self.search([("mail_id", "in", mails.ids)])
        sent = notices.filtered(
            lambda notice: notice.mail_id.state == "sent" and notice.state != "sent"
        )
        if sent:
            sent._mark_sent()
        failed = notices.filtered(
            lambda notice: (
                notice.mail_id.state == "exception" and notice.state == "queued"
            )
        )
        if failed and failure_type == _NO_SERVER:
            failed.reason = self.env._(
                "The mail server can't be reached: it is tried again each hour."
            )
        elif failed:
            reason = self.env._(
                "The mail server refused it: %(reason)s",
                reason=failure_reason or failed.mail_id[0].failure_reason,
            )
            failed._refuse(
                dict.fromkeys(failed.ids, reason),
                unreachable=failure_type in _BAD_ADDRESS,
            )
