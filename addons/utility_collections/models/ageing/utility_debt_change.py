from odoo import api, fields, models
from odoo.tools import SQL

from .utility_debt_group import ACCOUNT_KEYS

# Of an item, what a sum depends on; all else that changes there is nothing to us.
_ITEM = (
    "amount_residual",
    "balance",
    "company_id",
    "date_maturity",
    "move_id",
    "parent_state",
    "reconciled",
    "utility_account_id",
)
_OPEN = (
    "{0}.utility_account_id IS NOT NULL AND {0}.parent_state = 'posted'"
    " AND {0}.reconciled IS NOT TRUE AND {0}.amount_residual != 0"
)
# By table and event: the accounts whose debt changed from `old_rows` to `new_rows`.
# Items come in many at a time, so each statement is looked at once, as a whole.
_STATEMENTS = {
    ("account_move_line", "insert"): "SELECT utility_account_id FROM new_rows WHERE "
    + _OPEN.format("new_rows"),
    ("account_move_line", "delete"): "SELECT utility_account_id FROM old_rows WHERE "
    + _OPEN.format("old_rows"),
    # Not joined: PostgreSQL would keep the plan that suits the first, short statement.
    ("account_move_line", "update"): (
        "SELECT utility_account_id FROM ("
        "SELECT id, {0} FROM old_rows UNION ALL SELECT id, {0} FROM new_rows) side"
        " WHERE utility_account_id IS NOT NULL GROUP BY id, {0} HAVING COUNT(*) = 1"
    ).format(", ".join(_ITEM)),
}
# By table: columns that tell accounts apart, and the one that names the account
_ROWS = {
    "utility_account": (ACCOUNT_KEYS, "id"),
    "account_move": (("utility_kind",), "utility_account_id"),
    "utility_collection_case": (("state", "utility_account_id"), "utility_account_id"),
}


class UtilityDebtChange(models.Model):
    """Accounts whose debt changed since it was last summed up (`utility.debt.group`).

    Triggers of the database add a row in the transaction that makes the change,
    whoever makes it. Rows are only added, so nobody waits for anybody; and who sees
    the change sees its row, so sums and what isn't in them yet always fit together.
    """

    _name = "utility.debt.change"
    _description = "Debt to Sum Up"
    _log_access = False

    # Not a relation: the account may be gone before this is looked at.
    utility_account_id = fields.Integer(string="Account ID", index=True, readonly=True)

    @api.model
    def _create_triggers(self):
        """Create the functions and triggers, or replace them."""
        for (table, event), accounts in self._statements().items():
            tables = {"insert": ["NEW"], "delete": ["OLD"]}.get(event, ["OLD", "NEW"])
            self._create_trigger(
                table,
                event,
                f"AFTER {event} ON {table} REFERENCING "
                + " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in tables)
                + " FOR EACH STATEMENT",
                f"INSERT INTO utility_debt_change (utility_account_id)"
                f" SELECT DISTINCT * FROM ({accounts}) AS account",
            )
        for table, (columns, account) in _ROWS.items():
            changed = " OR ".join(
                f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns
            )
            events = {
                "insert": ("INSERT", "TRUE", ["NEW"]),
                "update": (f"UPDATE OF {', '.join(columns)}", changed, ["OLD", "NEW"]),
                "delete": ("DELETE", "TRUE", ["OLD"]),
            }
            if account not in columns:
                # Before it has items and after, nothing is owed.
                del events["insert"], events["delete"]
            for event, (when, condition, rows) in events.items():
                self._create_trigger(
                    table,
                    event,
                    f"AFTER {when} ON {table} FOR EACH ROW WHEN ({condition})",
                    "INSERT INTO utility_debt_change (utility_account_id)"
                    " SELECT DISTINCT side.id FROM (VALUES "
                    + ", ".join(f"({row}.{account})" for row in rows)
                    + ") AS side(id) WHERE side.id IS NOT NULL",
                )

    @api.model
    def _statements(self):
        """What is looked at a statement at a time; see `_STATEMENTS`."""
        field = self.env["utility.account"]._fields["service_ids"]
        return _STATEMENTS | {
            (field.relation, event): f"SELECT {field.column1} FROM {rows}"
            for event, rows in (("insert", "new_rows"), ("delete", "old_rows"))
        }

    @api.model
    def _create_trigger(self, table, event, how, statement):
        name = f"utility_debt_change_{table}_{event}"
        # Only names and expressions of this file: nothing to escape
        # pylint: disable-next=sql-injection
        self.env.cr.execute(
            f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
            LANGUAGE plpgsql AS $function$
            BEGIN
                {statement};
                RETURN NULL;
            END $function$
            """
        )
        # PostgreSQL 13, which Odoo still takes, can't replace one
        self.env.cr.execute(
            SQL(
                "DROP TRIGGER IF EXISTS %s ON %s",
                SQL.identifier(name),
                SQL.identifier(table),
            )
        )
        # pylint: disable-next=sql-injection
        self.env.cr.execute(f"CREATE TRIGGER {name} {how} EXECUTE FUNCTION {name}()")

    @api.model
    def _drop_triggers(self):
        """Remove what `_create_triggers` made, before the table goes."""
        self.env.cr.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'utility_debt_change_%'"
        )
        for (name,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(name))
            )
