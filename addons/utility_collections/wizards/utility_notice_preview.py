from odoo import fields, models


class UtilityNoticePreview(models.TransientModel):
    """A notice as it would be now (COL-11)."""

    _name = "utility.notice.preview"
    _description = "Preview of a Notice"

    notice_id = fields.Many2one(
        comodel_name="utility.collection.notice", required=True, readonly=True
    )
    obstacle = fields.Char(readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
