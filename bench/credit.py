"""Credit notes: batches of overpayments, expiry of very many, the list."""

from odoo.tools import SQL

from . import generator, runtime
from .interrupted import has_errors, memory_line, run_killed, run_watched
from .reading import COUNT_LIMIT, PAGE, search_domain, specification
from .recording import AMOUNT, BATCH, Tills, requests
from .table import Line, Samples, number, say, times

EXCESS = 4.50
NOTE = "utility.credit.note"
EXPIRY = (NOTE, "_cron_expire")


def overpay(bench, pairs):
    """Record payments that are all too much by the same; returns the Call."""
    wanted = [
        request | {"amount": AMOUNT + EXCESS} for request in requests(pairs, "over")
    ]
    return _record(bench, wanted, notes=len(pairs))


def pay(bench, pairs):
    """Record the same payments without anything too much; returns the Call."""
    return _record(bench, requests(pairs, "exact"), notes=0)


def _record(bench, wanted, notes):
    done = runtime.call(
        bench.registry,
        bench.users["clerk"],
        lambda env: env["account.payment"].record_collections(wanted),
    )
    refused = [outcome for outcome in done.result if outcome["status"] != "posted"]
    if refused:
        raise RuntimeError(f"A payment of the benchmark was refused: {refused[0]}")
    made = sum(1 for outcome in done.result if outcome["credit_note"])
    if made != notes:
        raise RuntimeError(f"{made} credit notes were made of {notes}")
    return done


def measure_overpaid(bench):
    """Batches in which every payment makes a credit note, against none."""
    rounds = {"quick": 3, "default": 8, "full": 12}[bench.size]
    bills = Tills(bench)
    for work in (pay, overpay):
        work(bench, bills.take(BATCH))
    say(f"Recording {rounds} batches of {BATCH} with an excess, in turns with none")
    over, exact = Samples(), Samples()
    for turn in range(rounds):
        works = [(over, overpay), (exact, pay)]
        for samples, work in works if turn % 2 else reversed(works):
            samples.add(work(bench, bills.take(BATCH)), BATCH)
    ratio = over.median / exact.median
    yield Line(
        f"batches of {BATCH}, all over-paid against none; ms a payment",
        str(over),
        f"{exact} exact",
        times(ratio),
        f"{over.sql:.2f} / {exact.sql:.2f}",
        "<= 1.15 x",
        ratio <= 1.15,
    )


def make_notes(env, accounts, count, days):
    """Make `count` notes of payments in advance, which can be used for some days more.

    The product makes one payment and its note; SQL multiplies their rows.

    :return: ids of the notes
    """
    cr = env.cr
    outcome = env["account.payment"].record_collections(
        [{"account": accounts[0], "amount": EXCESS, "mode": "cash", "type": "service"}]
    )[0]
    assert outcome["status"] == "posted", outcome
    payment = env["account.payment"].browse(outcome["payment_id"])
    note = payment.credit_note_ids
    note.expiry_date = note.company_id._utility_today()
    env.flush_all()
    cr.execute(
        "CREATE TEMP TABLE advance ON COMMIT DROP AS"
        " SELECT g.n::int AS n, account.id AS account_id,"
        " account.commercial_partner_id AS partner_id"
        " FROM generate_series(0, %s) AS g(n)"
        " JOIN unnest(%s) WITH ORDINALITY AS pick(id, position)"
        " ON pick.position = 1 + g.n %% %s"
        " JOIN utility_account account ON account.id = pick.id",
        [count - 1, accounts, len(accounts)],
    )
    source = SQL("advance s")
    tables = ("account_payment", "account_move", "utility_credit_note")
    first = {table: generator.reserve(cr, table, count) for table in tables}
    at = {table: SQL("%s + s.n", first[table]) for table in tables}
    items = generator.reserve(cr, "account_move_line", 2 * count)
    name = SQL("'AP' || (%s)", at["account_payment"])
    whose = {
        "utility_account_id": SQL("s.account_id"),
        "partner_id": SQL("s.partner_id"),
        "commercial_partner_id": SQL("s.partner_id"),
    }
    own = payment.move_id.line_ids.sorted(lambda line: bool(line.utility_account_id))
    with generator.unchecked(cr):
        generator.multiply(
            cr,
            "account_payment",
            payment.id,
            source,
            id=at["account_payment"],
            move_id=at["account_move"],
            name=name,
            payment_number=name,
            transaction_number=name,
            receipt_number=name,
            idempotency_key=SQL("NULL"),
            **whose,
        )
        generator.multiply(
            cr,
            "account_move",
            payment.move_id.id,
            source,
            id=at["account_move"],
            name=name,
            sequence_prefix=name,
            sequence_number=SQL("0"),
            origin_payment_id=at["account_payment"],
            **whose,
        )
        for rank, line in enumerate(own):
            values = {
                "id": SQL("%s + 2 * s.n + %s", items, rank),
                "move_id": at["account_move"],
                "move_name": name,
                "payment_id": at["account_payment"],
                "partner_id": SQL("s.partner_id"),
            }
            if line.utility_account_id:
                values["utility_account_id"] = SQL("s.account_id")
            generator.multiply(cr, "account_move_line", line.id, source, **values)
        generator.multiply(
            cr,
            "utility_credit_note",
            note.id,
            source,
            id=at["utility_credit_note"],
            number=SQL("'CB-' || (%s)", at["utility_credit_note"]),
            payment_id=at["account_payment"],
            utility_account_id=SQL("s.account_id"),
            credit_line_id=SQL("%s + 2 * s.n + 1", items),
            expiry_date=SQL("t.expiry_date + %s", days),
            create_date=SQL("t.create_date - s.n * interval '1 minute'"),
        )
    cr.execute("DROP TABLE advance")
    generator.settle(cr, *tables, "account_move_line")
    return list(
        range(first["utility_credit_note"], first["utility_credit_note"] + count)
    )


