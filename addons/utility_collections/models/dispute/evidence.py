from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..reader import is_id


class UtilityDispute(models.Model):
    """Files that show who is right; who sees the dispute sees them."""

    _inherit = "utility.dispute"

    def _ids_of(self, value):
        """The id that a program sends, as a list; empty for what is none."""
        return [value] if is_id(value) else []

    def _read_evidence(self, value):
        """Ids, or commands that link and unlink: as one command that sets them.

        :raises ValidationError: for files that the caller doesn't see
        """
        ids = set(self._origin.sudo().evidence_ids.ids)
        for command in value if isinstance(value, list | tuple) else []:
            match command:
                case [Command.LINK, item, *_] if is_id(item):
                    ids.add(item)
                case [Command.UNLINK, item, *_] if is_id(item):
                    ids.discard(item)
                case [Command.CLEAR, *_]:
                    ids.clear()
                case [Command.SET, _, [*items]]:
                    ids = {item for item in items if is_id(item)}
                case item if is_id(item):
                    ids.add(item)
        files = self.env["ir.attachment"].browse(sorted(ids)).exists()
        if not files.has_access("read"):
            raise ValidationError(
                self.env._(
                    "Some of these files aren't yours to show: upload them here."
                )
            )
        return [Command.set(files.ids)]

    def _keep_evidence(self):
        """What its uploader alone could see belongs to the dispute now; superuser."""
        for dispute in self:
            fresh = dispute.evidence_ids.filtered(
                lambda file: not file.res_id and file.create_uid.id == self.env.uid
            )
            fresh.write({"res_model": dispute._name, "res_id": dispute.id})
