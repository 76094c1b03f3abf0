import base64
import binascii
import math

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from ..reader import read_text
from .utility_disconnection_order import WAITING

# What a proof may hold; each is a field behind `executed_` and `reconnected_`.
PROOF = ("reading", "note", "latitude", "longitude", "photos")
_MOST_PHOTOS = 10
_LARGEST_PHOTO = 10 * 1024 * 1024


class UtilityDisconnectionOrder(models.Model):
    """Cutting off supply, and the proof of it (COL-07).

    Execution is the last moment at which money counts: the account is locked and
    everything decided anew. A payment that was recorded before it has cancelled the
    order; one that comes while it runs waits for it, or makes it start again.
    """

    _inherit = "utility.disconnection.order"

    executed_by = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    executed_at = fields.Datetime(readonly=True, copy=False)
    executed_reading = fields.Float(
        string="Meter Reading", digits=(16, 3), readonly=True, copy=False
    )
    executed_note = fields.Char(string="Note", readonly=True, copy=False)
    executed_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    executed_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    executed_photo_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="utility_disconnection_order_executed_photo_rel",
        string="Photos",
        readonly=True,
        copy=False,
    )

    def action_execute(self, proof=False):
        """Cut off supply now, if that is still allowed.

        :param dict proof: all optional unless the company needs a proof: `reading`
            (of the meter), `note`, `latitude` and `longitude`, `photos`: list of
            {`name`, `data` (base64)}
        :return: True
        :raises AccessError: for anyone but the assigned crew and Recovery Executives
        :raises UserError: for an order that doesn't wait, and where it isn't allowed
            now: the sentence names the reason, and the log keeps it
        """
        orders_sudo = self._begin(crew=True)
        proofs = orders_sudo._read_proof(proof)
        orders_sudo._refuse_states(
            WAITING,
            {
                "draft": self.env._("Order %(order)s is a draft: order it first."),
                "cancelled": self._cancelled_sentence(),
                False: self.env._("Supply of %(account)s is cut off already."),
            },
        )
        orders_sudo._check_connection("pending_disconnection", "closed")
        decisions = orders_sudo._decide("execution")
        self._refuse(decisions.filtered(lambda decision: not decision.eligible))
        orders_sudo._keep_proof("executed", proofs)
        orders_sudo.write({"state": "executed", "held_at": False, "hold_reason": False})
        orders_sudo._set_connection("disconnected")
        orders_sudo._end_visits()
        orders_sudo._charge_reconnection()
        orders_sudo._tell_all("disconnected")
        return True

    # -------------------------------------------------------------------------
    # PROOF
    # -------------------------------------------------------------------------

    def _keep_proof(self, step, proof):
        """Write who did it, when, and how that is shown; superuser.

        :param str step: executed or reconnected
        :param dict proof: of ``_read_proof``
        """
        vals = {
            f"{step}_{name}": proof[name]
            for name in ("reading", "note", "latitude", "longitude")
            if name in proof
        }
        self.write(
            vals | {f"{step}_by": self.env.uid, f"{step}_at": fields.Datetime.now()}
        )
        for order in self if proof["photos"] else ():
            order[f"{step}_photo_ids"] = self.env["ir.attachment"].create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": order.id,
                    }
                    for name, content in proof["photos"]
                ]
            )

    def _read_proof(self, proof):
        """A proof that anybody may send, checked and of the right kinds.

        :raises UserError: naming what is wrong, or missing
        """
        if not isinstance(proof or {}, dict) or set(proof or {}) - set(PROOF):
            raise UserError(
                self.env._(
                    "A proof has these parts: %(parts)s; leave out all others.",
                    parts=", ".join(PROOF),
                )
            )
        proof = proof or {}
        result = {
            "note": read_text(proof.get("note")) or False,
            "photos": self._read_photos(proof.get("photos") or []),
        }
        for name, least, most in (
            ("reading", 0, 1e12),
            ("latitude", -90, 90),
            ("longitude", -180, 180),
        ):
            value = proof.get(name)
            if value is None or value is False or value == "":
                continue
            if (
                type(value) not in (int, float)
                or not math.isfinite(value)
                or not least <= value <= most
            ):
                raise UserError(
                    self.env._(
                        "%(name)s must be a number from %(least)s to %(most)s.",
                        name=name.capitalize(),
                        least=f"{least:g}",
                        most=f"{most:g}",
                    )
                )
            result[name] = value
        needs = self.company_id.filtered("utility_disconnection_proof")
        if needs and not (result["photos"] and "reading" in result):
            raise UserError(
                self.env._(
                    "%(company)s needs a proof: add the meter's reading and a photo.",
                    company=needs[0].name,
                )
            )
        return result

    @api.model
    def _read_photos(self, photos):
        """Names and contents of pictures.

        :rtype: list[tuple[str, bytes]]
        """
        if not isinstance(photos, (list, tuple)) or len(photos) > _MOST_PHOTOS:
            raise UserError(
                self.env._(
                    "Photos are a list of %(most)s at most, each with name and data.",
                    most=_MOST_PHOTOS,
                )
            )
        result = []
        for photo in photos:
            try:
                content = base64.b64decode(photo["data"], validate=True)
            except (KeyError, TypeError, ValueError, binascii.Error):
                content = b""
            if len(content) > _LARGEST_PHOTO or not guess_mimetype(content).startswith(
                "image/"
            ):
                raise UserError(
                    self.env._(
                        "A photo must be a picture of 10 MB at most: take it anew."
                    )
                )
            result.append((read_text(photo.get("name")) or "photo", content))
        return result
