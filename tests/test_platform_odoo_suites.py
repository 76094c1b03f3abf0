"""Odoo's own tests of payments, with our add-ons installed."""

import re
import subprocess

import pytest

from devtools import database, places, processes, testing

SELECTION = (
    "/account:TestAccountPayment",
    "/account:TestAccountPaymentRegister",
    "/account_payment",
)


@pytest.mark.slow
def test_odoo_payment_suites_pass(cluster, odoo, template):
    """Odoo's tests of account payments and account_payment pass beside our add-ons."""
    name = testing.clone_name("suites")
    database.clone(cluster, template, name, places.TEST_DATA)
    log = places.LOGS / "odoo-suites.log"
    try:
        with log.open("wb") as output:
            subprocess.run(
                database.odoo_command(
                    odoo,
                    name,
                    f"--http-port={processes.free_port()}",
                    f"--test-tags={','.join(SELECTION)}",
                    "--skip-auto-install",
                    "--stop-after-init",
                    "--max-cron-threads=0",
                    data=places.TEST_DATA,
                ),
                env=cluster.environment(),
                cwd=places.REPO,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=900,
            )
    finally:
        database.drop(cluster, name, places.TEST_DATA)
    text = log.read_text(errors="replace")
    result = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    assert result, f"Odoo's runner gave no result, see {log}"
    failed, errors, count = map(int, result[-1])
    wrong = re.findall(r"(?:FAIL|ERROR): (\S+)$", text, re.MULTILINE)
    assert count > 60, f"only {count} tests ran, see {log}"
    assert (failed, errors) == (0, 0), f"{wrong}, see {log}"
