"""The landing page in a browser, on the demonstration (LST-01, KPI-01 to KPI-05)."""

import time
from datetime import date

import pytest

MANAGER = "billing_manager"
CLERK = "customer_executive"
TILES = ".o_ul_tile .o_ul_value"
# Requests for figures that the page made
READINGS = (
    "performance.getEntriesByType('resource')"
    ".filter(entry => entry.name.includes('utility.tile/read_landing')).length"
)
# Contrast of each text in the head with what it stands on, where it is below 4.5
FAINT = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d");
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (value) => {
      const c = value / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) { return color; }
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll(".o_utility_landing *")) {
    const text = [...element.childNodes].filter(
      (node) => node.nodeType === 3 && node.textContent.trim());
    if (!text.length || !element.checkVisibility()) { continue; }
    const [a, b] = [rgba(getComputedStyle(element).color), ground(element)]
      .map(light).sort().reverse();
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) {
      faint.push(`${element.textContent.trim()}: ${contrast.toFixed(2)}`);
    }
  }
  return faint;
})()
"""
# Buttons and fields of the head that a screen reader can't name
NAMELESS = """
[...document.querySelectorAll(".o_utility_landing :is(button, input)")]
  .filter(e => !(e.textContent.trim() || e.getAttribute("aria-label")))
  .map(e => e.outerHTML)
"""


@pytest.fixture
def manager(demo_server, browser):
    """The landing page as the Billing Manager sees it, on a desk."""
    browser.viewport((1440, 900))
    browser.login(demo_server.db, MANAGER)
    browser.goto("/odoo/payments")
    browser.wait_for(TILES)
    browser.wait_for(".o_data_row")
    browser.errors.clear()
    return browser


def value(browser, figure):
    return browser.evaluate(
        f"document.querySelector('[data-figure={figure}] .o_ul_number').textContent"
    )


def amount(text):
    return round(float(text.replace("$", "").replace(",", "").strip()), 2)


def record(demo_server, collected):
    """The clerk records a payment, as any other software does."""
    (outcome,) = demo_server.rpc(
        CLERK,
        "account.payment",
        "record_collections",
        [{"account": "WU-10002", "amount": collected, "mode": "cash"}],
    )
    assert outcome["status"] == "posted", outcome
    return outcome


def wait_for_value(browser, figure, text):
    browser.wait_for(
        f"document.querySelector('[data-figure={figure}] .o_ul_number')"
        f".textContent === {text!r}",
        15,
    )


def test_recording_elsewhere_moves_the_tiles(demo_server, manager):
    """LST-01, KPI-01: figures follow a posting of another user, without a reload."""
    manager.evaluate("window.neverReloaded = true")
    before = {
        figure: amount(value(manager, figure))
        for figure in ("total_collected", "received_today")
    }
    record(demo_server, 10)
    start = time.monotonic()
    for figure, was in before.items():
        expected = f"$\xa0{was + 10:,.2f}"
        wait_for_value(manager, figure, expected)
    assert time.monotonic() - start < 10
    assert manager.evaluate("window.neverReloaded")
    assert manager.evaluate("!!document.querySelector('.o_ul_flash')")
    assert manager.errors == []


def test_a_burst_is_read_once(demo_server, manager):
    """KPI-01: ten postings at once don't make ten requests of each open page."""
    before = manager.evaluate(READINGS)
    was = amount(value(manager, "total_collected"))
    for _turn in range(10):
        record(demo_server, 1)
    wait_for_value(manager, "total_collected", f"$\xa0{was + 10:,.2f}")
    assert 1 <= manager.evaluate(READINGS) - before <= 4


def test_tabs_keep_the_figures(demo_server, manager):
    """LST-01: from one tab to the other the figures stay, and aren't asked again."""
    manager.click(".o_ul_before")
    manager.settle()
    shown = value(manager, "total_collected")
    before = manager.evaluate(READINGS)
    manager.click("[data-tab=credit_notes]")
    manager.wait_for("[data-tab=credit_notes].active")
    assert value(manager, "total_collected") == shown
    manager.click("[data-tab=payments]")
    manager.wait_for("[data-tab=payments].active")
    assert value(manager, "total_collected") == shown
    assert manager.evaluate(READINGS) == before
    manager.click(".o_ul_after")
    assert manager.errors == []


