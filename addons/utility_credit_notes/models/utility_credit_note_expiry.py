import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.utility_consumers.tools import parse_date

_logger = logging.getLogger(__name__)

# Notes that expire in one transaction.
_CHUNK = 500
# How often notes that meet a cashier are tried again, in ever smaller chunks.
_TRIES = 5


class UtilityCreditNote(models.Model):
    """Credit that isn't used in time (CRN-11)."""

    _inherit = "utility.credit.note"

    def action_expire(self):
        """Expire what is left of active notes, with a ledger entry.

        :return: True
        :raises AccessError: for anyone below Billing Manager
        :raises UserError: for a note of which nothing can expire
        """
        self._check_manager()
        notes_sudo = self.sudo()
        notes_sudo.utility_account_id._lock_accounts()
        for note_sudo in notes_sudo:
            if note_sudo.state != "active":
                raise UserError(
                    self.env._(
                        "Credit note %(number)s isn't active: nothing of it can"
                        " expire.",
                        number=note_sudo.number,
                    )
                )
        notes_sudo._expire()
        return True

    def action_extend(self, date):
        """Give notes a later last day; an expired one is revived (CRN-11).

        :param date: the new last day, today or later, and later than the present one
        :return: True
        :raises AccessError: for anyone below Billing Manager
        :raises UserError: for notes that are neither active nor expired
        :raises ValidationError: for a day in the past, or one that would take days away
        """
        self._check_manager()
        day = parse_date(date)
        notes_sudo = self.sudo()
        notes_sudo.utility_account_id._lock_accounts()
        for note_sudo in notes_sudo:
            if not day or day < note_sudo.company_id._utility_today():
                raise ValidationError(
                    self.env._("Choose a last day from today on for the credit.")
                )
            if (
                note_sudo.state == "active"
                and note_sudo.expiry_date
                and day < note_sudo.expiry_date
            ):
                raise ValidationError(
                    self.env._(
                        "Credit note %(number)s is good until %(date)s: choose a later"
                        " day.",
                        number=note_sudo.number,
                        date=format_date(self.env, note_sudo.expiry_date),
                    )
                )
            if note_sudo.state not in ("active", "expired"):
                raise UserError(
                    self.env._(
                        "Credit note %(number)s is %(state)s: only active and expired"
                        " credit can be extended.",
                        number=note_sudo.number,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[note_sudo.state].lower(),
                    )
                )
        notes_sudo.application_ids.filtered(lambda row: row.kind == "expired")._undo()
        notes_sudo.write({"expiry_date": day})
        return True

    def _check_manager(self):
        self._check_ids()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_billing_manager"
        ):
            raise AccessError(
                self.env._(
                    "Letting credit expire, or extending it, is for Billing Managers."
                )
            )

    def _expire(self):
        """Book away what remains of these notes, whose accounts are locked."""
        notes = self.filtered(lambda note: note._remaining() > 0)
        if not notes:
            return
        moves = self.env["account.move"]._book_corrections(
            [note._expiry_entry() for note in notes]
        )
        self._use(
            "expired",
            [
                (note, move.line_ids[0], note._remaining())
                for note, move in zip(notes, moves, strict=True)
            ],
        )
        self.env.flush_all()

    def _expiry_entry(self):
        self.ensure_one()
        company = self.company_id
        target = (
            company.utility_expired_income_account_id
            if company.utility_expired_credit == "income"
            else company.utility_unclaimed_account_id
        )
        left = float(self._remaining())
        label = self.env._("Expiry of credit note %(number)s", number=self.number)
        return self._entry(
            label,
            [
                {
                    "account_id": self.credit_line_id.account_id.id,
                    "balance": left,
                    "name": label,
                },
                {"account_id": target.id, "balance": -left, "name": label},
            ],
        )

    # -------------------------------------------------------------------------
    # SCHEDULED ACTION
    # -------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Expire the credit whose last day has passed, chunk by chunk.

        Each chunk is a transaction of its own, so that the action may be stopped and
        goes on where it was; a note that can't expire is left for a person to see.
        """
        # The uses say what expired and when: a message on each note says it twice.
        Note = self.with_context(tracking_disable=True)
        for (company,) in Note._read_group([("state", "=", "active")], ["company_id"]):
            domain = [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("expiry_date", "<", company._utility_today()),
            ]
            last_id = 0
            tries = 0
            while notes := Note.search(
                [*domain, ("id", ">", last_id)],
                order="id",
                limit=max(_CHUNK // 10**tries, 1),
            ):
                ids = notes.ids
                try:
                    notes._expire_chunk()
                except OperationalError:
                    # Somebody uses one of them right now: begin anew, on fresh data.
                    self.env.cr.rollback()
                    tries += 1
                    if tries < _TRIES:
                        continue
                    _logger.info(
                        "Credit note with id %s is in use: its expiry waits for the"
                        " next run.",
                        ids[0],
                    )
                    ids = ids[:1]
                last_id, tries = ids[-1], 0
                left = Note.search_count([*domain, ("id", ">", last_id)])
                if not self.env["ir.cron"]._commit_progress(len(ids), remaining=left):
                    return
                self.env.invalidate_all()

    def _expire_chunk(self):
        """Expire notes together; where that fails, one by one, and tell which not."""
        self.utility_account_id._lock_accounts()
        try:
            with self.env.cr.savepoint():
                self._expire()
                return
        except UserError:
            if len(self) == 1:
                raise
        for note in self:
            try:
                with self.env.cr.savepoint():
                    note._expire()
            except UserError as error:
                _logger.warning("Credit note %s can't expire: %s", note.number, error)
                note.message_post(
                    body=self.env._("This credit can't expire: %(error)s", error=error)
                )
