"""Makes large numbers of consumers, bills and payments, with SQL.

Each kind of row is made once by the product itself; that row is then multiplied in the
database, with other ids, numbers, dates and names. So a generated row carries every
derived value that Odoo would have written, and a new field needs no change here. Rows
depend on their position only: two runs make the same data.

This is for benchmarks: the demonstration data is made by the product's own methods.
"""

import io
import random
from contextlib import closing, contextmanager

import psycopg2

from odoo.tools import SQL

FIRST_NAMES = (
    "Aisha Amit Ana Anita Arjun Bilal Carlos Chen David Deepa Elena Emma Fatima Farid"
    " Grace Hana Ibrahim Ines Ivan James Jane John Kavya Kofi Laila Liam Lucia Maria"
    " Meera Mohammed Nadia Neha Noah Olga Omar Paula Pedro Priya Rahul Ravi Rosa Samir"
    " Sana Sofia Sunita Tariq Usman Vera Wei Yusuf Zainab Zoe"
).split()
SURNAMES = (
    "Ahmed Ali Andersson Banerjee Brown Castro Chowdhury Costa Das Davis Fernandez"
    " Garcia Gupta Haddad Hussain Iyer Jones Kapoor Khan Lopez Martin Mehta Miller"
    " Mueller Nair Nguyen Okafor Patel Pillai Qureshi Rao Reddy Rossi Roy Sharma Singh"
    " Silva Tan Verma Williams Yadav Zhang"
).split()
# One consumer in twenty has this surname, one of all has the rare one.
COMMON_SURNAME = "Smith"
RARE_SURNAME = "Quillfeather"
STREETS = "Canal Church Garden Harbour Hill Lake Mill Park River School Station".split()
NUMBER = "BN-{:07d}"
DAYS = 5 * 365
# Bills that a payment of the history pays
BILLS = 3
# More rows than these come in without indexes.
FEW = 30000
_HISTORY = (
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
    "utility_payment_allocation",
    "utility_payment_event",
    "utility_payment_key",
)


def ensure_accounts(env, count):
    """Have at least `count` consumers, each with a contact and an account.

    :return: ids of the accounts, in order
    """
    cr = env.cr
    cr.execute("SELECT count(*) FROM utility_account WHERE number LIKE 'BN-%'")
    have = cr.fetchone()[0]
    if have < count:
        _make_accounts(env, have, count)
    cr.execute("SELECT id FROM utility_account WHERE number LIKE 'BN-%' ORDER BY id")
    return [row[0] for row in cr.fetchall()]


def person(position, total):
    """Name, phone, e-mail and address of the consumer at a position."""
    draw = random.Random(position)
    surname = draw.choice(SURNAMES)
    if position % 20 == 7:
        surname = COMMON_SURNAME
    if position == 777:
        surname = RARE_SURNAME
    # Two thirds carry a second name of their own, so that names differ.
    middle = "".join(draw.choice(("ba ra mi no ke lu sa ti").split()) for _ in range(3))
    name = f"{draw.choice(FIRST_NAMES)} {middle.title()} {surname}"
    phone = f"+1 555 {draw.randrange(1000):03d} {position % 10000:04d}"
    email = f"{name.split()[0].lower()}.{position}@example.com"
    address = f"{draw.randrange(1, 400)} {draw.choice(STREETS)} Street, Springfield"
    return name, phone, email, address


