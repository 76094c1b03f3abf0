from odoo import api, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # Received today, by the moment of recording (KPI-02)
    _utility_received_idx = models.Index(
        "(company_id, received_at) WHERE utility_account_id IS NOT NULL"
    )
    _utility_returned_idx = models.Index(
        "(company_id, returned_on) WHERE returned_on IS NOT NULL"
    )

    @api.model
    def collection_figures(self, date_from, date_to, scope=None):
        """The figures of the landing page for a closed period (KPI-01 to KPI-05).

        Defined in docs/figures.md. Amounts are in company currency, percents from 0 to
        100 (a rate isn't capped), times in days; "today" is that of the user's time
        zone. What isn't bound to a period (what is outstanding, what waits for
        approval) is as of now.

        :param date_from: first day, a date or 'YYYY-MM-DD'
        :param date_to: last day, not before the first
        :param dict scope: all optional: ``company_ids`` (default: those of the user's
            session with the currency of the current one), ``channel_ids`` (default:
            all), ``compare`` ('previous', the default, 'last_year', or either with
            '_to_date'), ``figures`` (default: all keys)
        :return: {key: {``value``, ``count``, ``previous``, ``change_percent`` (for a
            rate: the difference in points; False when the value before is 0 or
            unknown), ``model``, ``domain``}}: `model` and `domain` open exactly the
            `count` records behind it; a value that can't be computed is False
        :raises UserError: on dates or a scope that make no sense
        :raises AccessError: for anyone below Customer Executive, or another's company
        """
        return self.env["utility.figure"]._read(date_from, date_to, scope)
