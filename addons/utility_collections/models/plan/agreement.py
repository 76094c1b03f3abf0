import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


class UtilityPaymentPlan(models.Model):
    """The agreement on paper: printing, sending, previewing it (PLN-01, DOC-06)."""

    _inherit = "utility.payment.plan"

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_print_agreement(self):
        """Open the agreements as PDF in a new tab of the browser, ready to print.

        :return: an action that opens a URL
        :raises AccessError: for anyone who may not hand them out
        """
        self._agreement_report()._check_may_issue(self)
        return self._agreement_report()._document_action(self, "print")

    def action_download_agreement(self):
        """Download the agreements as one PDF.

        :return: a report action
        :raises AccessError: for anyone who may not hand them out
        """
        self._agreement_report()._check_may_issue(self)
        return self._agreement_report()._document_action(self, "download")

    def action_view_agreement(self):
        """Show the agreements on screen.

        :return: a report action that shows HTML
        :raises AccessError: for anyone who may not read them
        """
        self.check_access("read")
        return self._agreement_report()._document_action(self, "view")

    def action_send_agreement(self):
        """E-mail the agreements to the consumers, in their language (DOC-06).

        A draft can be signed online from then on. The messages wait in the mail queue,
        which sends them after the commit.

        :return: a notification that says to whom
        :raises AccessError: for anyone who may not hand them out
        :raises UserError: for a plan that has ended, or without an e-mail address
        """
        self._agreement_report()._check_may_issue(self)
        plans_sudo = self.sudo()
        for plan_sudo in plans_sudo:
            if plan_sudo.state not in ("draft", "active", "completed"):
                raise UserError(
                    self.env._(
                        "Plan %(plan)s has ended: only an agreement that is valid, or"
                        " to be signed, goes to the consumer.",
                        plan=plan_sudo.display_name,
                    )
                )
        without = plans_sudo.utility_account_id.filtered(lambda acc: not acc.email)
        if without:
            raise UserError(
                self.env._(
                    "%(consumers)s has no e-mail address: enter one on the consumer's"
                    " page, or print the agreement.",
                    consumers=", ".join(without.mapped("display_name")),
                )
            )
        drafts_sudo = plans_sudo.filtered(lambda plan: plan.state == "draft")
        drafts_sudo._refresh_draft()
        drafts_sudo._offer()
        template_sudo = self.env.ref(
            "utility_collections.mail_template_agreement"
        ).sudo()
        for plan_sudo in plans_sudo:
            template_sudo.send_mail(plan_sudo.id, force_send=False)
        return self._agreement_report()._document_sent_action(
            self.env._(
                "The agreement is on its way to %(recipients)s.",
                recipients=", ".join(plans_sudo.utility_account_id.mapped("email")),
            )
        )

    # -------------------------------------------------------------------------
    # DOCUMENT
    # -------------------------------------------------------------------------

    @api.model
    def _agreement_report(self):
        return self.env.ref("utility_collections.action_report_agreement").sudo()

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`."""
        self._agreement_report()._check_may_issue(self)
        return self

    def _agreement_file_name(self):
        """Name of the PDF, without its ending."""
        self.ensure_one()
        return self.env._("Payment plan %(plan)s", plan=self.display_name)

    def _get_report_base_filename(self):
        """Override of `portal`: the name of the PDF that is downloaded online."""
        return self._agreement_file_name()

    def _agreement_values(self, preview):
        """What a printed agreement shows, besides the fields of the plan.

        :param bool preview: True on screen
        :return: a dict; the record has superuser rights, in the consumer's language
        """
        self.ensure_one()
        lang = self.sudo().utility_account_id._document_lang()
        plan_sudo = self.sudo().with_context(lang=lang)
        zone = plan_sudo.company_id.partner_id.tz or "UTC"
        # Only a zone that exists can be drawn; an old name must not stop the paper.
        zone = zone if zone in pytz.all_timezones_set else "UTC"
        user = self.env.user
        return {
            "plan": plan_sudo,
            "lang": lang,
            "tz": zone,
            "covered": plan_sudo._agreement_covered(),
            "rows": plan_sudo.installment_ids.sorted("sequence"),
            "count": len(plan_sudo.installment_ids.filtered("sequence")),
            "preview": preview,
            "printed_at": fields.Datetime.now(),
            # The consumer's own download is printed by nobody of ours.
            "printed_by": False if user.share or self.env.su else user.name,
        }

    def _agreement_covered(self):
        """What the plan covers, oldest due first: as signed, or as it would be.

        :return: a list of dicts of ``move``, ``due`` and ``amount``
        """
        self.ensure_one()
        if self.cover_ids:
            rows = [(cover.line_id, cover.amount) for cover in self.cover_ids]
        else:
            rows = [(li, li.amount_residual) for li in self._get_lines_to_cover()]
        rows.sort(key=lambda row: (row[0].date_maturity or row[0].date, row[0].id))
        return [
            {
                "move": line.move_id,
                "due": line.date_maturity or line.date,
                "amount": amount,
            }
            for line, amount in rows
        ]