def _make_accounts(env, first, last):
    # Add-ons can be imported once the configuration was read.
    from odoo.addons.utility_consumers.tools.text import search_document

    cr = env.cr
    partner = env["res.partner"].create(
        {
            "name": "Template",
            "phone": "+1 555 000 0000",
            "email": "template@example.com",
            "street": "1 Park Street",
            # A consumer has bills, and so the rank of a customer.
            "customer_rank": 1,
        }
    )
    account = env["utility.account"].create({"partner_id": partner.id})
    env.flush_all()
    cr.execute(
        "CREATE TEMP TABLE people (n int, number text, name text, phone text,"
        " email text, address text, search text) ON COMMIT DROP"
    )
    rows = io.StringIO()
    for position in range(first, last):
        name, phone, email, address = person(position, last)
        number = NUMBER.format(position)
        document = search_document(number, name, phone, email, address)
        document = document.replace("\n", "\\n")
        rows.write(
            f"{position - first}\t{number}\t{name}\t{phone}\t{email}\t{address}"
            f"\t{document}\n"
        )
    rows.seek(0)
    cr.copy_expert("COPY people FROM STDIN", rows)
    source = SQL("people s")
    partners = reserve(cr, "res_partner", last - first)
    accounts = reserve(cr, "utility_account", last - first)
    multiply(
        cr,
        "res_partner",
        partner.id,
        source,
        id=SQL("%s + s.n", partners),
        commercial_partner_id=SQL("%s + s.n", partners),
        name=SQL("s.name"),
        complete_name=SQL("s.name"),
        phone=SQL("s.phone"),
        phone_sanitized=SQL("replace(s.phone, ' ', '')"),
        email=SQL("s.email"),
        email_normalized=SQL("s.email"),
        street=SQL("s.address"),
    )
    multiply(
        cr,
        "utility_account",
        account.id,
        source,
        id=SQL("%s + s.n", accounts),
        number=SQL("s.number"),
        # One in eight is a business.
        category=SQL(
            "CASE s.n %% 24 WHEN 5 THEN 'commercial' WHEN 13 THEN 'industrial'"
            " WHEN 21 THEN 'agricultural' ELSE 'residential' END"
        ),
        partner_id=SQL("%s + s.n", partners),
        commercial_partner_id=SQL("%s + s.n", partners),
        consumer_name=SQL("s.name"),
        phone=SQL("s.phone"),
        email=SQL("s.email"),
        service_address=SQL("s.address"),
        search_text=SQL("s.search"),
    )
    account.unlink()
    partner.unlink()
    env.flush_all()
    settle(cr, "res_partner", "utility_account")


def settle(cr, *tables):
    """What autovacuum does after a while: statistics, and GIN's list of new rows."""
    for table in tables:
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    cr.execute(
        "SELECT gin_clean_pending_list(i.indexrelid)"
        "  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        "  JOIN pg_am am ON am.oid = c.relam AND am.amname = 'gin'"
        " WHERE i.indrelid = ANY(%s::regclass[])",
        [list(tables)],
    )


def vacuum(database, *tables):
    """What autovacuum also does: marks pages that index-only scans needn't look at."""
    with closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            for table in tables:
                cr.execute(f"VACUUM (ANALYZE) {table}")


def make_bills(env, account_ids, amount=100.0, each=1, native=False, age=40):
    """Make open bills for accounts: `each` for every one of them, in their order.

    :param native: make customer invoices of the same contacts that are no bills
    :param int age: days since the last of an account was billed; they are due after 14
    :return: ids of the bills; those of an account lie together, oldest first
    """
    count = len(account_ids) * each
    if not count:
        return []
    cr = env.cr
    template = _template_invoice if native else _template_bill
    bill = template(env, account_ids[0], amount)
    lines = bill.line_ids.sorted("balance")
    env.flush_all()
    cr.execute(
        "CREATE TEMP TABLE target ON COMMIT DROP AS"
        " SELECT g.n::int AS n, account.id AS account_id,"
        " account.commercial_partner_id AS partner_id,"
        " account.consumer_name AS partner_name,"
        " CURRENT_DATE - %s - 30 * (%s - 1 - g.n::int %% %s) AS date"
        " FROM generate_series(0, %s) AS g(n)"
        " JOIN unnest(%s) WITH ORDINALITY AS pick(id, position)"
        " ON pick.position = 1 + g.n / %s"
        " JOIN utility_account account ON account.id = pick.id",
        [age, each, each, count - 1, account_ids, each],
    )
    moves = reserve(cr, "account_move", count)
    prefix = "NI" if native else "OB"
    _multiply_bill(cr, bill, lines, SQL("target s"), moves, count, prefix)
    cr.execute("DROP TABLE target")
    discard(env, bill)
    settle(cr, "account_move", "account_move_line")
    return list(range(moves, moves + count))


