import io
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

_logger = logging.getLogger(__name__)

# The most letters of a batch: what one printer's tray and one file hold well.
_MOST = 1000
# Letters of one run of the renderer.
_PART = 200


class UtilityLetterBatch(models.Model):
    """Letters that were printed together (COL-11).

    What each letter says is decided, with its account locked, when the batch is made:
    the paper is drawn from the figures that the notices keep. So a batch can be drawn
    at any time, and printed again, and says the same.
    """

    _name = "utility.letter.batch"
    _description = "Letter Batch"
    _inherit = ["mail.thread"]
    _rec_name = "number"
    _order = "id desc"

    number = fields.Char(required=True, readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, readonly=True
    )
    date = fields.Date(string="Printed On", required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Printed By", readonly=True
    )
    notice_ids = fields.One2many(
        comodel_name="utility.collection.notice",
        inverse_name="batch_id",
        string="Letters",
        readonly=True,
    )
    letter_count = fields.Integer(string="Letters Printed", readonly=True)
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="PDF", readonly=True, copy=False
    )
    copy_count = fields.Integer(string="Printed Again", readonly=True, copy=False)

    _number_unique = models.Constraint(
        "unique(company_id, number)", "This number of a letter batch is taken."
    )
    _undrawn_idx = models.Index("(id) WHERE attachment_id IS NULL")

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_download(self):
        """Open the PDF of these letters; drawn first where it isn't yet.

        :return: an action that opens a URL
        """
        self.ensure_one()
        self.check_access("read")
        batch_sudo = self.sudo()
        if not batch_sudo.attachment_id:
            batch_sudo._draw()
        return self._open_pdf(batch_sudo.attachment_id)

    def action_print_copy(self):
        """Print the same letters again, each page marked as a copy.

        :return: an action that opens a URL
        :raises AccessError: unless the caller is a Recovery Executive or above
        """
        self.ensure_one()
        self._check_printer()
        batch_sudo = self.sudo()
        if not batch_sudo.attachment_id:
            batch_sudo._draw()
        batch_sudo.copy_count += 1
        attachment_sudo = batch_sudo._attach(
            self.env._(
                "Letters %(number)s, copy %(copy)s",
                number=batch_sudo.number,
                copy=batch_sudo.copy_count,
            ),
            batch_sudo._stamp_copy(batch_sudo.attachment_id.raw),
        )
        batch_sudo.message_post(
            body=self.env._("%(user)s printed a copy.", user=self.env.user.name)
        )
        return self._open_pdf(attachment_sudo)

    def _open_pdf(self, attachment_sudo):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment_sudo.id}?download=true",
            "target": "new",
        }

    def _check_printer(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "utility_consumers.group_recovery_executive"
        ):
            raise AccessError(
                self.env._("Printing letters is for Recovery Executives and above.")
            )

    # -------------------------------------------------------------------------
    # MAKE
    # -------------------------------------------------------------------------

    @api.model
    def _make(self, company, notices=None):
        """Judge the letters that wait, and put those that are due into a batch.

        What another user prints right now is left to them, and accounts that somebody
        works on wait for the next batch. The others are locked: a payment is seen
        here, or recorded after the letter.

        :param notices: these only; else all of the company, the oldest first
        :return: the batch, empty when none is due
        """
        Notice = self.env["utility.collection.notice"]
        if notices is None:
            notices = Notice.browse(
                Notice._find_to_send(company, ("letter",), 0, _MOST)
            )
        notices = notices[:_MOST].try_lock_for_update()
        notices.invalidate_recordset()
        free = notices._lock_free_accounts()
        letters = notices.filtered(
            lambda notice: (
                notice.state == "to_send" and notice.utility_account_id in free
            )
        )._send()
        if not letters:
            return self.browse()
        batch = self.create(
            {
                "number": self.env["ir.sequence"]._utility_draw(
                    "utility.letter", company, 1
                )[0],
                "company_id": company.id,
                "date": company._utility_today(),
                "user_id": self.env.uid,
                "letter_count": len(letters),
            }
        )
        for position, letter in enumerate(letters, start=1):
            letter.write({"batch_id": batch.id, "letter_number": position})
        letters._mark_sent()
        self.env.ref("utility_collections.ir_cron_draw_letters").sudo()._trigger()
        return batch

    # -------------------------------------------------------------------------
    # DRAW
    # -------------------------------------------------------------------------

    @api.model
    def _cron_draw(self):
        """Draw the PDF of batches that have none yet."""
        batches = self.search([("attachment_id", "=", False)], order="id")
        for done, batch in enumerate(batches, start=1):
            if batch.try_lock_for_update():
                batch._draw_or_say()
            if not self.env["ir.cron"]._commit_progress(
                1, remaining=len(batches) - done
            ):
                return

    def _draw_or_say(self):
        """Draw the PDF; one that can't be drawn doesn't keep the others waiting."""
        try:
            with self.env.cr.savepoint():
                self._draw()
        except OperationalError:
            raise
        except Exception:  # pylint: disable=broad-except
            _logger.exception(
                "The letters %s can't be drawn: they are tried again.", self.number
            )

    def _draw(self):
        """Draw the PDF of these letters from what their notices keep."""
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("These letters are being drawn: try again in a moment.")
            )
        Report = self.env["ir.actions.report"].with_company(self.company_id)
        letters = self.notice_ids.sorted("letter_number")
        streams = []
        for start in range(0, len(letters), _PART):
            part = letters[start : start + _PART]
            content, _kind = Report.with_context(
                utility_letter_ids=part.ids
            )._render_qweb_pdf("utility_collections.report_letters", self.ids)
            streams.append(io.BytesIO(content))
        content = (
            streams[0].getvalue()
            if len(streams) == 1
            else Report._merge_pdfs(streams).getvalue()
        )
        self.attachment_id = self._attach(
            self.env._("Letters %(number)s", number=self.number), content
        )

    def _attach(self, name, content):
        return self.env["ir.attachment"].create(
            {
                "name": f"{name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _stamp_copy(self, content):
        """Mark each page of a PDF as a copy."""
        # Only needed here, and slow to load.
        from reportlab.pdfgen.canvas import Canvas

        writer = PdfFileWriter()
        writer.append(io.BytesIO(content))
        label = self.env._("COPY")
        for page in writer.pages:
            stamp = io.BytesIO()
            width, height = (float(page.mediabox[side]) for side in (2, 3))
            canvas = Canvas(stamp, pagesize=(width, height))
            canvas.setFillGray(0.45)
            canvas.setFont("Helvetica-Bold", 13)
            canvas.drawRightString(width - 40, height - 26, label)
            canvas.save()
            stamp.seek(0)
            page.merge_page(PdfFileReader(stamp).pages[0])
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def _issue_documents(self):
        """Letters are drawn once, by `_draw`; see `ir.actions.report`."""
        if not self.env.su:
            raise AccessError(
                self.env._("Open the letters with the button PDF of their batch.")
            )
        return self
