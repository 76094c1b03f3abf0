import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ROW = ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)";

/** Nothing sideways on the page or in the dialog. */
function fits() {
    for (const el of [
        document.scrollingElement,
        ...document.querySelectorAll(".o_content, .modal-body, .o_utility_filters_form"),
    ]) {
        if (el.scrollWidth > el.clientWidth) {
            throw new Error(`${el.className || "The page"} scrolls sideways`);
        }
    }
}

function press(key) {
    document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
    );
}

/** The browser's own date box, which the tour's keyboard doesn't know. */
function chooseDate(text) {
    return function () {
        this.anchor.value = text;
        this.anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
}

tours.add("utility_credit_note", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "The row of a payment offers a credit note",
            trigger: ".o_data_row:contains(WU-TOUR-1) .o_utility_row_menu button",
            run: "click",
        },
        { trigger: ".o-dropdown--menu [data-item=credit_note]", run: "click" },
        {
            content: "It can't be created before a reason is chosen, and says so",
            trigger:
                ".modal:has(.o_utility_create:disabled) .o_utility_problem:contains(Choose a reason)",
        },
        {
            content: "The whole payment is proposed: a full reversal",
            trigger: ".modal [name=maximum_hint]:contains(145.50)",
        },
        { trigger: ".modal [name=summary]:contains(Full reversal)" },
        { trigger: ".modal [name=reason_id] input", run: "click" },
        {
            trigger: ".o_select_menu_item:contains(Duplicate Payment)",
            run: "click",
        },
        {
            content: "The note needs approval, and a bill would be due again",
            trigger:
                ".modal .alert[name=effect]:contains(approval):contains(INV-TOUR-1 will be due again)",
        },
        { trigger: ".modal [name=amount] input", run: "edit 200" },
        {
            content: "Too much is said at once",
            trigger:
                ".modal:has(.o_utility_create:disabled) .o_utility_problem:contains(at most)",
        },
        { trigger: ".modal [name=amount] input", run: "edit 45.50" },
        { trigger: ".modal .o_utility_result:contains(100.00)" },
        { trigger: ".modal [name=remarks] textarea", run: "edit Paid twice" },
        { trigger: ".modal .o_utility_counter:contains(10 / 500)" },
        { trigger: ".modal .o_utility_create:enabled", run: "click" },
        {
            content: "The toast has the number",
            trigger: ".o_notification:contains(can be used at once) a:contains(CN-)",
        },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "The other tab replaces the list",
            trigger: "[role=tab][data-tab=credit_notes][aria-selected=false]",
            run: "click",
        },
        { trigger: "[role=tab][data-tab=credit_notes][aria-selected=true]" },
        {
            content: "Filter by amount: from above to is refused",
            trigger: ".o_utility_filters",
            run: "click",
        },
        { trigger: "[data-filter=amount] [data-end=from]", run: "edit 50" },
        { trigger: "[data-filter=amount] [data-end=to]", run: "edit 40" },
        { trigger: ".o_utility_filters_form .btn-primary", run: "click" },
        {
            trigger: "[data-filter=amount] [role=alert]:contains(above)",
        },
        { trigger: "[data-filter=amount] [data-end=from]", run: "edit x" },
        { trigger: ".o_utility_filters_form .btn-primary", run: "click" },
        { trigger: "[data-filter=amount] [role=alert]:contains(x is not an amount)" },
        { trigger: "[data-filter=amount] [data-end=from]", run: "edit 40" },
        { trigger: "[data-filter=amount] [data-end=to]", run: "edit 50" },
        {
            content: "Dates the wrong way round are refused, too",
            trigger: "[data-filter=create_date] [data-end=from]",
            run: chooseDate("2100-01-02"),
        },
        {
            trigger: "[data-filter=create_date] [data-end=to]",
            run: chooseDate("2100-01-01"),
        },
        { trigger: ".o_utility_filters_form .btn-primary", run: "click" },
        { trigger: "[data-filter=create_date] [role=alert]:contains(earlier date)" },
        {
            trigger: "[data-filter=create_date] [data-end=from]",
            run: chooseDate("2020-01-01"),
        },
        {
            trigger: "[data-filter=reason_id] label:contains(Duplicate) input",
            run: "click",
        },
        { trigger: ".o_utility_filters_form .btn-primary", run: "click" },
        { trigger: ".o_searchview_facet:contains(Amount: 40 to 50)" },
        { trigger: ".o_searchview_facet:contains(Created: 01/01/2020 to 01/01/2100)" },
        { trigger: ".o_searchview_facet:contains(Reason: Duplicate Payment)" },
        {
            content: "Its number opens the details",
            trigger:
                ".o_list_view:has(.o_data_row:count(1)) .o_data_row:contains(WU-TOUR-1) td[name=number] a",
            run: "click",
        },
        { trigger: ".o_form_view [name=title] .badge:contains(Active)" },
        { trigger: ".o_form_view [name=figure_usage]:contains(0.0 %)" },
        { trigger: "button[name=action_open_apply]", run: "click" },
        {
            content: "The oldest bill is ticked; it takes all of it",
            trigger: ".modal .o_rp_ticked:contains(INV-TOUR-1) input",
            run: "click",
        },
        { trigger: ".modal .o_utility_problem:contains(Tick the bills)" },
        { trigger: ".modal .o_rp_document:contains(INV-TOUR-2) input", run: "click" },
        { trigger: ".modal [name=summary] .o_utility_result:contains(25.50)" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            content: "The use is in the table, and the figures follow",
            trigger: "[name=application_ids] .o_data_row:contains(INV-TOUR-2):contains(20.00)",
        },
        { trigger: ".o_form_view [name=figure_usage]:contains(44.0 %)" },
        { trigger: ".o_form_view [name=payment_id] a", run: "click" },
        {
            content: "The payment shows its credit note",
            trigger: ".o_utility_payment [name=credit_notes]:contains(CN-)",
        },
    ],
});