def _template_bill(env, account_id, amount):
    env.cr.execute("SELECT max(id) FROM account_move")
    number = f"BT{env.cr.fetchone()[0]}"
    outcome = env["account.move"].record_bills(
        [{"account": account_id, "amount": amount, "number": number}]
    )[0]
    assert outcome["status"] == "posted", outcome
    return env["account.move"].browse(outcome["move_id"])


def _template_invoice(env, account_id, amount):
    account = env["utility.account"].browse(account_id)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": account.partner_id.id,
            "invoice_line_ids": [
                (0, 0, {"name": "Water", "price_unit": amount, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    return invoice


def _multiply_bill(cr, bill, lines, source, moves, count, prefix, age=0, **more):
    """Multiply a bill and its two items; ids count from `moves`.

    :param int age: days that they are older than the date of the source
    """
    name = SQL("%s || (%s + s.n)", prefix, moves)
    first_line = reserve(cr, "account_move_line", 2 * count)
    whose = SQL("s.account_id") if bill.utility_account_id else SQL("NULL::int")
    date = SQL("(s.date - %s)", age)
    dates = {"date": date, "invoice_date": date}
    multiply(
        cr,
        "account_move",
        bill.id,
        source,
        id=SQL("%s + s.n", moves),
        name=name,
        payment_reference=name,
        sequence_number=SQL("0"),
        sequence_prefix=name,
        invoice_date_due=SQL("%s + 14", date),
        utility_account_id=whose,
        partner_id=SQL("s.partner_id"),
        commercial_partner_id=SQL("s.partner_id"),
        partner_shipping_id=SQL("s.partner_id"),
        invoice_partner_display_name=SQL("s.partner_name"),
        access_token=SQL("NULL"),
        **dates,
    )
    for rank, line in enumerate(lines):
        values = {
            "id": SQL("%s + 2 * s.n + %s", first_line, rank),
            "move_id": SQL("%s + s.n", moves),
            "move_name": name,
            "partner_id": SQL("s.partner_id"),
            **dates,
        }
        if line.display_type == "payment_term":
            values["utility_account_id"] = whose
            values["date_maturity"] = SQL("%s + 14", date)
            values["name"] = name
            values |= more
        multiply(cr, "account_move_line", line.id, source, **values)
    return first_line


def ensure_history(env, count, accounts=None, days=DAYS, bills=BILLS, watched=False):
    """Have at least `count` payments, each of `bills` bills, over five years.

    With `accounts`, make `count` more for these only, spread evenly.

    :param bool watched: let the triggers keep the sums by day, row by row, as they do
        for the product; else the sums are counted anew at the end
    :return: how many were made now
    """
    cr = env.cr
    if accounts is None:
        cr.execute("SELECT count(*) FROM account_payment WHERE name LIKE 'HP%'")
        count -= cr.fetchone()[0]
        accounts = ensure_accounts(env, 1)
    if count <= 0:
        return 0
    templates = [_template_bill(env, accounts[0], 100.0) for _bill in range(bills)]
    outcome = env["account.payment"].record_collections(
        [
            {
                "account": accounts[0],
                "amount": 100.0 * bills,
                "mode": "cash",
                "idempotency_key": templates[0].name,
                "documents": [bill.id for bill in templates],
            }
        ]
    )[0]
    assert outcome["status"] == "posted", outcome
    env.flush_all()
    payment = env["account.payment"].browse(outcome["payment_id"])
    many = count > FEW
    with unchecked(cr, watched), without_indexes(cr, _HISTORY if many else ()):
        for start in range(0, count, 50000):
            size = min(50000, count - start)
            _multiply_payment(env, templates, payment, accounts, start, size, days)
    env.invalidate_all()
    if not watched:
        env["utility.collection.day"]._recount()
    settle(cr, *_HISTORY)
    return count


def _ways(env):
    """Pairs of channel and mode that payments of the history came by, by turns."""
    modes = env["utility.payment.mode"].search([("company_id", "=", env.company.id)])
    channels = env["utility.payment.channel"].search(
        [("company_id", "in", [env.company.id, False])]
    )
    # Each channel has one way of paying that is usual there, or two.
    count = max(8, len(channels))
    return [
        (channels[turn % len(channels)].id, modes[turn * 5 % len(modes)].id)
        for turn in range(count)
    ]


def _multiply_payment(env, bills, payment, accounts, start, count, days):
    cr = env.cr
    ways = _ways(env)
    cr.execute(
        "CREATE TEMP TABLE past ON COMMIT DROP AS"
        " SELECT g.n::int AS n, account.id AS account_id,"
        " account.commercial_partner_id AS partner_id,"
        " account.consumer_name AS partner_name,"
        " CURRENT_DATE - 25 - ((g.n::bigint + %s) * %s / %s)::int %% %s AS date,"
        " way.channel_id, way.mode_id"
        " FROM generate_series(0, %s) AS g(n)"
        " JOIN unnest(%s) WITH ORDINALITY AS pick(id, position)"
        " ON pick.position = 1 + (g.n + %s) %% %s"
        " JOIN utility_account account ON account.id = pick.id"
        " JOIN unnest(%s, %s) WITH ORDINALITY AS way(channel_id, mode_id, position)"
        " ON way.position = 1 + (g.n * 7 %% 61) %% %s",
        [
            start,
            days,
            max(len(accounts), count),
            days,
            count - 1,
            accounts,
            start,
            len(accounts),
            [channel for channel, _mode in ways],
            [mode for _channel, mode in ways],
            len(ways),
        ],
    )
    source = SQL("past s")
    ids = {
        name: reserve(cr, table, count)
        for name, table in {
            "move": "account_move",
            "payment": "account_payment",
            "full": "account_full_reconcile",
            "event": "utility_payment_event",
            "key": "utility_payment_key",
        }.items()
    }
    at = {name: SQL("%s + s.n", first) for name, first in ids.items()}
    matching = {
        "full_reconcile_id": at["full"],
        "matching_number": SQL("(%s)::varchar", at["full"]),
    }
    paid_on = SQL("s.date + s.n %% 25")
    name = SQL("'HP' || (%s)", at["payment"])
    stamp = SQL("(%s)::timestamp + interval '10 hours'", paid_on)
    whose = {
        "utility_account_id": SQL("s.account_id"),
        "partner_id": SQL("s.partner_id"),
    }
    multiply(
        cr,
        "account_payment",
        payment.id,
        source,
        id=at["payment"],
        move_id=at["move"],
        name=name,
        payment_number=name,
        transaction_number=SQL("'HT' || (%s)", at["payment"]),
        receipt_number=SQL("'HR' || (%s)", at["payment"]),
        idempotency_key=name,
        channel_id=SQL("s.channel_id"),
        mode_id=SQL("s.mode_id"),
        date=paid_on,
        received_at=stamp,
        create_date=stamp,
        **whose,
    )
    multiply(
        cr,
        "account_move",
        payment.move_id.id,
        source,
        id=at["move"],
        name=name,
        sequence_prefix=name,
        sequence_number=SQL("0"),
        date=paid_on,
        origin_payment_id=at["payment"],
        commercial_partner_id=SQL("s.partner_id"),
        invoice_partner_display_name=SQL("s.partner_name"),
        **whose,
    )
    move_lines = reserve(cr, "account_move_line", 2 * count)
    own = payment.move_id.line_ids.sorted(lambda line: bool(line.utility_account_id))
    for rank, line in enumerate(own):
        values = {
            "id": SQL("%s + 2 * s.n + %s", move_lines, rank),
            "move_id": at["move"],
            "move_name": name,
            "payment_id": at["payment"],
            "partner_id": SQL("s.partner_id"),
            "date": paid_on,
            "date_maturity": paid_on,
        }
        if line.utility_account_id:
            values |= {**matching, "utility_account_id": SQL("s.account_id")}
        multiply(cr, "account_move_line", line.id, source, **values)
    full = own.full_reconcile_id
    multiply(cr, "account_full_reconcile", full.id, source, id=at["full"])
    for turn, bill in enumerate(bills):
        document_line = bill.line_ids.filtered("utility_account_id")
        lines = bill.line_ids - document_line + document_line
        documents = reserve(cr, "account_move", count)
        age = 30 * turn
        bill_lines = _multiply_bill(
            cr, bill, lines, source, documents, count, "HB", age, **matching
        )
        multiply(
            cr,
            "account_partial_reconcile",
            document_line.matched_credit_ids.id,
            source,
            id=SQL("%s + s.n", reserve(cr, "account_partial_reconcile", count)),
            full_reconcile_id=at["full"],
            debit_move_id=SQL("%s + 2 * s.n + 1", bill_lines),
            credit_move_id=SQL("%s + 2 * s.n + 1", move_lines),
            max_date=paid_on,
        )
        allocation = payment.allocation_ids.filtered(
            lambda share, bill=bill: share.move_id == bill
        )
        multiply(
            cr,
            "utility_payment_allocation",
            allocation.id,
            source,
            id=SQL("%s + s.n", reserve(cr, "utility_payment_allocation", count)),
            payment_id=at["payment"],
            move_id=SQL("%s + s.n", documents),
            collection_days=SQL("s.n %% 25 + %s", age),
        )
    multiply(
        cr,
        "utility_payment_event",
        payment.event_ids[:1].id,
        source,
        id=at["event"],
        payment_id=at["payment"],
        happened_at=stamp,
    )
    cr.execute("SELECT id FROM utility_payment_key WHERE payment_id = %s", [payment.id])
    multiply(
        cr,
        "utility_payment_key",
        cr.fetchone()[0],
        source,
        id=at["key"],
        payment_id=at["payment"],
        key=name,
    )
    cr.execute("DROP TABLE past")


@contextmanager
def without_indexes(cr, tables):
    """Many rows come in faster when indexes are made afterwards, each at once."""
    cr.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid),"
        "       obj_description(i.indexrelid)"
        "  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = ANY(%s::regclass[])"
        "   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)",
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, *_definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for name, definition, comment in indexes:
        cr.execute(definition)
        if comment:
            # By which Odoo sees whether it is still as defined
            cr.execute(SQL("COMMENT ON INDEX %s IS %s", SQL.identifier(name), comment))


@contextmanager
def unchecked(cr, watched=False):
    """Rows made of rows that are right need no check of their references.

    Nor do triggers keep sums meanwhile, unless they are `watched`.
    """
    cr.execute("SAVEPOINT fast")
    try:
        cr.execute("SET LOCAL session_replication_role = replica")
    except Exception:  # noqa: BLE001 - the user of a foreign server may lack the right
        cr.execute("ROLLBACK TO SAVEPOINT fast")
    if watched:
        _enable_sums(cr, SQL("ENABLE ALWAYS"))
    yield
    if watched:
        _enable_sums(cr, SQL("ENABLE"))
    cr.execute("SET LOCAL session_replication_role = origin")


def _enable_sums(cr, how):
    """Say when the triggers of the sums by day fire."""
    cr.execute(
        "SELECT c.relname, t.tgname FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname LIKE 'utility_collection_day_%'"
    )
    for table, trigger in cr.fetchall():
        cr.execute(
            SQL(
                "ALTER TABLE %s %s TRIGGER %s",
                SQL.identifier(table),
                how,
                SQL.identifier(trigger),
            )
        )


def reserve(cr, table, count):
    """Take `count` ids of a table in a row; returns the first."""
    cr.execute("SELECT nextval(%s)", [f"{table}_id_seq"])
    first = cr.fetchone()[0]
    cr.execute("SELECT setval(%s, %s)", [f"{table}_id_seq", first + count - 1])
    return first


def multiply(cr, table, row_id, source, **values):
    """Insert a copy of a row for each row of a source, with some values changed.

    :param int row_id: the row that is copied
    :param SQL source: what stands after FROM, with the alias `s`
    :param values: SQL of the columns that differ; names the table lacks are skipped
    """
    columns = column_names(cr, table)
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s CROSS JOIN %s t WHERE t.id = %s",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(
                values.get(name, SQL.identifier("t", name)) for name in columns
            ),
            source,
            SQL.identifier(table),
            row_id,
        )
    )


def column_names(cr, table):
    """The columns of a table, in their order."""
    cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [table],
    )
    return [row[0] for row in cr.fetchall()]


def discard(env, bill):
    """Take the template of bills away again."""
    env.cr.execute("DELETE FROM account_move_line WHERE move_id = %s", [bill.id])
    env.cr.execute("DELETE FROM account_move WHERE id = %s", [bill.id])
    env.invalidate_all()
