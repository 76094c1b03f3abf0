from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class UtilityCollectionNotice(models.Model):
    """A notice to a consumer, true at the moment when it leaves (COL-11).

    A step writes down that something is to be told. What it asks for, and whether it
    is told at all, is decided when it leaves: see `reading.py` and `sending.py`. What
    it said stays in `figures`.
    """

    _name = "utility.collection.notice"
    _description = "Collections Notice"
    _inherit = ["utility.collection.record", "utility.chunks"]
    _order = "id desc"

    utility_account_id = fields.Many2one(readonly=True)
    lang = fields.Char(
        string="Language Code",
        compute="_compute_lang",
        help="The language it is written in: the consumer's, else the company's.",
    )
    step_id = fields.Many2one(comodel_name="utility.collection.step", readonly=True)
    kind = fields.Selection(
        selection=[
            ("reminder", "Reminder"),
            ("disconnection_warning", "Disconnection warning"),
        ],
        required=True,
        default="reminder",
        readonly=True,
    )
    channel = fields.Selection(
        selection=[("letter", "Letter"), ("email", "E-mail"), ("sms", "SMS")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("to_send", "To be sent"),
            ("queued", "On its way"),
            ("sent", "Sent"),
            ("not_sent", "Not sent"),
        ],
        required=True,
        default="to_send",
        readonly=True,
    )
    amount = fields.Monetary(readonly=True, help="What it asks for.")
    sent_on = fields.Date(readonly=True, help="The day on which it left.")
    sent_at = fields.Datetime(readonly=True)
    sent_to = fields.Char(
        readonly=True, help="The address or the number that it was sent to."
    )
    reason = fields.Char(readonly=True, help="Why it wasn't sent.")
    disconnect_from = fields.Date(
        string="Disconnection From",
        readonly=True,
        help="The earliest day of disconnection that the warning names.",
    )
    figures = fields.Json(readonly=True, help="What it said, as it was then.")
    mail_id = fields.Many2one(
        comodel_name="mail.mail",
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
    )
    instead_of_id = fields.Many2one(
        comodel_name="utility.collection.notice",
        readonly=True,
        index="btree_not_null",
        help="The notice that couldn't be delivered, which this one replaces.",
    )

    _to_send_idx = models.Index("(company_id, channel, id) WHERE state = 'to_send'")

    @api.depends("utility_account_id.partner_id.lang")
    def _compute_lang(self):
        for notice in self:
            notice.lang = notice.utility_account_id.sudo()._document_lang()

    @api.depends("kind", "channel", "utility_account_id")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("kind", "channel")
        }
        for notice in self:
            notice.display_name = self.env._(
                "%(kind)s by %(channel)s, %(account)s",
                kind=labels["kind"].get(notice.kind),
                channel=labels["channel"].get(notice.channel),
                account=notice.utility_account_id.display_name,
            )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_send_now(self):
        """Send these e-mails and SMS without waiting for the scheduled action.

        :return: True
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        notices_sudo = self._check_caller()
        notices_sudo._check_state("to_send")
        if letters := notices_sudo.filtered(lambda notice: notice.channel == "letter"):
            raise UserError(
                self.env._(
                    "%(notice)s is a letter: use Print Letters.",
                    notice=letters[0].display_name,
                )
            )
        notices_sudo._send()
        return True

    def action_dismiss(self):
        """Tell none of these, by hand.

        :return: True
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        notices_sudo = self._check_caller()
        notices_sudo._check_state("to_send")
        notices_sudo._refuse(
            dict.fromkeys(
                notices_sudo.ids,
                self.env._("%(user)s decided so.", user=self.env.user.name),
            )
        )
        return True

    def action_try_again(self):
        """Let these wait to be sent again: each is judged anew.

        :return: True
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        notices_sudo = self._check_caller()
        notices_sudo._check_state("not_sent")
        if replaced := notices_sudo & self.sudo().search(
            [("instead_of_id", "in", notices_sudo.ids)]
        ).mapped("instead_of_id"):
            raise UserError(
                self.env._(
                    "A letter goes out instead of %(notice)s: print that one.",
                    notice=replaced[0].display_name,
                )
            )
        notices_sudo.write(
            {"state": "to_send", "reason": False, "mail_id": False, "figures": False}
        )
        return True

    def _check_caller(self):
        """Return these notices as superuser, for those who may send notices."""
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not user.has_group(
            "utility_consumers.group_recovery_executive"
        ):
            raise AccessError(
                self.env._("Sending notices is for Recovery Executives and above.")
            )
        return self.sudo()

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        if other := self.filtered(lambda notice: notice.state != state):
            raise UserError(
                self.env._(
                    "%(notice)s is %(state)s: choose notices that are %(wanted)s.",
                    notice=other[0].display_name,
                    state=labels[other[0].state].lower(),
                    wanted=labels[state].lower(),
                )
            )

    # -------------------------------------------------------------------------
    # HELPERS
    # -------------------------------------------------------------------------

    @api.model
    def _find_to_send(self, company, channels, last_id, limit):
        """Ids of notices that wait, in order, past an id."""
        self.flush_model(["state", "channel", "company_id"])
        return self._read_ids(
            SQL(
                """
                SELECT id
                  FROM utility_collection_notice
                 WHERE state = 'to_send'
                   AND company_id = %s
                   AND channel = ANY(%s)
                   AND id > %s
              ORDER BY id
                 LIMIT %s
                """,
                company.id,
                list(channels),
                last_id,
                limit,
            )
        )
