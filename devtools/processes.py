"""Processes that ./dev starts: known by id and start time, so never somebody else's."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request

from . import places


def start_time(pid):
    """When a process started (clock ticks since boot), or None when it's gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


class Record:
    """A file that tells of a running server: pid, port, database, log."""

    def __init__(self, name):
        self.path = places.STATE / f"server-{name}.json"

    def write(self, pid, **values):
        values.update(pid=pid, started=start_time(pid))
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(values))
        fresh.replace(self.path)

    def read(self):
        """What was written, or None when that process no longer runs."""
        try:
            values = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return None
        if start_time(values["pid"]) != values["started"] or not values["started"]:
            self.path.unlink(missing_ok=True)
            return None
        return values

    def remove(self):
        self.path.unlink(missing_ok=True)


def records():
    for path in sorted(places.STATE.glob("server-*.json")):
        yield Record(path.stem.removeprefix("server-"))


def stop(pid, started, patience=20):
    """End one process and wait for it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if start_time(pid) != started:
            return
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        limit = time.monotonic() + patience
        while time.monotonic() < limit and start_time(pid) == started:
            time.sleep(0.1)


def port_is_free(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(first=None):
    """A port that nobody listens on: the first free from `first`, else any."""
    if first:
        for port in range(first, first + 100):
            if port_is_free(port):
                return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    """Whether Odoo's login page comes from this port."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/web/login", timeout=60
        ) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False
