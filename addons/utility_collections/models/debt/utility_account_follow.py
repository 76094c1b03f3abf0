from odoo import models
from odoo.tools import SQL


class UtilityAccount(models.Model):
    """What follows in collections when the debt of an account changes (REC-03)."""

    _inherit = "utility.account"

    def _debt_changed(self):
        """Let collections follow what changed, in the transaction that changed it.

        Every door calls it once, at its end, on all accounts that it touched:
        payments, adjustments, credit, matching by hand, plans, disputes. Accounts of
        which collections know nothing cost one query for all of them.
        """
        accounts_sudo = self.sudo()._filter_in_collections()
        if accounts_sudo:
            accounts_sudo._follow_debt()

    def _filter_in_collections(self):
        """Return the accounts of which something in collections depends on debt."""
        conditions = self._get_in_collections_conditions()
        if not conditions or not self.ids:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                "SELECT account.id FROM utility_account account"
                " WHERE account.id = ANY(%s) AND (%s) ORDER BY account.id",
                self.ids,
                SQL(" OR ").join(conditions),
            )
        )
        return self.browse(account_id for (account_id,) in rows)

    def _get_in_collections_conditions(self):
        """Return SQL conditions on the alias `account`, each true for such accounts.

        To extend: an open promise, an open case, an order that isn't done with. They
        are looked up through indexes: every payment asks them.

        :rtype: list[SQL]
        """
        return []

    def _follow_debt(self):
        """Do what follows; superuser, the accounts locked by the door.

        To extend by what depends on debt. Promises are judged first, then cases
        closed, then orders stopped: as the folders are imported.
        """
