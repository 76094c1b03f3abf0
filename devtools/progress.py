"""Saying what is done, how long it took, and what went wrong."""

import subprocess
import sys
import time
from contextlib import contextmanager

from . import places

_started = time.monotonic()
_current = []


class Failure(Exception):
    """What went wrong and what to do about it; shown without a traceback."""

    def __init__(self, problem, remedy=""):
        self.problem = problem.rstrip(". ")
        self.remedy = remedy
        self.step = _current[-1] if _current else ""
        super().__init__(problem)

    def __str__(self):
        where = f"{self.step}: " if self.step else ""
        text = f"{where}{self.problem}."
        if self.remedy:
            text += f"\n     {self.remedy[0].upper()}{self.remedy[1:]}"
        return text


def say(text=""):
    print(text, flush=True)


def warn(text):
    print(f"dev: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Print a line when the step starts and its duration when it ends."""
    begin = time.monotonic()
    say(f"[{begin - _started:6.1f} s] {title} ...")
    _current.append(title)
    try:
        yield
    finally:
        _current.pop()
    took = time.monotonic() - begin
    if took >= 1:
        say(f"[{time.monotonic() - _started:6.1f} s]   done in {took:.1f} s")


def elapsed():
    return time.monotonic() - _started


def run(command, *, log, remedy="", **options):
    """Run a command with its output in a log file; a Failure names that file."""
    path = places.LOGS / log
    with path.open("ab") as output:
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        start = output.tell()
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **options,
            )
        except OSError as error:
            raise Failure(
                f"{command[0]} can't be run ({error.strerror})", remedy
            ) from error
    if done.returncode:
        hint = f"the whole output is in {path}."
        if remedy:
            hint = f"{remedy.rstrip('.')}; {hint}"
        raise Failure(
            f"{command[0]} ended with code {done.returncode}: "
            f"{last_words(path, start)}",
            hint,
        )


def last_words(path, start=0):
    """The line of a log that most likely says why it ended."""
    with path.open("rb") as log:
        log.seek(start)
        text = log.read().decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "it said nothing"
    for line in reversed(lines):
        if " CRITICAL " in line or " ERROR " in line or line.startswith("E: "):
            break
        name = line.split(":", 1)[0]
        if name.endswith(("Error", "Exception")) and " " not in name:
            break
    else:
        line = lines[-1]
    return line[:400]
