"""A real, multi-process Odoo server on a database of its own, driven from outside."""

import subprocess
import time
import xmlrpc.client
from contextlib import closing, contextmanager

from . import database, places, processes
from .progress import Failure, last_words


class LiveServer:
    """What a test or a picture needs of a running server.

    `url`, `db`, `log` (its log file), `rpc(login, model, method, *args, **kwargs)`,
    `sql(query, parameters)`.
    """

    def __init__(self, server, source, db, *, workers=2, crons=0):
        self.server = server
        self.source = source
        self.db = db
        self.workers = workers
        self.crons = crons
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = places.LOGS / f"live-{db}.log"
        self.process = None
        self._users = {}

    def start(self, patience=120):
        command = database.odoo_command(
            self.source,
            self.db,
            f"--http-port={self.port}",
            f"--gevent-port={processes.free_port()}",
            "--http-interface=127.0.0.1",
            f"--workers={self.workers}",
            f"--max-cron-threads={self.crons}",
            "--skip-auto-install",
            f"--db-filter=^{self.db}$",
            data=places.TEST_DATA,
        )
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.server.environment(),
                cwd=places.REPO,
                start_new_session=True,
            )
        limit = time.monotonic() + patience
        while not processes.answers(self.port):
            if self.process.poll() is not None or time.monotonic() > limit:
                self.stop()
                raise Failure(
                    f"The server on {self.db} doesn't answer: {last_words(self.log)}",
                    f"its output is in {self.log}.",
                )
            time.sleep(0.2)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def rpc(self, login, model, method, *args, password="demo", **kwargs):
        """Call a public method as `login`; safe from many threads at once.

        `kwargs` go to the method. Raises xmlrpc.client.Fault as the server answers.
        Without demo data only admin exists, with the password admin.
        """
        if login == "admin" and not self.has_demo:
            password = "admin"
        uid = self._uid(login, password)
        with self._proxy("object") as proxy:
            return proxy.execute_kw(
                self.db, uid, password, model, method, list(args), kwargs
            )

    def _uid(self, login, password):
        key = login, password
        if key not in self._users:
            with self._proxy("common") as proxy:
                uid = proxy.authenticate(self.db, login, password, {})
            if not uid:
                raise Failure(f'Nobody logs in as "{login}" on {self.db}')
            self._users[key] = uid
        return self._users[key]

    def _proxy(self, name):
        return xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/{name}", allow_none=True)

    @property
    def has_demo(self):
        if not hasattr(self, "_has_demo"):
            rows = self.sql("SELECT demo FROM ir_module_module WHERE name = 'base'")
            self._has_demo = rows[0][0]
        return self._has_demo

    def sql(self, query, parameters=None):
        """The rows of a statement, committed; [] when it gives none."""
        import psycopg2

        with closing(
            psycopg2.connect(
                dbname=self.db,
                host=self.server.settings.get("PGHOST"),
                port=self.server.settings["PGPORT"],
                user=self.server.settings["PGUSER"],
                password=self.server.settings.get("PGPASSWORD") or None,
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []


@contextmanager
def on_clone(server, source, template, name, **options):
    """A live server on a clone of a template; both are gone afterwards."""
    database.clone(server, template, name, places.TEST_DATA)
    live = LiveServer(server, source, name, **options)
    try:
        yield live.start()
    finally:
        live.stop()
        database.drop(server, name, places.TEST_DATA)
