"""Recording payments: one at a time, in batches, beside Odoo's wizard and COPY."""

import multiprocessing

from . import generator, runtime
from .copier import Copier
from .table import Line, Samples, number, say, times

BATCH = 500
AMOUNT = 100.0


class Tills:
    """Accounts with an open bill each, handed out once."""

    def __init__(self, bench, native=False):
        self.bench = bench
        self.native = native
        self.stock = []
        self.position = 0

    def take(self, count):
        """The next `count` pairs of account id and bill id."""
        while len(self.stock) < count:
            self._fill(max(count - len(self.stock), 2000))
        taken, self.stock = self.stock[:count], self.stock[count:]
        return taken

    def _fill(self, count):
        ids = self.bench.accounts
        picked = [ids[(self.position + i) % len(ids)] for i in range(count)]
        self.position += count
        with runtime.superuser(self.bench.registry) as env:
            bills = generator.make_bills(env, picked, AMOUNT, native=self.native)
        self.stock += zip(picked, bills, strict=True)


def requests(pairs, key):
    """Requests that pay bills in full, as a collection file would send them."""
    return [
        {
            "account": account_id,
            "amount": AMOUNT,
            "mode": "cash",
            "documents": [bill_id],
            "idempotency_key": f"{key}-{bill_id}",
        }
        for account_id, bill_id in pairs
    ]


def record(bench, pairs, registry=None):
    """Record payments in one request of the cashier; returns the Call."""
    wanted = requests(pairs, "bench")

    def function(env):
        return env["account.payment"].record_collections(wanted)

    done = runtime.call(registry or bench.registry, bench.users["clerk"], function)
    refused = [outcome for outcome in done.result if outcome["status"] != "posted"]
    if refused:
        raise RuntimeError(f"A payment of the benchmark was refused: {refused[0]}")
    return done


def register(bench, invoice_id, registry=None):
    """Pay one native invoice with Odoo's register-payment wizard; returns the Call."""

    def function(env):
        wizard = (
            env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=[invoice_id])
            .create({})
        )
        wizard.action_create_payments()
        return env["account.move"].browse(invoice_id).payment_state

    done = runtime.call(registry or bench.registry, bench.users["admin"], function)
    if done.result not in ("paid", "in_payment"):
        raise RuntimeError(f"The peer's invoice is {done.result}, not paid")
    return done


def warm_up(bench, bills, invoices):
    """The first uses in a process fill caches that stay."""
    for _round in range(2):
        record(bench, bills.take(1))
        register(bench, invoices.take(1)[0][1])


def measure_record(bench):
    """One payment a commit, ours and Odoo's in turns."""
    count = {"quick": 20, "default": 60, "full": 200}[bench.size]
    bills, invoices = Tills(bench), Tills(bench, native=True)
    warm_up(bench, bills, invoices)
    say(f"Recording {count} payments one at a time, in turns with Odoo's wizard")
    ours, peer = _in_turns(bench, bills, invoices, count)
    yield Line(
        "record one payment, a commit each; ms",
        str(ours),
        str(peer),
        times(peer.median / ours.median),
        f"{number(ours.sql)} / {number(peer.sql)}",
        "faster, <= 115 SQL",
        ours.median < peer.median and ours.sql <= 115,
    )


def _in_turns(bench, bills, invoices, count):
    ours, peer = Samples(), Samples()
    for turn in range(count):
        works = [
            lambda: ours.add(record(bench, bills.take(1))),
            lambda: peer.add(register(bench, invoices.take(1)[0][1])),
        ]
        # Neither is always the one that follows the other.
        for work in works if turn % 2 else reversed(works):
            work()
    return ours, peer


def measure_batch(bench):
    """Batches of 500 in turns with Odoo's wizard and COPY."""
    rounds = {"quick": 3, "default": 6, "full": 12}[bench.size]
    bills, invoices = Tills(bench), Tills(bench, native=True)
    warm_up(bench, bills, invoices)
    copier = Copier(bench)
    pattern = bills.take(BATCH)
    before = copier.positions()
    record(bench, pattern)
    copier.learn(pattern, before)
    record(bench, bills.take(BATCH))
    say(f"Recording {rounds} batches of {BATCH}, in turns with the wizard and COPY")
    ours, peer, copied = _rounds(bench, bills, invoices, copier, rounds)
    bench.batch_median, bench.peer_median = ours.median, peer.median
    ratio = peer.median / ours.median
    yield Line(
        f"record in batches of {BATCH}; ms a payment",
        str(ours),
        f"{peer} wizard",
        times(ratio),
        f"{ours.sql:.2f} / {number(peer.sql)}",
        "10 x, <= 6 SQL",
        ratio >= 10 and ours.sql <= 6,
    )
    yield Line(
        "the same rows by COPY; ms a payment",
        str(ours),
        f"{copied} COPY",
        times(copied.median / ours.median),
        f"{ours.sql:.2f} / {copied.sql:.2f}",
    )
    copier.check()
    yield from _lengths(bench, bills)
    yield from _memory(bench)


