from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..reader import read_text
from .utility_dispute import OPEN_STATES

# States of a document that settles a dispute: effective, and still to come.
_EFFECTIVE = {
    "utility.credit.note": ("active", "applied", "expired"),
    "utility.payment.adjustment": ("done",),
    "account.move": ("posted",),
}
_PENDING = ("draft", "to_approve")
_DOCUMENTS = {
    "credit_note": ("credit_note_id", "correction_move_id"),
    "adjustment": ("adjustment_id",),
}


class UtilityDispute(models.Model):
    """How a dispute is settled: by credit, by a correction, or not at all (COL-09).

    Credit and corrections are approved where they are made; a dispute only waits for
    them. It is resolved by itself once the document it waits for is effective.
    """

    _inherit = "utility.dispute"

    resolution = fields.Selection(
        selection=[
            ("credit_note", "Credit note"),
            ("adjustment", "Payment adjustment"),
            ("rejected", "Rejected"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    credit_note_id = fields.Many2one(
        comodel_name="utility.credit.note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    adjustment_id = fields.Many2one(
        comodel_name="utility.payment.adjustment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    correction_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Corrected By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The billing system's own credit for a bill that isn't paid.",
    )
    remark = fields.Text(string="Remark to the Consumer", readonly=True, copy=False)
    resolved_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    waits_for = fields.Char(compute="_compute_waits_for")

    @api.depends("resolution", "state", "credit_note_id", "adjustment_id")
    def _compute_waits_for(self):
        """The document that settles it once it is effective."""
        for dispute in self:
            document_sudo = dispute.sudo()._get_document()
            dispute.waits_for = (
                dispute.state in OPEN_STATES and document_sudo.display_name
            )

    def _get_document(self):
        """The credit or correction that settles this dispute, or will."""
        self.ensure_one()
        return self.credit_note_id or self.adjustment_id or self.correction_move_id

    # -------------------------------------------------------------------------
    # DOORS
    # -------------------------------------------------------------------------

    def action_resolve(
        self,
        resolution,
        remark=False,
        credit_note_id=False,
        adjustment_id=False,
        correction_move_id=False,
    ):
        """Settle a dispute, now or once the document that settles it is effective.

        :param str resolution: credit_note, adjustment or rejected
        :param str remark: to the consumer; needed when it is rejected
        :param int credit_note_id: a credit note of the account
        :param int adjustment_id: an adjustment of a payment of the account
        :param int correction_move_id: the billing system's own credit note
        :return: True
        :raises AccessError: for anyone below Recovery Executive
        :raises UserError: one clear sentence on what is missing
        """
        self.ensure_one()
        self.check_access("write")
        self._check_settler()
        resolution = self._read_choice(self._fields["resolution"], resolution)
        if not resolution:
            raise ValidationError(
                self.env._("Say how the dispute is settled: choose a resolution.")
            )
        dispute_sudo = self.sudo()
        dispute_sudo._lock()
        dispute_sudo._check_open()
        values = {
            "resolution": resolution,
            "remark": self._read_description(remark),
            "resolved_by": self.env.uid,
            "credit_note_id": False,
            "adjustment_id": False,
            "correction_move_id": False,
        }
        if resolution == "rejected":
            if not values["remark"]:
                raise UserError(
                    self.env._(
                        "Tell the consumer why the dispute is rejected: write a remark."
                    )
                )
            dispute_sudo._resolve(values)
            return True
        given = {
            "credit_note_id": credit_note_id,
            "adjustment_id": adjustment_id,
            "correction_move_id": correction_move_id,
        }
        name, document_sudo = self._find_document(resolution, given)
        values[name] = document_sudo.id
        if document_sudo.state in _EFFECTIVE[document_sudo._name]:
            dispute_sudo._resolve(values)
        else:
            dispute_sudo.write(values)
        return True

    def _find_document(self, resolution, given):
        """The document that settles this dispute, as its caller names it.

        :return: name of the field, the document as superuser's
        """
        for name in _DOCUMENTS[resolution]:
            document = self.env[self._fields[name].comodel_name].browse(
                self._ids_of(given[name])
            )
            if not document.exists():
                continue
            document.check_access("read")
            document_sudo = document.sudo()
            self._check_document(document_sudo)
            return name, document_sudo
        raise UserError(
            self.env._("Name the credit note that settles the dispute, or make one.")
            if resolution == "credit_note"
            else self.env._(
                "Name the adjustment that settles the dispute, or request one."
            )
        )

    def _check_document(self, document_sudo):
        """Of the same account, and effective or on its way there."""
        values = {"document": document_sudo.display_name, "number": self.number}
        if document_sudo.utility_account_id != self.sudo().utility_account_id:
            raise UserError(
                self.env._(
                    "%(document)s belongs to another account than dispute %(number)s.",
                    **values,
                )
            )
        possible = _EFFECTIVE[document_sudo._name]
        if document_sudo._name != "account.move":
            possible += _PENDING
        elif document_sudo.move_type != "out_refund":
            raise UserError(
                self.env._("%(document)s is no credit for a bill.", **values)
            )
        if document_sudo.state not in possible:
            raise UserError(
                self.env._(
                    "%(document)s has no effect: it doesn't settle dispute %(number)s.",
                    **values,
                )
            )

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    def _resolve(self, values):
        """Close disputes as settled; superuser, accounts locked."""
        labels = dict(self._fields["resolution"]._description_selection(self.env))
        note = labels[values["resolution"]]
        if values.get("remark"):
            note = f"{note}: {read_text(values['remark'])}"
        self._close("resolved", note, **values)

    @api.model
    def _expect(self, document):
        """A document was made from the dispute that the caller has open: wait for it.

        :param document: the new credit note or adjustment, one record
        """
        dispute_id = self.env.context.get("utility_dispute_id")
        if not dispute_id:
            return
        dispute = self.browse(self._ids_of(dispute_id))
        if (
            not dispute.exists()
            or not self._is_settler()
            or not dispute.has_access("write")
        ):
            return
        dispute_sudo, document_sudo = dispute.sudo(), document.sudo()
        if (
            dispute_sudo.state not in OPEN_STATES
            or document_sudo.utility_account_id != dispute_sudo.utility_account_id
        ):
            return
        is_note = document._name == "utility.credit.note"
        dispute_sudo.write(
            {
                "resolution": "credit_note" if is_note else "adjustment",
                "credit_note_id": is_note and document.id,
                "adjustment_id": not is_note and document.id,
                "correction_move_id": False,
                "resolved_by": self.env.uid,
            }
        )

    @api.model
    def _resolve_expected(self, documents):
        """Settle the disputes that waited for these documents; superuser."""
        name = (
            "credit_note_id"
            if documents._name == "utility.credit.note"
            else "adjustment_id"
        )
        effective = documents.filtered(
            lambda document: document.state in _EFFECTIVE[documents._name]
        )
        disputes = self.search(
            [(name, "in", effective.ids), ("state", "in", OPEN_STATES)]
        )
        if disputes:
            disputes._lock()
        for dispute in disputes:
            dispute._resolve(
                {"resolution": dispute.resolution, "remark": dispute.remark}
            )
