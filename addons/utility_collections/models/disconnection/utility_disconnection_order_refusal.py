import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .utility_disconnection_order import WAITING

_logger = logging.getLogger(__name__)

# Refusals that one sentence names.
_NAMED = 10
# What the database fills in.
_OWN = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})


class UtilityDisconnectionOrder(models.Model):
    """A refusal is kept, though its transaction is rolled back (COL-07).

    An error is what stops a caller: a button, a crew's phone, another program. But it
    also rolls the transaction back, and with it the decision, which the log must keep:
    who wanted to cut off whom, when, and why that was refused. So the decision is
    written again once this transaction is over, by a transaction of its own:

    - not within this one by a second cursor: it would wait for locks that this one
      holds, or hold others up, and would stay when a serialization error makes Odoo do
      all of it again;
    - after the rollback, whoever it was that rolled back; and also after a commit: a
      caller who caught the error has rolled back to a savepoint only.

    Then a crew that was refused at the door is called back, with the reason.

    Only one of both happens. An account or order that was made in the transaction
    that is gone leaves nothing to decide on.
    """

    _inherit = "utility.disconnection.order"

    @api.model
    def _refuse(self, decisions):
        """Raise a UserError that names the reasons, and keep the decisions.

        :param decisions: those that refuse; none: nothing happens
        """
        if not decisions:
            return
        self._keep_after_rollback(decisions)
        sentences = [
            self.env._(
                "%(account)s can't be disconnected: %(reason)s",
                account=decision.utility_account_id.number,
                reason=decision._say_why_not(),
            )
            for decision in decisions[:_NAMED]
        ]
        if len(decisions) > _NAMED:
            sentences.append(
                self.env._("and %(count)s more.", count=len(decisions) - _NAMED)
            )
        raise UserError("\n".join(sentences))

    @api.model
    def _keep_after_rollback(self, decisions):
        """Write decisions anew when this transaction is over, however it ends."""
        names = [
            name
            for name, field in decisions._fields.items()
            if field.store and not field.compute and name not in _OWN
        ]
        rows = [
            {
                name: decision._fields[name].convert_to_write(decision[name], decision)
                for name in names
            }
            for decision in decisions.sudo()
        ]
        registry = self.env.registry

        def keep():
            try:
                with registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    kept = env["utility.disconnection.decision"]._keep_refused(rows)
                with registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    kept.with_env(env)._follow_kept()
            except OperationalError:
                # Somebody is at work on such an account: what that changes is followed
                # there, and what it doesn't by the daily pass.
                _logger.info("Refused disconnections are looked at another time")
            except Exception:
                # The refusal stands; nobody is cut off for a row that is missing.
                _logger.exception("Refused disconnections could not be logged")

        self.env.cr.postrollback.add(keep)
        self.env.cr.postcommit.add(keep)


class UtilityDisconnectionDecision(models.Model):
    _inherit = "utility.disconnection.decision"

    @api.model
    def _keep_refused(self, rows):
        """Write refusals whose account is there; superuser.

        :param list[dict] rows: values of decisions
        :return: these decisions
        """

        def there(table, name):
            ids = [row[name] for row in rows if row[name]]
            # Shared with payments: they update accounts, but never their keys.
            return {
                record_id
                for (record_id,) in self.env.execute_query(
                    SQL(
                        "SELECT id FROM %s WHERE id = ANY(%s) FOR KEY SHARE",
                        SQL.identifier(table),
                        ids,
                    )
                )
            }

        accounts = there("utility_account", "utility_account_id")
        orders = there("utility_disconnection_order", "order_id")
        return self.create(
            [
                row | {"order_id": row["order_id"] in orders and row["order_id"]}
                for row in rows
                if row["utility_account_id"] in accounts
            ]
        )

    def _follow_kept(self):
        """Stop or hold the orders that were refused on their way; superuser.

        A draft that wasn't ordered says nothing about anybody, and stays.
        """
        orders = self.order_id
        orders.utility_account_id._lock_accounts()
        orders.invalidate_recordset()
        waiting = orders.filtered(lambda order: order.state in WAITING)
        waiting._follow_decisions(
            self.filtered(lambda decision: decision.order_id in waiting)
        )