def _rounds(bench, bills, invoices, copier, rounds):
    ours, peer, copied = Samples(), Samples(), Samples()
    for _turn in range(rounds):
        for _single in range(5):
            peer.add(register(bench, invoices.take(1)[0][1]))
        ours.add(record(bench, bills.take(BATCH)), BATCH)
        copied.add(copier.write(bills.take(BATCH)), BATCH)
    return ours, peer, copied


def _lengths(bench, bills):
    """Time a payment as the batch grows."""
    longest = {"quick": 1000, "default": 5000, "full": 50000}[bench.size]
    say(f"Recording batches of {BATCH} and of {longest}")
    short, long = Samples(), Samples()
    pairs = bills.take(longest)
    for _turn in range(2):
        short.add(record(bench, bills.take(BATCH)), BATCH)
    long.add(record(bench, pairs), longest)
    for _turn in range(2):
        short.add(record(bench, bills.take(BATCH)), BATCH)
    growth = long.median / short.median
    yield Line(
        f"one batch of {longest:,} against {BATCH}; ms a payment",
        number(long.median),
        f"{number(short.median)} at {BATCH}",
        times(growth),
        f"{long.sql:.2f} / {short.sql:.2f}",
        "flat (<= 1.25 x)",
        growth <= 1.25,
    )


def _memory(bench):
    """Memory of a worker over many batches, in a process of its own."""
    count = {"quick": 2000, "default": 10000, "full": 10000}[bench.size]
    say(f"Recording {count} payments in one worker, watching its memory")
    pairs = Tills(bench).take(count)
    first, last = in_processes(bench, _worker_memory, [pairs])[0]
    growth = last - first
    yield Line(
        f"memory of a worker after 1,000 and {count:,} payments; MB",
        f"{first:.0f} -> {last:.0f}",
        ratio=times(last / first),
        level="flat (<= 5 % more)",
        met=growth <= 0.05 * first,
    )


