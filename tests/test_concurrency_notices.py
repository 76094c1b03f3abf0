"""T20: half of the consumers pay during a dunning run: 0 wrong, none missed (COL-11).

Real processes and real transactions: cashiers record payments while the mail queue
hands mails over to a mail server, and while two people print letters.
"""

import email
import email.policy
import json
import re
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import Counter

from devtools import database, live, places, testing

CONSUMERS = 60
BILL = 100.0
PART = 30.0
# Seconds that the mail server takes for a mail
SLOW = 0.1
PRINTERS = ("printer1", "printer2")
NOTICE = "utility.collection.notice"

# Cases and their notices, as a run of the ladder leaves them.
TAKE = """
accounts = env["utility.account"].search([("number", "in", {numbers!r})])
process = env["utility.collection.process"].create(
    {{
        "name": "T20",
        "step_ids": [
            (0, 0, {{"name": "T20", "days_overdue": 1, "action": {channel!r}}})
        ],
    }}
)
cases = env["utility.collection.case"].create(
    [
        {{"utility_account_id": account.id, "process_id": process.id,
          "opened_on": "2024-02-01"}}
        for account in accounts
    ]
)
process.step_ids._take(cases)
env.cr.commit()
"""


class MailSink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets, and when."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), MailSession)
        # (moment, message)
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class MailSession(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline():
            command = line.split()[0].upper() if line.split() else b""
            if command == b"DATA":
                # From here on the mail can't be called back.
                moment = time.monotonic()
                # So that payments meet the mails.
                time.sleep(SLOW)
                self.say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(
                    (
                        moment,
                        email.message_from_bytes(content, policy=email.policy.default),
                    )
                )
                self.say("250 kept")
            elif command == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture(scope="module")
def counter(cluster, odoo, template):
    """Two cashiers and two people at the printer, on six server processes."""
    name = testing.clone_name("notices")
    with live.on_clone(cluster, odoo, template, name, workers=6) as server:
        counter = Counter(server, cashiers=2)
        for login in PRINTERS:
            counter._create_user(login, "recovery_executive")
        yield counter


@pytest.fixture(scope="module")
def sink(counter):
    sink = MailSink()
    counter.server.rpc(
        "admin",
        "ir.mail_server",
        "create",
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": sink.server_address[1],
            "smtp_encryption": "none",
        },
    )
    counter.server.rpc(
        "admin", "res.company", "write", [1], {"email": "utility@example.com"}
    )
    yield sink
    sink.shutdown()
    sink.server_close()


def consumers(counter, channel):
    """Numbers of accounts that are behind, each with a notice that waits."""
    tag = f"{channel}-{time.monotonic_ns()}"
    ids = counter.rpc(
        "utility.account",
        "create",
        [
            {
                "consumer_name": f"{tag} {number}",
                "email": f"{tag}-{number}@example.com",
                "service_address": f"{number} Main Street, Compass",
            }
            for number in range(CONSUMERS)
        ],
        login=counter.manager,
    )
    outcomes = counter.rpc(
        "account.move",
        "record_bills",
        [
            {
                "account": account,
                "amount": BILL,
                "date": "2024-01-01",
                "due_date": "2024-01-15",
            }
            for account in ids
        ],
        login=counter.manager,
    )
    assert {outcome["status"] for outcome in outcomes} == {"posted"}
    rows = counter.rpc("utility.account", "read", ids, ["number"])
    numbers = [row["number"] for row in rows]
    text = database.shell(
        counter.server.server,
        counter.server.source,
        counter.server.db,
        TAKE.format(numbers=numbers, channel=channel),
        data=places.TEST_DATA,
        log=f"{counter.server.db}-take.log",
    )
    assert "Traceback" not in text
    return numbers


def pay_half(counter, numbers):
    """Every second consumer pays, each third of these a part; slowly, at two counters.

    :return: {number: (amount, moment before, moment after)}
    """

    def pay(place):
        number = numbers[place]
        amount = PART if place % 3 == 0 else BILL
        before = time.monotonic()
        (outcome,) = counter.collect(
            {"account": number, "amount": amount, "mode": "cash"},
            login=counter.cashiers[place // 2 % 2],
        )
        assert outcome["status"] == "posted", outcome
        return number, (amount, before, time.monotonic())

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(pay, range(0, len(numbers), 2)))


def run_cron(counter, xml_id):
    module, name = xml_id.split(".")
    (row,) = counter.server.sql(
        "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s",
        [module, name],
    )
    counter.server.rpc("admin", "ir.cron", "method_direct_trigger", [row[0]])


def notices(counter, numbers):
    """{number: (state, amount, batch, place in it, reason)}"""
    rows = counter.server.sql(
        "SELECT account.number, notice.state, notice.amount::float, notice.batch_id,"
        "       notice.letter_number, notice.reason"
        "  FROM utility_collection_notice notice"
        "  JOIN utility_account account ON account.id = notice.utility_account_id"
        " WHERE account.number = ANY(%s)",
        [numbers],
    )
    assert len(rows) == len(numbers)
    return {number: values for number, *values in rows}


