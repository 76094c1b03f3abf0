from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def _check_utility_door(self, lines):
        """Override of `utility_consumers`: the doors match, Admin doesn't either.

        A balance changed behind the allocations would leave receipts that lie.
        """
        if self.env.su:
            return
        consumer_lines = lines.sudo().filtered("utility_account_id")
        if consumer_lines:
            raise UserError(
                self.env._(
                    "%(entry)s belongs to consumer account %(account)s: use Record"
                    " Payment or an adjustment instead of matching entries by hand.",
                    entry=consumer_lines[0].move_id.display_name,
                    account=consumer_lines[0].utility_account_id.number,
                )
            )

    @api.model
    def _find_payments_and_documents(self, payments=None, documents=None):
        """Find which payments are matched with which documents, by index.

        The ORM asks this for each batch of new entries and matches. Odoo's own query
        joins the matches by OR, which no index serves: on a database whose tables
        PostgreSQL still believes to be empty, a batch of 100 took minutes.

        :param payments: look for the documents of these payments, or
        :param documents: look for the payments of these documents
        :return: list of (payment id, document id)
        """
        wanted = payments if documents is None else documents
        if not wanted.ids:
            return []
        column = "payment.id" if documents is None else "item.move_id"
        condition = SQL("%s = ANY(%s)", SQL(column), wanted.ids)
        self.env["account.payment"].flush_model(["move_id"])
        self.env["account.move.line"].flush_model(["move_id", "account_id"])
        self.flush_model(["debit_move_id", "credit_move_id"])
        return self.env.execute_query(
            SQL(" UNION ").join(
                SQL(
                    """
                    SELECT payment.id, item.move_id
                      FROM account_payment payment
                      JOIN account_move_line line ON line.move_id = payment.move_id
                      JOIN account_account account ON account.id = line.account_id
                      JOIN account_partial_reconcile partial ON partial.%s = line.id
                      JOIN account_move_line item ON item.id = partial.%s
                     WHERE %s
                       AND account.account_type
                           IN ('asset_receivable', 'liability_payable')
                    """,
                    SQL.identifier(own),
                    SQL.identifier(other),
                    condition,
                )
                for own, other in (
                    ("credit_move_id", "debit_move_id"),
                    ("debit_move_id", "credit_move_id"),
                )
            )
        )