@pytest.mark.parametrize("months_ago", [0, 1])
def test_every_tile_opens_what_it_counts(demo_server, manager, months_ago):
    """KPI-05: each tile, clicked, shows a list of exactly as many records."""
    for _turn in range(months_ago):
        manager.click(".o_ul_before")
    manager.settle()
    shown = manager.evaluate(
        "[...document.querySelectorAll('.o_ul_tile')]"
        ".map(e => [e.dataset.figure, Number(e.dataset.count)])"
    )
    assert len(shown) >= 14
    assert sum(count > 0 for _figure, count in shown) >= 9
    for figure, count in shown:
        manager.click(f"[data-figure={figure}] .o_ul_open")
        manager.wait_for(
            "document.querySelectorAll('.breadcrumb-item, .o_back_button').length"
            " && !document.querySelector('.o_utility_landing')"
            " && !!document.querySelector('.o_list_view .o_list_renderer')"
        )
        manager.settle()
        listed = manager.evaluate(
            "Number(document.querySelector('.o_pager_limit')?.textContent"
            " .replace(/[^0-9]/g, '') || 0)"
        )
        assert listed == count, figure
        manager.evaluate(
            "(document.querySelector('.o_back_button')"
            " || document.querySelector('.breadcrumb-item a')).click()"
        )
        manager.wait_for(f"[data-figure={figure}] .o_ul_open")
        manager.settle()
    assert manager.errors == []
    for _turn in range(months_ago):
        manager.click(".o_ul_after")


def test_page_shows_what_the_server_says(demo_server, manager):
    """KPI-01 to KPI-04: what is written on the tiles is what the figures are."""
    manager.settle()
    today = date.today()
    first = today.replace(day=1)
    last = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    figures = demo_server.rpc(
        MANAGER,
        "account.payment",
        "collection_figures",
        first.isoformat(),
        date.fromordinal(last.toordinal() - 1).isoformat(),
    )
    for figure in ("total_collected", "received_today", "outstanding", "overdue"):
        assert amount(value(manager, figure)) == figures[figure]["value"], figure
    rate = figures["collection_rate"]["value"]
    assert value(manager, "collection_rate") == f"{rate:,.1f}"
    days = figures["average_collection_time"]["value"]
    assert value(manager, "average_collection_time") == f"{days:,.1f}"


def test_contrast_and_names(demo_server, manager):
    """LST-01: text is readable (WCAG AA), and every button has a name."""
    manager.settle()
    assert manager.evaluate(FAINT) == []
    assert manager.evaluate(NAMELESS) == []


def test_keyboard_alone(demo_server, manager):
    """KPI-05: a tile is reached with Tab and opened with Enter."""
    manager.evaluate("document.querySelector('.o_ul_customise').focus()")
    manager.press("Tab")
    assert (
        manager.evaluate("document.activeElement.closest('.o_ul_tile').dataset.figure")
        == "total_collected"
    )
    manager.press("Enter")
    manager.wait_for("!document.querySelector('.o_utility_landing')")
    manager.wait_for("document.title.includes('Total Collected')")


def test_server_gone(demo_server, manager):
    """LST-01: no connection: a sentence and a way to try again; figures stay."""
    manager.settle()
    shown = value(manager, "total_collected")
    manager.call(
        "Network.emulateNetworkConditions",
        offline=True,
        latency=0,
        downloadThroughput=0,
        uploadThroughput=0,
    )
    manager.evaluate("odoo.__WOWL_DEBUG__.root.env.services.utility_landing.load()")
    manager.wait_for(".o_ul_error")
    assert "can't be reached" in manager.evaluate(
        "document.querySelector('.o_ul_error').textContent"
    )
    assert value(manager, "total_collected") == shown
    manager.call(
        "Network.emulateNetworkConditions",
        offline=False,
        latency=0,
        downloadThroughput=-1,
        uploadThroughput=-1,
    )
    manager.click(".o_ul_retry")
    manager.wait_for("!document.querySelector('.o_ul_error')")
    assert value(manager, "total_collected") == shown
