"""Taking the documentation's pictures: what `./dev screenshots` runs."""

import sys

from PIL import Image

from . import live, odoo_source, places, postgres, testing
from .chromium import Chromium
from .pages import PAGES, SIZES
from .progress import Failure, say, step, warn

IMAGES = places.REPO / "docs" / "images"


def main(names):
    known = {page.name for page in PAGES}
    for name in names:
        if name not in known:
            raise Failure(
                f'There is no picture "{name}"',
                f"the pictures are {', '.join(sorted(known))}.",
            )
    have = places.addons()
    pages = [
        page
        for page in PAGES
        if (not names or page.name in names) and page.addon in have
    ]
    cluster = postgres.cluster("test")
    source = odoo_source.find()
    template = testing.ensure_template(cluster, source, demo=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    name = testing.clone_name("pictures")
    failed = 0
    with live.on_clone(cluster, source, template, name, workers=0) as server:
        with Chromium(server.url) as browser:
            login = None
            for page in pages:
                with step(f"{page.name}"):
                    try:
                        if page.login and page.login != login:
                            browser.login(server.db, page.login)
                            login = page.login
                        take(browser, page)
                    except Failure as failure:
                        failed += 1
                        seen = places.LOGS / f"picture-{page.name}.png"
                        browser.screenshot(seen)
                        warn(f"{failure}\n     What was seen then: {seen}")
                        for error in browser.errors:
                            warn(error)
                    browser.errors.clear()
    say(f"{len(pages) - failed} of {len(pages)} pages are in {IMAGES}.")
    return 1 if failed else 0


def take(browser, page):
    for suffix in page.sizes:
        browser.viewport(SIZES[suffix])
        browser.goto(page.path)
        if page.path.startswith("/odoo"):
            browser.wait_for(".o_action_manager > *")
        for do in page.steps:
            browser.settle()
            do(browser)
        browser.settle()
        image = IMAGES / f"{page.name}{suffix}.png"
        browser.screenshot(image)
        # A palette is enough for a page, and half the size
        with Image.open(image) as picture:
            small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        small.save(image, optimize=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as problem:
        warn(problem)
        sys.exit(1)
