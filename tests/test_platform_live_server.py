"""The servers that end-to-end tests drive from outside."""

import threading


def test_two_writers_on_one_record_both_succeed(live_server):
    """Requests go to several processes; a serialization failure is retried."""
    partner = live_server.rpc("admin", "res.partner", "create", {"name": "Race"})
    failures = []

    def write(number):
        try:
            for turn in range(5):
                live_server.rpc(
                    "admin",
                    "res.partner",
                    "write",
                    [partner],
                    {"ref": f"{number} {turn}"},
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    rows = live_server.sql("SELECT ref FROM res_partner WHERE id = %s", [partner])
    assert rows[0][0].endswith(" 4")


def test_demo_server_has_demo_data(demo_server):
    """The other template is installed with demo data."""
    assert demo_server.has_demo


def test_browser_reaches_the_login_page(demo_server, browser):
    """Chromium shows the page as a person sees it, and reports no error."""
    browser.viewport((1440, 900))
    browser.goto("/web/login")
    browser.wait_for("input[name=login]")
    assert browser.errors == []


def test_login_opens_the_web_client(demo_server, browser):
    """A session that begins in the browser reaches Odoo's own pages without error."""
    browser.viewport((1440, 900))
    browser.login(demo_server.db, "admin")
    browser.goto("/odoo")
    browser.wait_for(".o_main_navbar")
    browser.settle()
    assert browser.errors == []
    log = demo_server.log.read_text(errors="replace")
    assert "Traceback" not in log
