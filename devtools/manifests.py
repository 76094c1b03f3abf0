"""Reading add-on manifests without Odoo."""

import ast
from pathlib import Path

# Odoo's paid services: they install themselves and call the internet at login.
UNWANTED = {"iap"}


def read_manifest(folder):
    """The manifest of the add-on in `folder` as a dict."""
    from .progress import Failure

    path = Path(folder) / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text())
    except (SyntaxError, ValueError) as error:
        raise Failure(
            f"The manifest {path} isn't a Python dictionary ({error})", "correct it."
        ) from error


def catalogue(folders):
    """{name: manifest} of all add-ons in the folders; the first folder wins."""
    found = {}
    for folder in folders:
        for path in sorted(Path(folder).glob("*/__manifest__.py")):
            if path.parent.name not in found:
                found[path.parent.name] = read_manifest(path.parent)
    return found


def closure(names, manifests):
    """The names with all that they depend on."""
    from .progress import Failure

    result, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in result:
            continue
        if name not in manifests:
            raise Failure(
                f"The add-on {name} is needed and isn't there",
                "add its package to requirements/addons.txt or correct `depends`.",
            )
        result.add(name)
        todo.extend(manifests[name].get("depends", ["base"]) if name != "base" else [])
    return result


def with_auto_install(names, manifests):
    """The names with their dependencies and what installs itself beside them.

    Odoo would do the same, but brings its paid services along; so it runs with
    --skip-auto-install and gets this list.
    """
    wanted = closure({"base", *names}, manifests)
    while True:
        more = set()
        for name, manifest in manifests.items():
            trigger = manifest.get("auto_install")
            if name in wanted or not trigger or manifest.get("countries"):
                continue
            if not manifest.get("installable", True):
                continue
            if trigger is True:
                trigger = manifest.get("depends", ["base"])
            if set(trigger) <= wanted and all(
                depend in manifests for depend in manifest.get("depends", [])
            ):
                needs = closure({name}, manifests)
                if not needs & UNWANTED:
                    more |= needs
        if not more - wanted:
            return sorted(wanted)
        wanted |= more
