"""Bringing up what every command stands on."""

from . import odoo_source, places, system, virtualenv


def provide(*, browser=False):
    """Provide Odoo, Python packages and system programs; returns the Odoo source."""
    places.prepare()
    system.provide(system.SERVER, required=browser)
    if browser:
        system.provide(system.BROWSER, required=True)
    source = odoo_source.find()
    virtualenv.provide(source)
    return source
