"""Reading: consumer search, 360° page, payment list, receipt, beside Odoo's own."""

import threading

from lxml import etree
from werkzeug.serving import WSGIRequestHandler, make_server

from . import generator, runtime
from .table import Line, Samples, number, say, times

# Rows of the first page of a list, and of an embedded one, as the web client asks.
PAGE = 80
EMBEDDED = 40
COUNT_LIMIT = 10001


def specification(env, model, view):
    """What the web client asks `web_read` for on a view of a model.

    :param view: id and type of the view
    :return: the specification, from the view's real structure
    """
    views = env[model].get_views([view], {"toolbar": False})
    arch = etree.fromstring(views["views"][view[1]]["arch"])
    fields = {name: info["fields"] for name, info in views["models"].items()}
    return _specification(arch, model, fields)


def _specification(arch, model, fields):
    result = {}
    for node in _own_fields(arch):
        name = node.get("name")
        info = fields[model].get(name)
        if not info:
            continue
        asked = result.setdefault(name, {})
        if info["type"] in ("one2many", "many2many"):
            asked.setdefault("fields", {})
            embedded = [child for child in node if child.tag in ("list", "kanban")]
            if embedded:
                inner = _specification(embedded[0], info["relation"], fields)
                asked["fields"] |= inner
                asked["limit"] = int(embedded[0].get("limit") or EMBEDDED)
                if order := embedded[0].get("default_order"):
                    asked["order"] = order
            else:
                asked["fields"]["display_name"] = {}
        elif info["type"] in ("many2one", "reference"):
            asked["fields"] = {"display_name": {}}
    return result


def _own_fields(arch):
    """The field nodes of a view, without those of the views inside it."""
    for child in arch:
        if child.tag == "field":
            yield child
        elif isinstance(child.tag, str) and child.tag not in ("groupby", "searchpanel"):
            yield from _own_fields(child)


def _on(bench, user, function):
    """One request of a user, in ms and SQL; what was cached before stays cached."""
    return runtime.call(bench.registry, bench.users[user], function)


# --- consumer search ---------------------------------------------------------------


def measure_search(bench):
    """The consumer search for each kind of term, beside that of contacts."""
    rounds = {"quick": 10, "default": 20, "full": 60}[bench.size]
    total = len(bench.accounts)
    middle = total // 2
    terms = {
        "rare name": generator.RARE_SURNAME,
        "no match": "zzyzx nobody",
        "two letters": "sm",
        "account number": generator.NUMBER.format(middle),
        "phone tail": f"{middle % 10000:04d}",
        "common surname": generator.COMMON_SURNAME,
        "two words": f"maria {generator.COMMON_SURNAME}",
    }
    say(f"Searching {len(terms)} kinds of term among {total:,} consumers")
    for kind, term in terms.items():
        ours, peer = Samples(), Samples()
        _search(bench, "utility.account", term)
        _search(bench, "res.partner", term)
        for turn in range(rounds):
            ours.add(_search(bench, "utility.account", term))
            if turn < 5:
                peer.add(_search(bench, "res.partner", term))
        yield Line(
            f"search {total:,} consumers, {kind}; ms",
            str(ours),
            f"{peer} contacts",
            times(peer.median / ours.median),
            f"{number(ours.sql)} / {number(peer.sql)}",
            "p95 20, 3 SQL",
            ours.p95 <= 20 and ours.sql <= 3,
        )


def _search(bench, model, term):
    return _on(bench, "clerk", lambda env: env[model].name_search(term, limit=8))


# --- 360° page ---------------------------------------------------------------------


def measure_page(bench):
    """The fields of the 360° page, for a short and for a long history."""
    rounds = {"quick": 10, "default": 20, "full": 60}[bench.size]
    short, long = bench.accounts[-2:]
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(env, 2, [short], bills=1)
        generator.ensure_history(env, 120, [long], bills=1)
        generator.make_bills(env, [short, long], each=2)
        form = env.ref("utility_consumers.utility_account_view_form").id
        contact_form = env.ref("base.view_partner_form").id
        partner = env["utility.account"].browse(long).partner_id.id
    views = {"utility.account": (form, "form"), "res.partner": (contact_form, "form")}
    asked = {}
    for model, view in views.items():
        asked[model] = _on(
            bench,
            "clerk",
            lambda env, model=model, view=view: specification(env, model, view),
        ).result
    say("Reading the 360° page of accounts with 2 and with 120 paid bills")
    few, many, peer = Samples(), Samples(), Samples()
    pages = (
        (few, "utility.account", short),
        (many, "utility.account", long),
        (peer, "res.partner", partner),
    )
    for turn in range(rounds + 2):
        for samples, model, record_id in pages:
            done = _on(
                bench,
                "clerk",
                lambda env, model=model, record_id=record_id: (
                    env[model].browse(record_id).web_read(asked[model])
                ),
            )
            # The first uses in a process fill caches that stay.
            if turn >= 2:
                samples.add(done)
    yield Line(
        "360° page, 5 years of history; ms",
        str(many),
        f"{peer} contact form",
        times(peer.median / many.median),
        f"{number(many.sql)} / {number(peer.sql)}",
        "150",
        many.median <= 150,
    )
    yield Line(
        "360° page, SQL with 120 paid bills and with 2",
        f"{many.sql:.0f}",
        f"{few.sql:.0f} with 2",
        sql="",
        level="independent",
        met=many.sql <= few.sql + 1,
    )


# --- payment list ------------------------------------------------------------------


