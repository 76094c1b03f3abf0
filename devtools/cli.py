"""The commands of ./dev and their arguments."""

import argparse
import importlib
import signal
import sys

from .progress import Failure, warn

COMMANDS = {
    "up": ("server.up", "set up what is missing and serve the product"),
    "down": ("server.down", "stop what `up` started"),
    "test": ("testing.test", "run the tests (arguments go to pytest)"),
    "lint": ("lint.lint", "check the style of code and views"),
    "shell": ("console.shell", "Odoo's Python shell on a database"),
    "psql": ("console.psql", "PostgreSQL's shell on a database"),
    "update": ("server.update", "update add-ons of a database"),
    "bench": ("bench.bench", "measure, side by side with Odoo's own ways"),
    "check-ledger": ("console.check_ledger", "check the books of a database"),
    "screenshots": (
        "screenshots.screenshots",
        "take the documentation's pictures",
    ),
}
DATABASE = "utility"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of printing the usage."""

    def error(self, message):
        command = self.prog.split()[-1]
        helper = "./dev" if command == "./dev" else f"./dev {command} --help"
        raise Failure(message[0].upper() + message[1:], f"run {helper} to see more.")


def _port(text):
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            f"{text!r} isn't a port, which is a number from 1 to 65535"
        )
    return int(text)


def _parser(command):
    parser = Parser(
        prog=f"./dev {command}", description=COMMANDS[command][1], allow_abbrev=False
    )
    if command == "up":
        parser.add_argument(
            "--detach", action="store_true", help="return when the login page answers"
        )
        parser.add_argument(
            "--port", type=_port, metavar="N", help="default: 8069 or the next free one"
        )
        parser.add_argument(
            "--no-demo", dest="demo", action="store_false", help="without demo data"
        )
        parser.add_argument(
            "--fresh", action="store_true", help="drop the database and make it anew"
        )
    if command == "update":
        parser.add_argument("addon", nargs="?", metavar="ADDON", help="default: all")
    if command == "bench":
        parser.add_argument(
            "arguments",
            nargs=argparse.REMAINDER,
            metavar="[--quick | --full] [NAME ...]",
            help="sizes and parts are in docs/performance.md; default: all parts",
        )
    if command in ("up", "update", "shell"):
        parser.add_argument(
            "--db", default=DATABASE, metavar="NAME", help=f"default: {DATABASE}"
        )
    if command in ("psql", "check-ledger"):
        parser.add_argument(
            "db", nargs="?", default=DATABASE, metavar="DB", help=f"default: {DATABASE}"
        )
    if command == "psql":
        parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...")
    if command == "screenshots":
        parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    return parser


def usage():
    lines = ["Usage: ./dev COMMAND [arguments]", ""]
    for command, (_target, what) in COMMANDS.items():
        lines.append(f"  {command:14} {what}")
    lines += [
        "",
        "./dev COMMAND --help tells more. What is downloaded or made outside the tree",
        "is in $UTILITY_HOME (default ~/.cache/utility-payments).",
    ]
    return "\n".join(lines)


def main(arguments):
    # A terminated ./dev tidies up as after Ctrl-C, which a shell's background jobs
    # start out ignoring.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        return _main(arguments)
    except Failure as failure:
        sys.stdout.flush()
        warn(failure)
        return 1
    except KeyboardInterrupt:
        sys.stdout.flush()
        warn("stopped.")
        return 130
    except BrokenPipeError:
        return 1


def _main(arguments):
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(usage())
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        raise Failure(
            f'There is no command "{command}"',
            f"the commands are {', '.join(COMMANDS)}.",
        )
    module, function = COMMANDS[command][0].split(".")
    if command == "test":
        options = rest
    elif command == "psql" and rest[:1] not in (["-h"], ["--help"]):
        # The rest is psql's own, options included.
        named = bool(rest) and not rest[0].startswith("-")
        options = argparse.Namespace(
            db=rest[0] if named else DATABASE, arguments=rest[1:] if named else rest
        )
    elif command == "bench" and rest[:1] not in (["-h"], ["--help"]):
        # Names and options are the benchmarks' own.
        options = argparse.Namespace(arguments=rest)
    else:
        options = _parser(command).parse_args(rest)
    handler = getattr(importlib.import_module(f".{module}", __package__), function)
    return handler(options)
