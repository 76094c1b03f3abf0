from odoo import api, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model
    @api.readonly
    def collection_charts(self, date_from, date_to, scope=None):
        """The charts of the landing page for a closed period, with one call (KPI-06).

        They count as the figures do (docs/figures.md): the parts of a chart add up to
        the tile. Amounts are in company currency, shares and rates from 0 to 100 (a
        rate isn't capped), times in days. A value that can't be computed is False.

        :param date_from, date_to, scope: see `collection_figures`; instead of `figures`
            ``charts``, the keys wanted (default: all)
        :return: ``charts``: list of {``key``, ``name``, ``note`` (how it counts),
            ``shape`` ('bars', 'slices', 'lines' or 'table': how it is drawn), ``unit``
            ('day', 'month', 'year'; False unless by time), ``as_of_now`` (whether it
            tells of now instead of the period), ``columns`` (what is shown
            of a part: list of {``name``, ``label``, ``display``: 'money', 'count',
            'percent', 'days' or 'change'}), ``parts``, ``total`` (a part, or False),
            ``empty``};
            ``period``, ``compared``: {``from``, ``to``, ``label``}; ``currency_id``;
            ``company_ids``; ``companies``, ``channels``: names, of all channels none.
            A part is {``key``, ``label``, ``value``, ``count``, ``previous``,
            ``change_percent``, ``model``, ``domain``, ``links``} and a value for each
            other column. `model` and `domain` open exactly the `count` records behind
            `value`; `links` has {`count`, `model`, `domain`} by column for what other
            columns count. Without records to open, `model` is False.
        :raises UserError: on dates or a scope that make no sense
        :raises AccessError: for anyone below Customer Executive, or another's company
        """
        return self.env["utility.figure"]._read_charts(date_from, date_to, scope)