def _worker_memory(bench, pairs):
    memory = []
    for start in range(0, len(pairs), BATCH):
        record(bench, pairs[start : start + BATCH])
        memory.append(runtime.resident_memory())
    return memory[1000 // BATCH - 1], memory[-1]


def measure_cashiers(bench):
    """Two cashiers on one journal, each in a process, against one alone."""
    count = {"quick": 20, "default": 60, "full": 200}[bench.size]
    say(f"Two cashiers at once, {count} payments each, then two of Odoo's wizard")
    result = {}
    for name, native, worker in (
        ("ours", False, _worker_record),
        ("peer", True, _worker_register),
    ):
        tills = Tills(bench, native)
        alone = in_processes(bench, worker, [tills.take(count)])
        together = in_processes(bench, worker, [tills.take(count), tills.take(count)])
        result[name] = (_merge(alone), _merge(together))
    ours, both = result["ours"]
    peer, peers = result["peer"]
    growth, peer_growth = both.p95 / ours.p95, peers.p95 / peer.p95
    yield Line(
        "two cashiers, one journal: p95 against one alone; ms",
        f"{number(both.p95)} / {number(ours.p95)} = {times(growth)}",
        f"{number(peers.p95)} / {number(peer.p95)} = {times(peer_growth)}",
        times(peers.p95 / both.p95),
        f"{number(both.sql)} / {number(peers.sql)}",
        "(goal 2 x)",
    )


def _worker_record(bench, pairs):
    return [(call.seconds, call.queries) for call in _each(bench, pairs, record)]


def _worker_register(bench, pairs):
    return [(call.seconds, call.queries) for call in _each(bench, pairs, register)]


def _each(bench, pairs, work):
    for account_id, document_id in pairs:
        one = document_id if work is register else [(account_id, document_id)]
        yield work(bench, one)


def _merge(results):
    samples = Samples()
    for rows in results:
        # The first payments of each process fill its caches.
        for seconds, queries in rows[5:]:
            samples.add(runtime.Call(None, seconds, queries))
    return samples


def measure_growth(bench):
    """Time a payment with few and with many payments in the tables."""
    many = bench.history
    bills, invoices = Tills(bench), Tills(bench, native=True)
    warm_up(bench, bills, invoices)
    single = {"quick": 10, "default": 20, "full": 40}[bench.size]
    say(f"Recording with an empty table, then with {many:,} payments in it")
    figures = []
    for fill in (0, many):
        with runtime.superuser(bench.registry) as env:
            generator.ensure_history(env, fill)
        record(bench, bills.take(BATCH))
        ours, peer = _in_turns(bench, bills, invoices, single)
        batches = Samples()
        for _turn in range(3):
            batches.add(record(bench, bills.take(BATCH)), BATCH)
        figures.append((ours, peer, batches))
    (few_one, few_peer, few_batch), (one, peer, batch) = figures
    for work, before, after in (
        ("one at a time", few_one, one),
        (f"batches of {BATCH}", few_batch, batch),
    ):
        growth = after.median / before.median
        # The peer in the same minutes tells how much of it is the machine.
        machine = peer.median / few_peer.median
        yield Line(
            f"{work} with {many:,} payments in the table; ms",
            f"{number(after.median)}, before {number(before.median)}",
            f"{number(peer.median)}, before {number(few_peer.median)}",
            f"{times(growth)} / {times(machine)}",
            f"{after.sql:.2f} / {number(peer.sql)}",
            "flat (<= 1.25 x)",
            min(growth, growth / machine) <= 1.25,
        )


def measure_bills(bench):
    """Intake of bills: the door beside Odoo's own create and post."""
    count = {"quick": 100, "default": 300, "full": 1000}[bench.size]
    say(f"Taking in {count} bills, in turns with Odoo's create and post")
    ours, peer = Samples(), Samples()
    accounts = bench.accounts[: 3 * count]
    for turn in range(3):
        ids = accounts[turn * count : (turn + 1) * count]
        ours.add(_record_bills(bench, ids), count)
        peer.add(_create_invoices(bench, ids[:40]), 40)
    yield Line(
        f"take in bills, {count} at a time; ms a bill",
        f"{number(ours.median)} = {1000 / ours.median:.0f}/s",
        f"{number(peer.median)} = {1000 / peer.median:.0f}/s",
        times(peer.median / ours.median),
        f"{ours.sql:.2f} / {number(peer.sql)}",
    )


def _record_bills(bench, account_ids):
    wanted = [{"account": id_, "amount": 145.50} for id_ in account_ids]
    done = runtime.call(
        bench.registry,
        bench.users["biller"],
        lambda env: env["account.move"].record_bills(wanted),
    )
    refused = [outcome for outcome in done.result if outcome["status"] != "posted"]
    if refused:
        raise RuntimeError(f"A bill of the benchmark was refused: {refused[0]}")
    return done


def _create_invoices(bench, account_ids):
    def function(env):
        accounts = env["utility.account"].browse(account_ids)
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-01-31",
                    "invoice_line_ids": [
                        (0, 0, {"name": "Water", "price_unit": 145.5, "tax_ids": []})
                    ],
                }
                for partner in accounts.partner_id
            ]
        )
        moves.action_post()
        return len(moves)

    return runtime.call(bench.registry, bench.users["admin"], function)


# --- work in other processes -------------------------------------------------------


def in_processes(bench, worker, shares):
    """Run `worker(bench, share)` for each share at the same time, in new processes."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(shares))
    arguments = (bench.database, bench.users, worker, start)
    with context.Pool(len(shares), _set_up_worker, arguments) as pool:
        return pool.map(_run_worker, shares, chunksize=1)


_worker = {}


def _set_up_worker(database, users, worker, start):
    runtime.configure()
    registry = runtime.open_registry(database)
    _worker.update(bench=WorkerBench(registry, users), function=worker, start=start)


class WorkerBench:
    """What a worker process needs of a bench."""

    def __init__(self, registry, users):
        self.registry = registry
        self.users = users


def _run_worker(share):
    _worker["start"].wait()
    return _worker["function"](_worker["bench"], share)
