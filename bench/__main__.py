"""Run the benchmarks: `./dev bench [--quick | --full] [NAME ...]`."""

import argparse
import sys

from . import runtime

PARTS = ("record", "batch", "cashiers", "bills", "search", "growth", "landing")
PARTS += ("list", "page", "receipt", "overpaid", "notes", "expiry")
PARTS += ("setup", "compliance", "summary", "rating", "ageing", "collections")


class Bench:
    """The database of a run, its users and its consumers."""

    def __init__(self, database, size):
        self.database = database
        self.size = size
        self.registry = runtime.open_registry(database)
        self.users = runtime.prepare(self.registry)
        self.history = {"quick": 10000, "default": 100000, "full": 1000000}[size]
        self.accounts = []

    def make_accounts(self, count):
        from . import generator
        from .table import say

        say(f"Making {count:,} consumers")
        with runtime.superuser(self.registry) as env:
            self.accounts = generator.ensure_accounts(env, count)


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measure the product and its peers side by side.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; default: all"
    )
    sizes = parser.add_mutually_exclusive_group()
    for size, text in (
        ("quick", "small tables and few rounds, for a first look"),
        ("full", "1,000,000 payments, batches of 50,000"),
    ):
        sizes.add_argument(
            f"--{size}", dest="size", action="store_const", const=size, help=text
        )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in PARTS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}: use {', '.join(PARTS)}")
    runtime.configure()
    return run(options.names or PARTS, options.size or "default")


def run(names, size):
    # Add-ons can be imported once the configuration was read.
    from . import (
        collections,
        compliance,
        credit,
        debts,
        insight,
        landing,
        plans,
        reading,
        recording,
        table,
    )

    measures = {
        "record": recording.measure_record,
        "batch": recording.measure_batch,
        "cashiers": recording.measure_cashiers,
        "bills": recording.measure_bills,
        "search": reading.measure_search,
        "growth": recording.measure_growth,
        "landing": landing.measure_landing,
        "list": reading.measure_list,
        "page": reading.measure_page,
        "receipt": reading.measure_receipt,
        "overpaid": credit.measure_overpaid,
        "notes": credit.measure_notes,
        "expiry": credit.measure_expiry,
        "setup": plans.measure_setup,
        "compliance": compliance.measure_compliance,
        "summary": insight.measure_summary,
        "rating": debts.measure_rating,
        "ageing": debts.measure_ageing,
        "collections": collections.measure_collections,
    }
    lines = []
    with runtime.own_database() as database:
        bench = Bench(database, size)
        large = {"quick": 20000}.get(size, 200000)
        bench.make_accounts(large if "search" in names else min(large, 20000))
        for name in PARTS:
            if name in names:
                lines += measures[name](bench)
    print()
    print(table.render(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
