"""Bringing up what every command stands on."""

import fcntl

from . import odoo_source, places, system, virtualenv


def provide(*, browser=False):
    """Provide Odoo, Python packages and system programs; returns the Odoo source."""
    places.prepare()
    with (places.STATE / "setup.lock").open("w") as lock:
        # Two commands at once: the second waits and finds everything there.
        fcntl.flock(lock, fcntl.LOCK_EX)
        system.provide(system.SERVER, required=browser)
        if browser:
            system.provide(system.BROWSER, required=True)
        source = odoo_source.find()
        virtualenv.provide(source)
    return source