tours.add("utility_payment_tabs", {
    url: "/odoo/payments",
    steps: () => [
        { trigger: "[role=tablist] [role=tab][aria-selected=true]:contains(All Payments)" },
        {
            trigger: "[role=tab][data-tab=payments]",
            run() {
                this.anchor.focus();
                press("ArrowRight");
            },
        },
        {
            trigger: "[role=tab][data-tab=credit_notes]:focus",
            run: "click",
        },
        {
            content: "The list is replaced: nothing to go back to",
            trigger:
                ".o_action:has([role=tab][data-tab=credit_notes][aria-selected=true]) .o_breadcrumb:not(:has(.o_back_button))",
        },
        { trigger: ".o_view_nocontent:contains(open a payment and choose Create)" },
        { trigger: "[role=tab][data-tab=payments]", run: "click" },
        { trigger: "[role=tab][data-tab=payments][aria-selected=true]" },
        { trigger: `${ROW}:contains(WU-TOUR-1)` },
    ],
});

tours.add("utility_credit_note_phone", {
    url: "/odoo/payments",
    steps: () => [
        { trigger: ".o_kanban_record:contains(WU-TOUR-1)", run: fits },
        {
            trigger: ".o_kanban_record:contains(WU-TOUR-1) .o_utility_row_menu button",
            run: "click",
        },
        { trigger: "[data-item=credit_note]", run: "click" },
        { trigger: ".modal .o_utility_problem:contains(Choose a reason)", run: fits },
        { trigger: ".modal [name=reason_id] .o_select_menu_toggler", run: "click" },
        { trigger: ".o_select_menu_item:contains(Customer Request)" },
        {
            content: "The choice slides over the dialog, where tours don't click",
            trigger: ".modal [name=reason_id]",
            run: () =>
                [...document.querySelectorAll(".o_select_menu_item")]
                    .find((item) => item.textContent.includes("Customer Request"))
                    .click(),
        },
        { trigger: ".modal .alert[name=effect]:contains(approval)", run: fits },
        { trigger: ".modal .o_utility_create:enabled", run: "click" },
        { trigger: ".o_notification:contains(waits for a Billing Manager)" },
        { trigger: "body:not(:has(.modal)) [role=tab][data-tab=credit_notes]", run: "click" },
        { trigger: ".o_kanban_record:contains(WU-TOUR-1):contains(To approve)", run: fits },
        { trigger: ".o_utility_filters", run: "click" },
        { trigger: ".o_utility_filters_form .btn-secondary", run: fits },
        { trigger: ".o_utility_filters_form .btn-secondary", run: "click" },
        { trigger: ".o_kanban_record:contains(WU-TOUR-1)", run: "click" },
        { trigger: ".o_form_view [name=title] .badge:contains(To approve)", run: fits },
        { trigger: ".o_form_view [name=waiting]:contains(waits for a Billing Manager)" },
    ],
});
