from datetime import timedelta

from odoo import api, models

from ..plan.utility_payment_plan_installment import UNPAID

# Notices of one transaction.
_CHUNK = 100


class UtilityPaymentPlanInstallment(models.Model):
    """The consumer is told before the card is charged (PLN-06, COL-11)."""

    _inherit = "utility.payment.plan.installment"

    @api.model
    def _announce_charges(self):
        """Tell of the charges that come, once for each, as of this moment.

        Each chunk is a transaction of its own and marks its rows. A charge that has
        grown since it was told, because a payment was taken back, is told anew.

        :return: whether there was time for all
        """
        for company in self._get_automatic_companies():
            days = company.utility_automatic_notice_days
            if days < 0:
                continue
            today = company._utility_today()
            domain = [
                *self._get_automatic_domain(company),
                ("due_date", "<=", today + timedelta(days=days)),
            ]
            rows = self.browse(self.search(domain, order="id")._find_to_announce())
            for start in range(0, len(rows), _CHUNK):
                chunk = rows[start : start + _CHUNK]
                chunk.plan_id.utility_account_id._lock_accounts()
                chunk.invalidate_recordset()
                chunk._announce(today, chunk._find_to_announce())
                if not self.env["ir.cron"]._commit_progress(len(chunk)):
                    return False
        return True

    @api.model
    def _get_automatic_companies(self):
        groups = self.env["utility.payment.plan"]._read_group(
            [("automatic_state", "=", "on"), ("state", "=", "active")], ["company_id"]
        )
        return [company for (company,) in groups]

    @api.model
    def _get_automatic_domain(self, company):
        """The unpaid installments of a company that cards pay."""
        return [
            ("plan_id.automatic_state", "=", "on"),
            ("plan_id.state", "=", "active"),
            ("plan_id.company_id", "=", company.id),
            ("state", "in", UNPAID),
        ]

    def _find_to_announce(self):
        """The charges that are still to be told, or told again.

        :return: {installment id: amount of the charge}
        """
        amounts = self._get_amounts_to_pay()
        return {
            row.id: amounts[row.id][0]
            for row in self
            if row._needs_notice(amounts[row.id][0])
        }

    def _needs_notice(self, amount):
        """Whether its charge of this amount is still to be told, or told again."""
        self.ensure_one()
        plan = self.plan_id
        if plan.automatic_state != "on" or plan.state != "active":
            return False
        if self.remaining_amount <= 0 or self._is_charged():
            return False
        if self.automatic_noticed_on:
            return not self._is_within_notice(amount)
        return self.due_date >= plan._told_until() and amount > 0

    def _announce(self, today, amounts):
        """Queue the mails and write down what was told; or why nobody could be.

        :param dict amounts: {installment id: amount of the charge} of what is told
        """
        rows = self.browse(amounts)
        reachable = rows.filtered("utility_account_id.email")
        if reachable:
            template = self.env.ref(
                "utility_collections.mail_template_automatic_notice"
            )
            template.send_mail_batch(reachable.ids, force_send=False)
        for row in rows:
            amount = amounts[row.id]
            row.write(
                {"automatic_noticed_on": today, "automatic_noticed_amount": amount}
            )
            row.plan_id._log_event(
                "charge_announced",
                installment_id=row.id,
                amount=amount,
                note=row not in reachable
                and self.env._("Not sent: the account has no e-mail address."),
            )