def waiting(counter, numbers):
    return [
        number
        for number, (state, *_rest) in notices(counter, numbers).items()
        if state in ("to_send", "queued")
    ]


def judge(number, asked, moment, payments):
    """Why what a consumer was asked for was wrong at that moment; None if it wasn't."""
    amount, before, after = payments.get(number, (0.0, None, None))
    true = {BILL} if before is None else set()
    if before is not None:
        # Recorded before, after, or at the same time: then both are true.
        if moment < after:
            true.add(BILL)
        if moment > before:
            true.add(BILL - amount)
    if asked in true - {0.0}:
        return None
    return f"{number} was asked for {asked} at {moment}: paid {payments.get(number)}"


def test_mails(counter, sink):
    """T20, COL-11: 0 wrong mails, none missed, while half of the consumers pay."""
    numbers = consumers(counter, "email")
    run_cron(counter, "utility_collections.ir_cron_send_notices")
    assert len(waiting(counter, numbers)) == CONSUMERS
    with ThreadPoolExecutor(1) as pool:
        paying = pool.submit(pay_half, counter, numbers)
        while not paying.done() or waiting(counter, numbers):
            run_cron(counter, "utility_collections.ir_cron_send_notices")
            run_cron(counter, "mail.ir_cron_mail_scheduler_action")
        payments = paying.result()
    asked, wrong = {}, []
    for moment, mail in sink.mails:
        (number,) = re.findall(r"account (\S+)", mail["Subject"])
        amount = float(re.search(r"(\d+\.\d\d)", mail["Subject"]).group(1))
        assert number not in asked, "told twice"
        asked[number] = amount
        if problem := judge(number, amount, moment, payments):
            wrong.append(problem)
    assert wrong == []
    states = notices(counter, numbers)
    missed = [
        number
        for number in numbers
        if payments.get(number, (0.0,))[0] < BILL and number not in asked
    ]
    assert missed == []
    for number, (state, amount, *_rest, reason) in states.items():
        if number in asked:
            assert (state, amount) == ("sent", asked[number])
        else:
            assert (state, reason) == ("not_sent", "Nothing is overdue any more.")


def test_letters(counter):
    """T20, COL-11: 0 wrong letters, none missed or printed twice, at two printers."""
    numbers = consumers(counter, "letter")
    moments = {}

    def print_all(login):
        while ids := counter.rpc(
            NOTICE,
            "search",
            [("utility_account_id.number", "in", numbers), ("state", "=", "to_send")],
            limit=7,
            login=login,
        ):
            try:
                before = time.monotonic()
                action = counter.rpc(NOTICE, "action_print_letters", ids, login=login)
            except Exception as error:
                # The other printer has one of them.
                assert "choose notices that are" in str(error), error
                continue
            if batch := action.get("res_id"):
                moments[batch] = (before, time.monotonic())

    with ThreadPoolExecutor(3) as pool:
        paying = pool.submit(pay_half, counter, numbers)
        printing = [pool.submit(print_all, login) for login in PRINTERS]
        for job in printing:
            job.result()
        payments = paying.result()
    # Who paid a part after the letter, or whose letter came first, is no mistake.
    states = notices(counter, numbers)
    wrong, places_taken = [], []
    for number, (state, amount, batch, place, reason) in states.items():
        paid, before, after = payments.get(number, (0.0, None, None))
        if state == "not_sent":
            assert reason == "Nothing is overdue any more."
            assert paid == BILL, f"{number} was missed"
            continue
        assert state == "sent"
        places_taken.append((batch, place))
        begin, end = moments[batch]
        true = {BILL} if before is None else set()
        if before is not None:
            true |= {BILL} if begin < after else set()
            true |= {BILL - paid} - {0.0} if end > before else set()
        if amount not in true:
            wrong.append((number, amount, (begin, end), payments.get(number)))
    assert wrong == []
    assert len(set(places_taken)) == len(places_taken)
    # What the paper says is what was decided.
    run_cron(counter, "utility_collections.ir_cron_draw_letters")
    drawn = counter.server.sql(
        "SELECT count(*), count(attachment_id), sum(letter_count)"
        "  FROM utility_letter_batch"
    )
    assert drawn == [(len(moments), len(moments), len(places_taken))]
    figures = counter.server.sql(
        "SELECT amount::float, figures FROM utility_collection_notice"
        " WHERE batch_id IS NOT NULL"
    )
    for amount, said in figures:
        said = said if isinstance(said, dict) else json.loads(said)
        assert said["amount"] == amount
        parts = ("credit", "disputed", "promised", "in_flight")
        assert round(said["late"] - sum(said[part] for part in parts), 2) == amount


def test_books_are_in_order_after_all(counter):
    """The invariants of the ledger hold after everything above."""
    assert counter.ledger_findings() == []