def measure_list(bench):
    """The first page of the payment list, and a search by a piece of a number."""
    rounds = {"quick": 10, "default": 20, "full": 60}[bench.size]
    say(f"Having {bench.history:,} payments")
    with runtime.superuser(bench.registry) as env:
        generator.ensure_history(env, bench.history)
        env.cr.execute("SELECT count(*) FROM account_payment")
        total = env.cr.fetchone()[0]
        env.cr.execute(
            "SELECT receipt_number FROM account_payment WHERE name LIKE 'HP%'"
            " ORDER BY id LIMIT 1 OFFSET 5000"
        )
        receipt = env.cr.fetchone()[0]
        lists = {
            "ours": env.ref("utility_payments.account_payment_view_list").id,
            "peer": env.ref("account.view_account_payment_tree").id,
        }
        search = env.ref("utility_payments.account_payment_view_search").id
    asked, orders = {}, {"ours": "date desc, id desc", "peer": None}
    for name, view in lists.items():
        asked[name] = _on(
            bench,
            "clerk" if name == "ours" else "admin",
            lambda env, view=view: specification(
                env, "account.payment", (view, "list")
            ),
        ).result
    first = [("utility_account_id", "!=", False)]
    say(f"Reading the payment list, {total:,} payments")
    for work, ours_domain, peer_domain, level in (
        (f"payment list, first {PAGE} of {total:,} by date; ms", first, [], 60),
        (
            f"payment list of {total:,}, searched by receipt number; ms",
            first + search_domain(bench, search, receipt),
            [("name", "ilike", receipt.replace("HR", "HP"))],
            100,
        ),
        (
            f"payment list of {total:,}, searched by a consumer's name; ms",
            first + search_domain(bench, search, generator.RARE_SURNAME),
            [("partner_id", "ilike", generator.RARE_SURNAME)],
            100,
        ),
    ):
        ours, peer = Samples(), Samples()
        for turn in range(rounds + 1):
            pairs = (
                (ours, "clerk", "ours", ours_domain),
                (peer, "admin", "peer", peer_domain),
            )
            for samples, user, name, domain in pairs:
                if samples is peer and turn > 6:
                    continue
                done = _on(
                    bench,
                    user,
                    lambda env, name=name, domain=domain: env[
                        "account.payment"
                    ].web_search_read(
                        domain,
                        asked[name],
                        limit=PAGE,
                        order=orders[name],
                        count_limit=COUNT_LIMIT,
                    ),
                )
                if turn:
                    samples.add(done)
        yield Line(
            work,
            str(ours),
            f"{peer} Odoo's list",
            times(peer.median / ours.median),
            f"{number(ours.sql)} / {number(peer.sql)}",
            str(level or ""),
            ours.median <= level if level else None,
        )


def search_domain(bench, view, text, model="account.payment"):
    """What the search box makes of a text on its first field."""

    def function(env):
        views = env[model].get_views([(view, "search")], {})
        arch = etree.fromstring(views["views"]["search"]["arch"])
        node = next(node for node in arch.iter("field"))
        return node.get("filter_domain"), node.get("name")

    filter_domain, name = _on(bench, "clerk", function).result
    if filter_domain:
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(filter_domain, {"self": text, "raw_value": text})
    return [(name, "ilike", text)]


# --- receipt -----------------------------------------------------------------------


def measure_receipt(bench):
    """One receipt and one of Odoo's invoices as PDF, from a server as in real use."""
    from .recording import Tills, record

    rounds = {"quick": 3, "default": 6, "full": 12}[bench.size]
    if not _on(bench, "admin", _has_wkhtmltopdf).result:
        say("wkhtmltopdf is missing: no receipt is measured")
        return
    pairs = Tills(bench).take(rounds + 1)
    payments = [outcome["payment_id"] for outcome in record(bench, pairs).result]
    invoices = [pair[1] for pair in Tills(bench, native=True).take(rounds + 1)]
    say(f"Printing {rounds} receipts, in turns with Odoo's invoices")
    ours, peer = Samples(), Samples()
    works = (
        (ours, "clerk", "utility_payments.action_report_receipt", payments),
        (peer, "admin", "account.account_invoices", invoices),
    )
    with _serving(bench):
        for turn in range(rounds + 1):
            for samples, user, report, ids in works:
                done = _on(bench, user, _printing(report, ids[turn]))
                if turn:
                    samples.add(done)
    yield Line(
        "receipt, one PDF; ms",
        str(ours),
        f"{peer} Odoo's invoice",
        times(peer.median / ours.median),
        f"{number(ours.sql)} / {number(peer.sql)}",
        "1,300",
        ours.median <= 1300,
    )


def _printing(report, record_id):
    def function(env):
        content, kind = env["ir.actions.report"]._render_qweb_pdf(report, [record_id])
        if kind != "pdf" or not content.startswith(b"%PDF"):
            raise RuntimeError(f"{report} gave no PDF")
        return len(content)

    return function


def _has_wkhtmltopdf(env):
    return env["ir.actions.report"].get_wkhtmltopdf_state() not in ("install", "broken")


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments):
        """Requests for styles aren't worth a line."""


class _serving:
    """A web server in a thread, where wkhtmltopdf fetches its styles."""

    def __init__(self, bench):
        self.bench = bench

    def __enter__(self):
        import odoo.http

        odoo.tools.config["db_name"] = [self.bench.database]
        self.server = make_server(
            "127.0.0.1", 0, odoo.http.root, threaded=True, request_handler=_Quiet
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        with runtime.superuser(self.bench.registry) as env:
            env["ir.config_parameter"].set_param(
                "report.url", f"http://127.0.0.1:{self.server.port}"
            )

    def __exit__(self, *_error):
        self.server.shutdown()
