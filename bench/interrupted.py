"""A scheduled action over very many records: a worker is killed, another goes on."""

import multiprocessing
import os
import signal
import time

from . import runtime
from .recording import in_processes
from .table import Line, say, times


def run_killed(bench, action, count_done, enough):
    """Start a worker, and kill -9 it when `count_done()` has reached `enough`.

    :param action: (model, method) of the scheduled action
    """
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=_run_alone, args=(bench.database, action))
    child.start()
    while child.is_alive() and count_done() < enough:
        time.sleep(0.02)
    if child.is_alive():
        os.kill(child.pid, signal.SIGKILL)
    child.join()


def _run_alone(database, action):
    model, method = action
    runtime.configure()
    with runtime.superuser(runtime.open_registry(database)) as env:
        getattr(env[model], method)()


def run_watched(bench, action):
    """Run the action in a worker of its own, to its end.

    :return: seconds, and the worker's memory in MB after each of its chunks
    """
    ((seconds, memory),) = in_processes(bench, _watch, [action])
    return seconds, memory


def _watch(bench, action):
    model, method = action
    memory = []
    Cron = bench.registry["ir.cron"]
    commit = Cron._commit_progress

    def watch(*arguments, **options):
        memory.append(runtime.resident_memory())
        return commit(*arguments, **options)

    Cron._commit_progress = watch
    start = time.perf_counter()
    with runtime.superuser(bench.registry) as env:
        getattr(env[model], method)()
    return time.perf_counter() - start, memory


def memory_line(text, memory):
    """The memory of a worker, from where its process has filled its caches."""
    first, last = memory[min(1, len(memory) - 1)], memory[-1]
    return Line(
        text,
        f"{first:.0f} -> {last:.0f}",
        ratio=times(last / first),
        level="flat (<= 5 % more)",
        met=last <= 1.05 * first,
    )


def has_errors(bench):
    """Whether the books contradict themselves; the first errors are said."""
    with runtime.superuser(bench.registry) as env:
        findings = env["res.company"]._utility_check_ledger()
    errors = [found["message"] for found in findings if found["level"] == "error"]
    for message in errors[:5]:
        say(message)
    return bool(errors)
