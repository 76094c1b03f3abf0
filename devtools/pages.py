"""The pictures of the documentation: which page, seen by whom, after which steps.

A page is added where its feature lands:

    Page("record-payment", "/odoo/record-payment", login="customer_executive",
         steps=[fill(".o_search input", "WU-10001"), wait(".o_bill")])

makes docs/images/record-payment.png and docs/images/record-payment-phone.png. `addon`
names the add-on it needs: without it the page is left out.
"""

from dataclasses import dataclass

from .chromium import DESKTOP, PHONE

SIZES = {"": DESKTOP, "-phone": PHONE}


@dataclass(frozen=True)
class Page:
    """A picture: `path` is opened as `login`, `steps` are done, then it is taken.

    `sizes` picks from SIZES by name suffix. A step is a function of the Chromium.
    """

    name: str
    path: str
    login: str | None = "customer_executive"
    steps: tuple = ()
    sizes: tuple = ("", "-phone")
    addon: str = "utility_consumers"


def wait(condition):
    """A step: wait for a CSS selector or a JavaScript condition."""
    return lambda browser: browser.wait_for(condition)


def click(selector):
    """A step: click what a CSS selector finds first."""
    return lambda browser: browser.click(selector)


def fill(selector, text):
    """A step: type text into a field."""
    return lambda browser: browser.fill(selector, text)


def press(key):
    """A step: press a key."""
    return lambda browser: browser.press(key)


def run(script):
    """A step: run JavaScript; a promise is awaited."""
    return lambda browser: browser.evaluate(script)


def favourite(name):
    """Steps: choose a favourite in the search bar, which a phone doesn't show."""
    item = ".o_favorite_menu .o-dropdown-item"
    return (
        click(".o_searchview_dropdown_toggler"),
        wait(item),
        run(
            f"[...document.querySelectorAll('{item}')]"
            f".find((item) => item.textContent.includes({name!r})).click()"
        ),
        press("Escape"),
    )


# John Doe pays the bill of the sample: 145.50 with 150.00 in cash.
JOHN_DOE = (
    wait("[name=utility_account_id] input"),
    fill("[name=utility_account_id] input", "john doe"),
    click(".o-autocomplete--dropdown-item"),
    wait("[name=tendered] input"),
    fill("[name=tendered] input", "150"),
    press("Tab"),
    wait(".o_rp_change"),
)

# The first record of a list, which is a card on a phone.
FIRST_RECORD = (
    wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),
    click(
        ".o_data_row .o_data_cell[name=amount], .o_kanban_record:not(.o_kanban_ghost)"
    ),
    wait(".o_form_view"),
)


def consumer(number):
    """Steps: open the page of the consumer with this account number."""
    return (
        run(
            "fetch('/web/dataset/call_kw', {method: 'POST',"
            " headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({jsonrpc: '2.0', params: {"
            "model: 'utility.account', method: 'search',"
            f" args: [[['number', '=', '{number}']]], kwargs: {{}}}}}})}})"
            ".then((answer) => answer.json()).then(({result}) =>"
            " (location.href = `/odoo/consumers/${result[0]}`))"
        ),
        wait(".o_statusbar_buttons .o_utility_more"),
    )


def tab(name):
    """Steps: choose a tab of a page, and bring it into sight."""
    return (
        click(f".o_notebook .nav-link[name={name}]"),
        run("document.querySelector('.o_notebook').scrollIntoView()"),
    )


# Something slides into its place
PAUSE = run("new Promise((resolve) => setTimeout(resolve, 600))")

# A consumer with several premises, a part of whose debt is overdue.
BEHIND = (*consumer("WU-10046"), wait(".o_utility_insight"))

# A consumer in collections who was called, warned, and promised.
IN_COLLECTIONS = (*consumer("WU-10051"), wait(".o_utility_insight"))

