"""The same rows as a batch of ours, written by COPY: the floor for any design.

A batch is recorded by the product; its rows are read back, and equal rows with other
ids, numbers, accounts and documents are written for the next bills. What a batch
changes on bills and accounts is changed with one UPDATE a table.
"""

import io
import re
import time

from odoo import api

from . import generator
from .runtime import Call, superuser

# In the order of their references.
TABLES = (
    "account_payment",
    "account_move",
    "account_full_reconcile",
    "account_move_line",
    "account_partial_reconcile",
    "utility_payment_allocation",
    "utility_payment_event",
    "utility_payment_key",
)
SEQUENCES = {
    "payment_number": "utility.payment",
    "transaction_number": "utility.transaction",
    "receipt_number": "utility.receipt",
}


class Copier:
    """Learns the rows of a batch, then writes such rows for other bills."""

    def __init__(self, bench):
        self.bench = bench
        self.rows = {}
        self.columns = {}

    def positions(self):
        """The last id of each table."""
        with self.bench.registry.cursor() as cr:
            result = {}
            for table in TABLES:
                cr.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")  # noqa: S608
                result[table] = cr.fetchone()[0]
            return result

    def learn(self, pairs, before):
        """Read the rows that a batch for these pairs of account and bill wrote.

        :param before: what `positions` gave before the batch
        """
        with self.bench.registry.cursor() as cr:
            self.references = self._references(cr)
            for table in TABLES:
                self.columns[table] = generator.column_names(cr, table)
                output = io.StringIO()
                cr.copy_expert(
                    f"COPY (SELECT * FROM {table} WHERE id > {before[table]}"  # noqa: S608
                    " ORDER BY id) TO STDOUT",
                    output,
                )
                self.rows[table] = [
                    line.split("\t") for line in output.getvalue().splitlines()
                ]
            known = self._known(cr, pairs)
            self.formats = self._formats(cr)
        payments = self.rows["account_payment"]
        if len(payments) != len(pairs):
            raise RuntimeError("The batch to copy wasn't the only one at work")
        self.size = len(pairs)
        self._plan(known)

    def _references(self, cr):
        """{(table, column): table it refers to}"""
        cr.execute(
            """
            SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
              FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s)
            """,
            [list(TABLES)],
        )
        return {(table, column): target for table, column, target in cr.fetchall()}

    def _known(self, cr, pairs):
        """{(table, id): (kind, position)} of what a row can point to."""
        known = {}
        for table in TABLES:
            for position, row in enumerate(self.rows[table]):
                known[table, row[0]] = (table, position)
        for name, values in self._targets(cr, pairs).items():
            table = name.partition(":")[2]
            for position, value in enumerate(values):
                known[table, str(value)] = (name, position)
        return known

    def _targets(self, cr, pairs):
        """Ids of accounts, contacts, bills and their receivable items, in order."""
        cr.execute(
            """
            SELECT account.id, account.commercial_partner_id, move.id, line.id,
                   account.consumer_name
              FROM unnest(%s, %s) WITH ORDINALITY AS pair(account_id, move_id, n)
              JOIN utility_account account ON account.id = pair.account_id
              JOIN account_move move ON move.id = pair.move_id
              JOIN account_move_line line
                ON line.move_id = move.id AND line.utility_account_id IS NOT NULL
             ORDER BY pair.n
            """,
            [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        )
        names = ("utility_account", "res_partner", "account_move", "account_move_line")
        columns = list(zip(*cr.fetchall(), strict=True))
        result = {f"target:{name}": columns[i] for i, name in enumerate(names)}
        result["target:names"] = columns[4]
        return result

    def _formats(self, cr):
        """{field: (PostgreSQL sequence, prefix, padding)}"""
        with superuser(self.bench.registry) as env:
            result = {}
            for field, code in SEQUENCES.items():
                sequence = env["ir.sequence"].browse(
                    env["ir.sequence"]._utility_sequence_id(code, env.company.id)
                )
                prefix, _suffix = sequence._get_prefix_suffix()
                name = f"ir_sequence_{sequence.id:03d}"
                result[field] = (name, prefix, sequence.padding)
        return result

    def _plan(self, known):
        """For each row: constant cells, and which cells come from where."""
        self.plans = {}
        payment_columns = self.columns["account_payment"]
        numbers = {}
        for position, row in enumerate(self.rows["account_payment"]):
            for field in SEQUENCES:
                value = row[payment_columns.index(field)]
                numbers[value] = (field, position)
            key = row[payment_columns.index("idempotency_key")]
            numbers[key] = ("key", position)
        pattern = re.compile("|".join(map(re.escape, sorted(numbers, key=len)[::-1])))
        for table in TABLES:
            columns = self.columns[table]
            self.plans[table] = [
                (row, self._cells(table, columns, row, known, numbers, pattern))
                for row in self.rows[table]
            ]

    def _cells(self, table, columns, row, known, numbers, pattern):
        cells = []
        partner = (
            known.get(("res_partner", row[columns.index("partner_id")]))
            if "partner_id" in columns
            else None
        )
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            target = table if column == "id" else self.references.get((table, column))
            if target:
                found = known.get((target, value))
                if (table, column) == ("account_payment", "move_id"):
                    # Payments and entries refer to each other: linked afterwards.
                    row[index] = "\\N"
                elif found:
                    cells.append((index, "id", *found))
            elif column == "matching_number" and value != "\\N":
                found = known["account_full_reconcile", value]
                cells.append((index, "id", *found))
            elif column == "sequence_number":
                number = row[columns.index("name")]
                cells.append((index, "counter", "payment_number", numbers[number][1]))
            elif column == "invoice_partner_display_name" and partner:
                cells.append((index, "id", "target:names", partner[1]))
            elif value in numbers:
                cells.append((index, "number", *numbers[value]))
            elif column in ("name", "outcome") and (hit := pattern.search(value)):
                position = numbers[hit[0]][1]
                # A format of the cell, filled with the numbers of its payment.
                parts = pattern.split(value)
                fields = [numbers[text][0] for text in pattern.findall(value)]
                old_id = self.rows["account_payment"][position][0]
                parts = [
                    re.sub(rf'("payment_id": ){old_id}\b', r"\1@", part)
                    for part in parts
                ]
                cells.append((index, "text", (parts, fields), position))
        return cells

    def write(self, pairs):
        """Write the rows for other bills in one transaction; returns the Call."""
        start = time.perf_counter()
        with self.bench.registry.cursor() as cr:
            before = cr.sql_log_count
            self._write(cr, pairs)
            cr.commit()
            # COPY isn't counted by the cursor.
            queries = cr.sql_log_count - before + len(TABLES)
        return Call(None, time.perf_counter() - start, queries)

    def _write(self, cr, pairs):
        ids = self._targets(cr, pairs)
        cr.execute(
            "SELECT id FROM utility_account WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE",
            [list(ids["target:utility_account"])],
        )
        cr.execute(
            "UPDATE utility_account SET lock_version = lock_version + 1"
            " WHERE id = ANY(%s)",
            [list(ids["target:utility_account"])],
        )
        for table in TABLES:
            ids[table] = self._draw(cr, f"{table}_id_seq", len(self.rows[table]))
        counters, numbers = {}, {}
        for field, (sequence, prefix, padding) in self.formats.items():
            counters[field] = self._draw(cr, sequence, self.size)
            numbers[field] = [
                f"{prefix}{value:0{padding}d}" for value in counters[field]
            ]
        numbers["key"] = [f"copied-{value}" for value in ids["account_payment"]]
        for table in TABLES:
            lines = [
                "\t".join(self._fill(row, cells, ids, counters, numbers))
                for row, cells in self.plans[table]
            ]
            cr.copy_expert(
                f"COPY {table} FROM STDIN", io.StringIO("\n".join(lines) + "\n")
            )
        self._update(cr, ids)

    def _draw(self, cr, sequence, count):
        cr.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cr.fetchall()]

    def _fill(self, row, cells, ids, counters, numbers):
        filled = list(row)
        for index, kind, name, position in cells:
            if kind == "id":
                filled[index] = str(ids[name][position])
            elif kind == "number":
                filled[index] = numbers[name][position]
            elif kind == "counter":
                filled[index] = str(counters[name][position])
            else:
                parts, fields = name
                text = parts[0]
                for field, part in zip(fields, parts[1:], strict=True):
                    text += numbers[field][position] + part
                filled[index] = text.replace("@", str(ids["account_payment"][position]))
        return filled

    def _update(self, cr, ids):
        """Link payments and entries; what a payment changes on bill and contact."""
        cr.execute(
            "UPDATE account_payment AS payment SET move_id = v.move_id"
            " FROM unnest(%s, %s) AS v(id, move_id) WHERE payment.id = v.id",
            [ids["account_payment"], ids["account_move"]],
        )
        cr.execute(
            "UPDATE account_move SET amount_residual = 0, amount_residual_signed = 0,"
            " payment_state = 'paid', write_date = now() AT TIME ZONE 'UTC'"
            " WHERE id = ANY(%s)",
            [list(ids["target:account_move"])],
        )
        cr.execute(
            "UPDATE account_move_line AS line SET amount_residual = 0,"
            " amount_residual_currency = 0, reconciled = true,"
            " full_reconcile_id = v.id, matching_number = v.id::varchar,"
            " write_date = now() AT TIME ZONE 'UTC'"
            " FROM unnest(%s, %s) AS v(line_id, id) WHERE line.id = v.line_id",
            [list(ids["target:account_move_line"]), ids["account_full_reconcile"]],
        )
        cr.execute(
            "UPDATE res_partner SET customer_rank = customer_rank + 1"
            " WHERE id = ANY(%s)",
            [list(ids["target:res_partner"])],
        )

    def check(self):
        """Stop unless the books with the copied rows are sound."""
        with self.bench.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            findings = env.company._utility_check_ledger()
        faults = [f["message"] for f in findings if f["level"] == "error"]
        if faults:
            raise RuntimeError(f"The benchmark left unsound books: {faults[0]}")
