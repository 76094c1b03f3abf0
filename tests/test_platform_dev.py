"""./dev says in one sentence what is wrong with its arguments."""

import os
import subprocess

import pytest

from devtools import places


def dev(*arguments, **more):
    """Run ./dev as from a shell: without the server that this test run exported."""
    env = {key: value for key, value in os.environ.items() if key[:2] != "PG"}
    env.pop("DATABASE_URL", None)
    return subprocess.run(
        [places.REPO / "dev", *arguments],
        env={**env, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_command_it_helps():
    """Without a command: help, with every command."""
    done = dev()
    assert done.returncode == 0
    for command in ("up", "down", "test", "check-ledger", "screenshots"):
        assert f"  {command} " in done.stdout


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["frobnicate"], ["no command", "frobnicate", "up, down"]),
        (["up", "--port", "eighty"], ["--port", "eighty", "1 to 65535"]),
        (["up", "--port", "0"], ["--port", "1 to 65535"]),
        (["up", "--sideways"], ["--sideways"]),
        (["up", "--db", "a b; drop"], ["a b; drop", "letters"]),
        (["update", "no_such_addon"], ["no_such_addon", "addons/"]),
        (["psql", "no_such_database"], ["no database no_such_database", "./dev up"]),
        (["check-ledger", "no_such_database"], ["no database no_such_database"]),
    ],
)
def test_wrong_argument(arguments, words):
    """A wrong argument is named, with what would be right, and no traceback."""
    done = dev(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("dev: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3
    for word in words:
        assert word in done.stderr


def test_unwritable_home(tmp_path):
    """A UTILITY_HOME that can't be made is named with what to do."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    done = dev("psql", UTILITY_HOME=str(blocker / "home"))
    assert done.returncode == 1
    assert "can't be written" in done.stderr
    assert "UTILITY_HOME" in done.stderr


def test_wrong_odoo_home(tmp_path):
    """ODOO_HOME that isn't Odoo 19 is refused with what would be right."""
    done = dev("update", ODOO_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "isn't a source tree of Odoo 19" in done.stderr


def test_unreachable_server():
    """A PGHOST without a server is named, not traced back."""
    done = dev("psql", PGHOST=str(places.HOME / "nowhere"))
    assert done.returncode == 1
    assert "can't be used" in done.stderr
    assert "PGHOST" in done.stderr


def test_taken_port():
    """A port that another program holds is said to be taken."""
    import socket

    from devtools import server
    from devtools.processes import free_port
    from devtools.progress import Failure

    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(Failure, match=f"Port {port} is taken"):
            server._choose_port(port)