PAGES = (
    Page(
        "consumers",
        "/odoo/consumers",
        steps=(wait(".o_data_row, .o_kanban_record"),),
    ),
    Page("consumer", "/odoo/consumers/1", steps=(wait(".o_form_view"),)),
    Page(
        "bills", "/odoo/utility-bills", steps=(wait(".o_data_row, .o_kanban_record"),)
    ),
    Page(
        "record-payment",
        "/odoo/record-payment",
        steps=JOHN_DOE,
        addon="utility_payments",
    ),
    Page(
        "record-payment-review",
        "/odoo/record-payment",
        steps=(
            *JOHN_DOE,
            click("[name=select] .o_rp_primary"),
            wait("[name=review] .o_rp_primary"),
        ),
        addon="utility_payments",
    ),
    Page(
        "payment",
        "/odoo/payments",
        steps=(
            wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),
            click(".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)"),
            wait(".o_form_view"),
        ),
        addon="utility_payments",
    ),
    Page(
        "adjustment",
        "/odoo/payments",
        steps=(
            wait(".o_data_row"),
            click(".o_data_row .o_utility_row_menu button"),
            click(".o-dropdown--menu [data-item='adjust']"),
            wait(".o_utility_adjustment [name=explanation]"),
        ),
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "payments",
        "/odoo/payments",
        steps=(wait(".o_data_row, .o_kanban_record"),),
        addon="utility_payments",
    ),
    Page(
        "report-collections",
        "/odoo/payment-analysis",
        login="billing_manager",
        steps=(
            *favourite("Collections by channel and month"),
            wait(".o_pivot td"),
        ),
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "report-receivables",
        "/odoo/receivables?view_type=graph",
        login="billing_manager",
        steps=(wait(".o_graph_canvas_container canvas"),),
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "landing",
        "/odoo/payments",
        login="billing_manager",
        steps=(wait(".o_ul_tile .o_ul_value"), wait(".o_data_row, .o_kanban_record")),
        addon="utility_payments",
    ),
    Page(
        "landing-charts",
        "/odoo/payments",
        login="billing_manager",
        steps=(
            wait(".o_ul_tile .o_ul_value"),
            run("document.querySelector('.o_ul_charts[aria-expanded=false]')?.click()"),
            click(".o_uc_tabs [data-chart=channel]"),
            wait(".o_uc_panel[data-chart=channel] canvas"),
            PAUSE,
        ),
        addon="utility_payments",
    ),
    Page(
        "landing-period",
        "/odoo/payments",
        login="billing_manager",
        steps=(
            wait(".o_ul_tile .o_ul_value"),
            click(".o_ul_chosen"),
            wait(".o_ul_periods"),
        ),
        addon="utility_payments",
    ),
    Page(
        "landing-tiles",
        "/odoo/payments",
        login="billing_manager",
        steps=(
            wait(".o_ul_tile .o_ul_value"),
            click(".o_ul_customise"),
            wait(".o_ul_choice"),
        ),
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "alerts",
        "/odoo/payment-alerts",
        login="billing_manager",
        steps=(wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),),
        addon="utility_payments",
    ),
    Page(
        "alert-rule",
        "/odoo/payment-alert-rules/1",
        login="billing_manager",
        steps=(wait(".o_utility_alert_rule [name=preview]"),),
        addon="utility_payments",
    ),
    Page(
        "receipt",
        "/report/html/utility_payments.report_receipt/1",
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "credit-note-create",
        "/odoo/payments",
        steps=(
            *FIRST_RECORD,
            run(
                "(document.querySelector('[name=action_create_credit_note]') ||"
                " [...document.querySelectorAll('.o_statusbar_buttons button')].pop()"
                ").click()"
            ),
            wait("[name=action_create_credit_note], .modal .o_form_view"),
            run(
                "document.querySelector('.modal .o_form_view') ||"
                " document.querySelector('[name=action_create_credit_note]').click()"
            ),
            wait(".modal .o_utility_create"),
        ),
        addon="utility_credit_notes",
    ),
    Page(
        "credit-notes",
        "/odoo/utility-credit-notes",
        steps=(wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),),
        addon="utility_credit_notes",
    ),
    Page(
        "credit-note-filters",
        "/odoo/utility-credit-notes",
        steps=(
            click(".o_utility_filters"),
            wait(".o_utility_filters_form"),
        ),
        addon="utility_credit_notes",
    ),
    Page(
        "credit-note",
        "/odoo/utility-credit-notes",
        steps=FIRST_RECORD,
        addon="utility_credit_notes",
    ),
    Page(
        "unused-credit",
        "/odoo/unused-credit",
        login="billing_manager",
        steps=(wait(".o_pivot"),),
        sizes=("",),
        addon="utility_credit_notes",
    ),
    Page(
        "debt-insight",
        "/odoo/consumers",
        login="recovery_executive",
        steps=BEHIND,
        addon="utility_collections",
    ),
    Page(
        "debt-summary",
        "/odoo/consumers",
        login="recovery_executive",
        steps=(
            *BEHIND,
            click(".o_utility_insight"),
            wait(".o_utility_debt_facts"),
            PAUSE,
        ),
        addon="utility_collections",
    ),
    Page(
        "behaviour",
        "/odoo/consumers",
        login="billing_manager",
        steps=(
            *consumer("WU-10041"),
            *tab("behaviour"),
            wait(".o_utility_behaviour canvas"),
            PAUSE,
        ),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "collections-tab",
        "/odoo/consumers",
        login="recovery_executive",
        steps=(*IN_COLLECTIONS, *tab("collections")),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "new-promise",
        "/odoo/consumers",
        login="recovery_executive",
        steps=(
            *IN_COLLECTIONS,
            click(".o_utility_more"),
            click(".o-dropdown--menu button[name=action_new_promise]"),
            wait(".modal [name=amount] input"),
            PAUSE,
        ),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "collection-cases",
        "/odoo/collection-cases",
        login="recovery_executive",
        steps=(wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "collection-case",
        "/odoo/collection-cases",
        login="recovery_executive",
        steps=FIRST_RECORD,
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "collection-notices",
        "/odoo/collection-notices",
        login="recovery_executive",
        steps=(wait(".o_data_row"),),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "service-requests",
        "/odoo/service-requests",
        login="recovery_executive",
        steps=(wait(".o_kanban_record:not(.o_kanban_ghost)"),),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "service-request",
        "/odoo/service-requests?view_type=list",
        login="recovery_executive",
        steps=(
            wait(".o_data_row"),
            click(".o_data_row .o_data_cell[name=name]"),
            wait(".o_form_view"),
        ),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "dispute",
        "/odoo/disputes",
        login="recovery_executive",
        steps=FIRST_RECORD,
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "disconnections",
        "/odoo/disconnections",
        login="recovery_executive",
        steps=(wait(".o_kanban_record:not(.o_kanban_ghost)"),),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "disconnection-decision",
        "/odoo/disconnection-decisions?view_type=list",
        login="billing_manager",
        steps=(
            wait(".o_data_row"),
            click(".o_data_row .o_data_cell[name=reason_code]"),
            wait(".o_form_view"),
        ),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "debt-ageing",
        "/odoo/debt-ageing",
        login="billing_manager",
        steps=(wait(".o_pivot td"),),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "record-installment",
        "/odoo/record-payment",
        login="customer_executive",
        steps=(
            fill("[name=utility_account_id] input", "PP-2025-0034"),
            click(".o-autocomplete--dropdown-item"),
            wait("[name=utility_type] [data-value=installment].active"),
        ),
        addon="utility_collections",
    ),
    Page(
        "payment-plans",
        "/odoo/payment-plans",
        login="recovery_executive",
        steps=(wait(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),),
        addon="utility_collections",
    ),
    Page(
        "payment-plan",
        "/odoo/plan-board",
        login="recovery_executive",
        steps=(
            click(".o_kanban_group:nth-child(3) .o_kanban_record"),
            wait(".o_utility_plan"),
        ),
        addon="utility_collections",
    ),
    Page(
        "plan-board",
        "/odoo/plan-board",
        login="recovery_executive",
        steps=(wait(".o_kanban_record"),),
        addon="utility_collections",
    ),
    Page(
        "plan-setup",
        "/odoo/set-up-plan",
        login="recovery_executive",
        steps=(
            wait("[name=utility_account_id] input"),
            fill("[name=utility_account_id] input", "john doe"),
            click(".o_rp_suggestion"),
            wait(".o_ps_rows .o_data_row"),
            click(".o_ps_keep"),
            wait(".o_ps_simulation"),
        ),
        addon="utility_collections",
    ),
    Page(
        "plan-modify",
        "/odoo/payment-plans?view_type=list",
        login="recovery_executive",
        steps=(
            wait(".o_data_row"),
            run(
                "[...document.querySelectorAll('.o_data_row')].find((row) =>"
                " row.querySelector('[name=state]').textContent.trim() === 'Active')"
                ".querySelector('.o_data_cell').click()"
            ),
            click("button[name=action_modify]"),
            wait(".o_ps_comparison"),
            run(
                "document.querySelector('.o_ps_comparison')"
                ".scrollIntoView({block: 'center'})"
            ),
        ),
        sizes=("",),
        addon="utility_collections",
    ),
    Page(
        "monthly-report",
        "/odoo/payments-monthly-report",
        login="billing_manager",
        steps=(wait(".o_utility_regulatory_part"),),
        addon="utility_payments",
    ),
    Page(
        "scheduled-report",
        "/odoo/payments-scheduled-reports/new",
        login="billing_manager",
        steps=(wait(".o_form_view .o_field_widget[name=filter_id]"),),
        addon="utility_payments",
    ),
    # The last one, as it changes what the others show.
    Page(
        "record-payment-done",
        "/odoo/record-payment",
        steps=(
            *JOHN_DOE,
            click("[name=select] .o_rp_primary"),
            wait("[name=review] .o_rp_primary"),
            click("[name=review] .o_rp_primary"),
            wait("[name=done]"),
        ),
        sizes=("",),
        addon="utility_payments",
    ),
    Page(
        "spreadsheet-dashboard",
        "/odoo/dashboards",
        login="billing_manager",
        steps=(
            wait(".o-figure canvas"),
            run("new Promise((r) => setTimeout(r, 4000))"),
        ),
        addon="utility_payments_spreadsheet",
    ),
    Page(
        "usage",
        "/odoo/utility-usage",
        login="billing_manager",
        steps=(wait(".o_pivot table"),),
        sizes=("",),
        addon="utility_payments",
    ),
)