# --- expiry ------------------------------------------------------------------------


def measure_expiry(bench):
    """Expire very many notes; a worker is killed amid them, another one goes on."""
    count = {"quick": 2000, "default": 20000, "full": 100000}[bench.size]
    say(f"Having {count:,} credit notes whose last day was yesterday")
    with runtime.superuser(bench.registry) as env:
        notes = make_notes(env, bench.accounts, count, days=-1)
    say("Expiring them; the first worker is killed on the way")
    run_killed(bench, EXPIRY, lambda: _expired(bench, notes)[0], count // 4)
    before, _again = _expired(bench, notes)
    seconds, memory = run_watched(bench, EXPIRY)
    rows, again = _expired(bench, notes)
    done = count - before
    yield Line(
        f"expire {done:,} of {count:,} notes after a kill at {before:,}; ms a note",
        f"{number(1000 * seconds / done)} = {done / seconds:.0f}/s",
        ratio=f"{rows:,} expired, {again} twice",
        level="each once",
        met=rows == count and not again and not has_errors(bench),
    )
    yield memory_line(
        f"memory of that worker after 1,000 and {done:,} notes; MB", memory
    )


def _expired(bench, notes):
    """How many of the notes are expired, and how many of them more than once."""
    with bench.registry.cursor() as cr:
        cr.execute(
            "SELECT count(*), count(*) FILTER (WHERE times > 1) FROM ("
            "  SELECT count(*) AS times FROM utility_credit_application"
            "   WHERE kind = 'expired' AND note_id BETWEEN %s AND %s"
            "   GROUP BY note_id) AS expired",
            [notes[0], notes[-1]],
        )
        return cr.fetchone()


# --- list --------------------------------------------------------------------------


def measure_notes(bench):
    """The first page of the list of credit notes, and a search."""
    count = {"quick": 10000, "default": 100000, "full": 100000}[bench.size]
    rounds = {"quick": 10, "default": 20, "full": 60}[bench.size]
    say(f"Having {count:,} credit notes")
    with runtime.superuser(bench.registry) as env:
        notes = make_notes(env, bench.accounts, count, days=365)
        wanted = env[NOTE].browse(notes[count // 2]).number
        view = env.ref("utility_credit_notes.utility_credit_note_view_list").id
        search = env.ref("utility_credit_notes.utility_credit_note_view_search").id
    asked = _clerk(bench, lambda env: specification(env, NOTE, (view, "list"))).result
    for work, text, level in (
        (f"credit note list, first {PAGE} of {count:,}; ms", None, 60),
        (f"credit notes of {count:,}, searched by number; ms", wanted, 60),
        (
            f"credit notes of {count:,}, searched by a consumer's name; ms",
            generator.RARE_SURNAME,
            60,
        ),
    ):
        samples = Samples()
        domain = search_domain(bench, search, text, NOTE) if text else []
        for turn in range(rounds + 1):
            done = _clerk(
                bench,
                lambda env, domain=domain: env[NOTE].web_search_read(
                    domain,
                    asked,
                    limit=PAGE,
                    count_limit=COUNT_LIMIT,
                ),
            )
            if turn:
                samples.add(done)
        yield Line(
            work,
            str(samples),
            sql=number(samples.sql),
            level=str(level),
            met=samples.median <= level,
        )


def _clerk(bench, function):
    return runtime.call(bench.registry, bench.users["clerk"], function)
