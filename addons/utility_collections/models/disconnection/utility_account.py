from odoo import api, models


class UtilityAccount(models.Model):
    """Whether supply may be cut off now: asked by orders, at each moment (COL-07)."""

    _inherit = "utility.account"

    @api.private
    def _decide_disconnection(self, moment, orders=None, at=None):
        """Evaluate the rules for these accounts and keep each decision; superuser.

        The caller has locked the accounts. What protects an account whatever the rules
        say is decided first: nothing overdue, a payment on its way.

        :param str moment: of the selection of `utility.disconnection.decision`
        :param orders: the orders it is asked for, at most one an account
        :param datetime at: UTC; default now
        :return: `utility.disconnection.decision` records, one an account, in order
        """
        raise NotImplementedError
