"""Databases: made, cloned, marked, dropped, and our add-ons in them."""

import hashlib
import json
import os
import shutil
import subprocess

from . import manifests, odoo_source, places
from .progress import Failure, run


def exists(server, name):
    return bool(
        server.query(f"SELECT 1 FROM pg_database WHERE datname = {_text(name)}")
    )


def names(server, prefix):
    pattern = prefix.replace("_", "\\_") + "%"
    rows = server.query(
        f"SELECT datname FROM pg_database WHERE datname LIKE {_text(pattern)}"
    )
    return [row[0] for row in rows]


def is_odoo(server, name):
    rows = server.query("SELECT to_regclass('ir_module_module') IS NOT NULL", name)
    return rows == [["t"]]


def create(server, name):
    server.query(
        f"CREATE DATABASE {_name(name)} TEMPLATE template0 ENCODING 'UTF8' "
        "LC_COLLATE 'C'"
    )


def drop(server, name, data):
    server.query(f"DROP DATABASE IF EXISTS {_name(name)} WITH (FORCE)")
    shutil.rmtree(data / "filestore" / name, ignore_errors=True)


def clone(server, template, name, data):
    """Copy a database that nobody is connected to, with its files as hard links."""
    server.query(f"CREATE DATABASE {_name(name)} TEMPLATE {_name(template)}")
    source, target = data / "filestore" / template, data / "filestore" / name
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link)


def rename(server, name, new):
    server.query(f"ALTER DATABASE {_name(name)} RENAME TO {_name(new)}")


def mark(server, name, **values):
    """Keep what ./dev knows of a database as the database's comment."""
    merged = {**marks(server, name), **values}
    server.query(f"COMMENT ON DATABASE {_name(name)} IS {_text(json.dumps(merged))}")


def marks(server, name):
    rows = server.query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = {_text(name)}"
    )
    try:
        found = json.loads(rows[0][0])
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _name(name):
    return '"' + name.replace('"', '""') + '"'


def _text(value):
    return "'" + value.replace("'", "''") + "'"


# --- Odoo on a database -----------------------------------------------------------


def addons_path(source):
    folders = [str(folder) for folder in source.addons]
    if places.ADDONS.is_dir():
        folders.append(str(places.ADDONS))
    return ",".join(folders)


def odoo_command(source, database, *arguments, data=places.DATA, command=()):
    """The command line of Odoo on a database, with the shared configuration."""
    return [
        str(places.PYTHON),
        str(places.ODOO),
        *command,
        f"--config={places.CONFIG}",
        f"--addons-path={addons_path(source)}",
        f"--data-dir={data}",
        f"--database={database}",
        *arguments,
    ]


def all_addons(source, names_):
    """The add-ons with everything that shall be installed beside them."""
    from .virtualenv import site_packages

    folders = [*source.addons, places.ADDONS, site_packages() / "odoo" / "addons"]
    return manifests.with_auto_install(names_, manifests.catalogue(folders))


def install(server, source, database, names_, *, demo=False, update=(), data, log):
    """Install add-ons (with what belongs beside them), and update some."""
    flags = ["--stop-after-init", "--skip-auto-install", "--no-http"]
    flags.append("--with-demo" if demo else "--without-demo")
    flags.append("--max-cron-threads=0")
    if names_:
        flags += ["--init", ",".join(names_)]
    if update:
        flags += ["--update", ",".join(update)]
    run(
        odoo_command(source, database, *flags, data=data),
        log=log,
        env=server.environment(PYTHONDONTWRITEBYTECODE="1"),
        cwd=places.REPO,
    )


def shell(server, source, database, code, *, data, log, **env):
    """Run Python code in Odoo's shell; an exception in it is a Failure."""
    path = places.LOGS / log
    command = odoo_command(source, database, "--no-http", data=data, command=("shell",))
    with path.open("ab") as output:
        output.flush()
        start = output.tell()
        done = subprocess.run(
            command,
            input=f"{code}\nprint('utility: the code ran to its end')\n".encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=server.environment(**env),
            cwd=places.REPO,
            check=False,
        )
    with path.open("rb") as output:
        output.seek(start)
        text = output.read().decode(errors="replace")
    if done.returncode or "utility: the code ran to its end" not in text:
        from .progress import last_words

        raise Failure(last_words(path, start), f"the whole output is in {path}.")
    return text


# --- what changed -----------------------------------------------------------------


def fingerprints():
    """{add-on: hash of what an update of it would read} of our add-ons."""
    result = {}
    for name in places.addons():
        digest = hashlib.sha256()
        for path in _files(places.ADDONS / name):
            digest.update(f"{path.relative_to(places.ADDONS)}\0".encode())
            digest.update(path.read_bytes())
        result[name] = digest.hexdigest()[:20]
    return result


def _files(folder):
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix in (".pyc", ".md", ".rst", ".pot"):
            continue
        inside = path.relative_to(folder).parts
        if inside[0] in ("tests", "readme"):
            continue
        yield path


def odoo_fingerprint(source):
    """What a database depends on besides our add-ons."""
    digest = hashlib.sha256(odoo_source.revision(source).encode())
    digest.update((places.REPO / "requirements" / "addons.txt").read_bytes())
    return digest.hexdigest()[:20]
