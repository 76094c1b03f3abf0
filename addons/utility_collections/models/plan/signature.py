import binascii
import hashlib
import json
from base64 import b64decode
from io import BytesIO

from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html

from ..reader import read_text

SIGNABLE = ("draft", "active")
# A drawing on the largest screen is far below.
_LARGEST_IMAGE = 1_000_000
_MOST_PIXELS = 16_000_000
_LONGEST_NAME = 100


class UtilityPaymentPlan(models.Model):
    """The consumer's signature under the terms, on our screen or online (PLN-01).

    A signature belongs to the terms that the consumer saw: `signed_terms` is their
    digest, and a draft whose terms change loses the signature.
    """

    _inherit = "utility.payment.plan"

    offered_on = fields.Datetime(
        string="Offered Online",
        readonly=True,
        copy=False,
        help="Since then the consumer sees the draft online and can sign it.",
    )
    activate_on_signing = fields.Boolean(
        readonly=True,
        default=True,
        help="A draft that is signed online becomes active by itself, within the"
        " limits of the one who drew it up.",
    )
    signed_terms = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_sign(self):
        """Ask the consumer to sign on this screen.

        :return: an action that opens the dialog
        :raises UserError: when there is nothing to sign
        """
        self.ensure_one()
        self.check_access("write")
        self._check_author()
        plan_sudo = self.sudo()
        plan_sudo._check_signable()
        plan_sudo._refresh_draft()
        return {
            "name": self.env._("Sign %(plan)s", plan=self.display_name),
            "type": "ir.actions.act_window",
            "res_model": "utility.plan.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_offer(self):
        """Show drafts to their consumers online, where they can sign them.

        :return: True
        :raises UserError: for a plan that can't be signed
        """
        self.check_access("write")
        self._check_author()
        for plan_sudo in self.sudo():
            plan_sudo._check_signable()
            plan_sudo._refresh_draft()
            plan_sudo._offer()
        return True

    # -------------------------------------------------------------------------
    # SIGNING
    # -------------------------------------------------------------------------

    def _offer(self):
        """Note that the consumer may see this plan and sign it; superuser."""
        for plan in self.filtered(lambda plan: not plan.offered_on):
            plan.offered_on = fields.Datetime.now()
            plan._log_event("offered")

    def _check_signable(self):
        """Raise a UserError unless this plan is there to be signed."""
        self.ensure_one()
        if self.state not in SIGNABLE:
            raise UserError(
                self.env._(
                    "Plan %(plan)s has ended: there is nothing to sign any more.",
                    plan=self.display_name,
                )
            )
        if self.signature:
            raise UserError(
                self.env._(
                    "Plan %(plan)s was signed by %(name)s already.",
                    plan=self.display_name,
                    name=self.signed_by,
                )
            )

    def _sign(self, name, image, terms):
        """Put the consumer's signature under the terms that were shown; superuser.

        :param str name: who signs
        :param image: the drawn signature, base64
        :param str terms: digest of what was shown; see `_terms_digest`
        :raises UserError: when the plan or the signature is none, or terms differ
        """
        self.ensure_one()
        name = self._read_signer(name)
        image = self._read_signature(image)
        self._lock_plans()
        self._check_signable()
        self._refresh_draft()
        if terms != self._terms_digest():
            raise UserError(
                self.env._(
                    "The terms of plan %(plan)s changed meanwhile: look at them again,"
                    " then sign.",
                    plan=self.display_name,
                )
            )
        self.write(
            {
                "signature": image,
                "signed_by": name,
                "signed_at": fields.Datetime.now(),
                "signed_terms": terms,
            }
        )

    def _activate_when_signed(self):
        """Put a draft that was signed online in force, where all else allows it.

        It is activated for the one who last wrote its terms, with the limits of that
        role.
        Otherwise the one who looks after the plan is told why not; superuser.

        :return: whether it is active
        """
        self.ensure_one()
        if self.state != "draft":
            return True
        author = self.terms_user_id or self.create_uid
        reason = self.env._("Activate it when all is in order.")
        if self.activate_on_signing:
            try:
                with self.env.cr.savepoint():
                    self.with_user(author).with_company(
                        self.company_id
                    ).action_activate()
                return True
            except UserError as error:
                self.invalidate_recordset()
                reason = str(error)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=(self.user_id or author).id,
            summary=self.env._("Signed online, not active yet"),
            note=plaintext2html(reason),
        )
        return False

    def _keep_signed_agreement(self, how):
        """Keep the agreement as it was signed with the plan; superuser."""
        self.ensure_one()
        self._log_event("signed", note=how)
        content, _kind = self._agreement_report()._render_qweb_pdf(
            "utility_collections.report_agreement", self.ids
        )
        self.message_post(
            body=self.env._("Signed by %s.", how),
            attachments=[(f"{self._agreement_file_name()}.pdf", content)],
            subtype_xmlid="mail.mt_note",
        )

    def _refresh_draft(self):
        """Extend: terms that changed are not the ones that were signed."""
        res = super()._refresh_draft()
        for plan in self.filtered(lambda p: p.state == "draft" and p.signature):
            if plan.signed_terms != plan._terms_digest():
                signer = plan.signed_by
                plan.write(
                    {
                        "signature": False,
                        "signed_by": False,
                        "signed_at": False,
                        "signed_terms": False,
                    }
                )
                plan._log_event("unsigned", note=signer)
        return res

    def _check_signature(self):
        """A template may ask for the consumer's signature first (PLN-01)."""
        if self.signature_required and not self.signature:
            raise UserError(
                self.env._(
                    "Plan %(plan)s needs the consumer's signature under these terms:"
                    " have it signed here, or online, before it is activated.",
                    plan=self.display_name,
                )
            )

    def _terms_digest(self):
        """Digest of all that the consumer agrees to.

        The down payment is due on the day of signing, whichever that is.
        """
        self.ensure_one()
        terms = [
            self.utility_account_id.number,
            self.currency_id.name,
            str(self._money(self.amount_covered)),
            sorted(self.covered_move_ids.ids),
            [
                (
                    row.sequence,
                    row.sequence and fields.Date.to_string(row.due_date),
                    str(self._money(row.amount)),
                )
                for row in self.installment_ids.sorted("sequence")
            ],
            self.grace_days,
            self.break_after,
        ]
        return hashlib.sha256(json.dumps(terms).encode()).hexdigest()

    # -------------------------------------------------------------------------
    # WHAT COMES FROM OUTSIDE
    # -------------------------------------------------------------------------

    @api.model
    def _read_signer(self, name):
        name = read_text(name)
        if not name or len(name) > _LONGEST_NAME:
            raise ValidationError(
                self.env._(
                    "Write the name of the one who signs, in up to %(count)s letters.",
                    count=_LONGEST_NAME,
                )
            )
        return name

    @api.model
    def _read_signature(self, image):
        """A drawn signature as it is kept: PNG, with something on it.

        :param image: base64
        :return: base64
        :raises ValidationError: for anything else
        """
        unreadable = ValidationError(
            self.env._("The signature can't be read as a picture: please draw it anew.")
        )
        if not isinstance(image, str | bytes) or len(image) > _LARGEST_IMAGE:
            raise unreadable
        try:
            raw = b64decode(image, validate=True)
            with Image.open(BytesIO(raw), formats=["PNG"]) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise unreadable
                drawn = picture.convert("RGBA")
        except (
            ValueError,
            binascii.Error,
            OSError,
            SyntaxError,
            Image.DecompressionBombError,
        ):
            raise unreadable from None
        paper = Image.new("RGBA", drawn.size, "white")
        ink = Image.alpha_composite(paper, drawn).convert("L")
        darkest, _lightest = ink.getextrema()
        if darkest > 200:
            raise ValidationError(
                self.env._("The signature is empty: please draw it in the field.")
            )
        return image
