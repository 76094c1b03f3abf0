import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const tile = (figure) => `.o_ul_tile[data-figure=${figure}]`;
const number = (figure, text) => `${tile(figure)} .o_ul_value:contains(${text})`;

function fail(message) {
    throw new Error(message);
}

/** Nothing but the tiles scrolls sideways. */
function fits() {
    for (const element of document.querySelectorAll(".o_content, .o_utility_landing")) {
        if (element.scrollWidth > element.clientWidth) {
            fail(`${element.className} scrolls sideways`);
        }
    }
}

/** The order of the first tiles, by figure. */
function ordered(...figures) {
    const found = [...document.querySelectorAll(".o_ul_tile")]
        .slice(0, figures.length)
        .map((element) => element.dataset.figure);
    if (found.join() !== figures.join()) {
        fail(`The tiles are ${found}, not ${figures}`);
    }
}

/** Put dates into the fields From and To. */
function enterRange(from, to) {
    for (const [end, value] of Object.entries({ from, to })) {
        const input = document.querySelector(`.o_ul_range input[data-end=${end}]`);
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
    }
}

tours.add("utility_landing", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "165.50 by two payments, of 245.50 that fell due",
            trigger: number("total_collected", "165.50"),
        },
        { trigger: number("total_collected", "/ 2") },
        { trigger: number("received_today", "165.50") },
        { trigger: number("collection_rate", "67.4") },
        { trigger: number("average_collection_time", "0.0") },
        {
            content: "What one counts is told to the keyboard too",
            trigger: `${tile("collection_rate")} .o_ul_help`,
            run: "click",
        },
        {
            trigger: ".o_ul_explained:contains(divided by the original total)",
            run: "press Escape",
        },
        {
            content: "A tile opens its records; they have no head of their own",
            trigger: `${tile("total_collected")} .o_ul_open`,
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains(Total Collected)" },
        { trigger: ".o_list_view:has(.o_data_row:count(2)):not(:has(.o_utility_landing))" },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a", run: "click" },
        {
            content: "The month before: nothing was collected, nothing fell due",
            trigger: ".o_ul_before",
            run: "click",
        },
        { trigger: number("total_collected", "0.00") },
        { trigger: number("collection_rate", "n/a") },
        { trigger: `${tile("collection_rate")}:contains(Nothing fell due in this period)` },
        { trigger: `${tile("outstanding")}:contains(as of now)` },
        {
            content: "The other tab keeps the period, and the figures at once",
            trigger: "[role=tab][data-tab]:not([aria-selected=true])",
            run: "click",
        },
        {
            trigger: `[role=tab][data-tab=credit_notes][aria-selected=true]`,
            run: () => {
                document.querySelector(".o_ul_tile .o_ul_none") || fail("The head was reset");
            },
        },
        { trigger: "[role=tab][data-tab=payments]", run: "click" },
        { trigger: ".o_list_view:has(.o_data_row) .o_ul_after", run: "click" },
        { trigger: number("total_collected", "165.50") },
        {
            content: "From after To is told in place",
            trigger: ".o_ul_chosen",
            run: "click",
        },
        {
            trigger: ".o_ul_range",
            run: () => enterRange("2024-03-31", "2024-03-01"),
        },
        { trigger: ".o_ul_range .btn-primary", run: "click" },
        {
            trigger: ".o_ul_range [role=alert]:contains(“From” is after “To”)",
            run: () => enterRange("2024-03-02", "20240-03-31"),
        },
        { trigger: ".o_ul_range .btn-primary", run: "click" },
        {
            trigger: ".o_ul_range [role=alert]:contains(years have four digits)",
            run: () => enterRange("2024-03-02", "2024-03-31"),
        },
        { trigger: ".o_ul_range .btn-primary", run: "click" },
        { trigger: ".o_ul_chosen:contains(Mar 2):contains(31, 2024)" },
        { trigger: number("total_collected", "0.00") },
        { trigger: ".o_ul_chosen", run: "click" },
        { trigger: ".o_ul_menu [data-period=day]", run: "click" },
        { trigger: ".o_ul_chosen:contains(Today)" },
        { trigger: number("total_collected", "165.50") },
        { trigger: `${tile("total_collected")}:not(:contains(%))` },
        {
            content: "Choose the tiles, with the keyboard's buttons",
            trigger: ".o_ul_customise",
            run: "click",
        },
        {
            trigger: ".o_ul_choice[data-figure=received_today] .o_ul_move .btn:first-child",
            run: "click",
        },
        {
            trigger: ".o_ul_choice:first-child[data-figure=received_today]",
        },
        {
            trigger: ".o_ul_choice[data-figure=refunds] input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_ul_choice[data-figure=collection_rate] .o_ul_target input",
            run: "edit high",
        },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        {
            trigger: ".o_ul_choice[data-figure=collection_rate]:contains(can't be a target)",
        },
        {
            trigger: ".o_ul_choice[data-figure=collection_rate] .o_ul_target input",
            run: "edit 60",
        },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        {
            trigger: `body:not(:has(.modal)) ${tile("collection_rate")} .o_ul_goal.o_ul_good:contains(target 60.0)`,
            run: () => ordered("received_today", "total_collected", "collection_rate"),
        },
        { trigger: `.o_ul_tiles:not(:has(${tile("refunds")}))` },
    ],
});

tours.add("utility_landing_again", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "All is as it was left",
            trigger: `${tile("collection_rate")} .o_ul_goal:contains(target 60.0)`,
            run: () => ordered("received_today", "total_collected", "collection_rate"),
        },
        { trigger: `.o_ul_tiles:not(:has(${tile("refunds")}))` },
        { trigger: ".o_ul_chosen:contains(Today)" },
        { trigger: ".o_ul_customise", run: "click" },
        {
            content: "Drag and drop",
            trigger: ".o_ul_choice[data-figure=overdue] .o_ul_handle",
            run: "drag_and_drop .o_ul_choice:first-child",
        },
        { trigger: ".o_ul_choice:first-child[data-figure=overdue]" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        {
            trigger: `body:not(:has(.modal)) .o_ul_first ${tile("overdue")}:first-child`,
            run: () => ordered("overdue", "received_today", "total_collected"),
        },
        { trigger: ".o_ul_customise", run: "click" },
        { trigger: ".o_ul_reset", run: "click" },
        {
            trigger: `body:not(:has(.modal)) ${tile("refunds")}`,
            run: () => ordered("total_collected", "received_today", "collection_rate"),
        },
    ],
});

const scope = (kind, label) =>
    `.o_ul_scopes [data-scope=${kind}] label:contains(${label}) input`;

tours.add("utility_landing_scope", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "All companies of the session together",
            trigger: number("total_collected", "165.50"),
        },
        { trigger: ".o_ul_scope:contains(2 companies):contains(All channels)", run: "click" },
        { trigger: scope("channels", "Kiosk"), run: "click" },
        { trigger: number("total_collected", "0.00") },
        { trigger: ".o_ul_scope.o_ul_limited:contains(Kiosk)" },
        {
            content: "What consumers owe has no channel",
            trigger: number("outstanding", "80.00"),
        },
        { trigger: scope("channels", "All channels"), run: "click" },
        { trigger: number("total_collected", "165.50") },
        {
            content: "One of the companies",
            trigger: `${scope("companies", "Main")}:checked`,
            run: "click",
        },
        { trigger: number("total_collected", "0.00") },
        { trigger: ".o_ul_scope:contains(Other Utility)" },
        { trigger: scope("companies", "Main"), run: "click" },
        { trigger: number("total_collected", "165.50") },
        {
            content: "Compared with the same month of last year",
            trigger: ".o_ul_scopes input[value=last_year_to_date]",
            run: "click",
        },
        { trigger: `.o_ul_scope:contains(vs):contains(${new Date().getFullYear() - 1})` },
    ],
});

tours.add("utility_landing_gone", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "The tile of an add-on that was removed: said quietly",
            trigger: `${tile("bank_exceptions")}:contains(Bank):contains(Not available)`,
        },
        { trigger: number("total_collected", "165.50") },
        { trigger: `${tile("bank_exceptions")} .o_ul_remove`, run: "click" },
        {
            trigger: `.o_ul_tiles:not(:has(${tile("bank_exceptions")}))`,
            run: () => ordered("total_collected", "received_today", "collection_rate"),
        },
    ],
});

tours.add("utility_landing_phone", {
    url: "/odoo/payments",
    steps: () => [
        { trigger: number("total_collected", "165.50"), run: fits },
        {
            content: "The tiles scroll sideways, and rest at the edge of one",
            trigger: ".o_ul_tiles",
            run: () => {
                const tiles = document.querySelector(".o_ul_tiles");
                if (tiles.scrollWidth <= tiles.clientWidth) {
                    fail("The tiles don't scroll");
                }
                if (!getComputedStyle(tiles).scrollSnapType.startsWith("x")) {
                    fail("The tiles don't snap");
                }
            },
        },
        { trigger: ".o_ul_chosen", run: "click" },
        {
            content: "The choice slides over the page, where tours don't click",
            trigger: ".o_ul_periods [data-period=year]",
            run: () => document.querySelector(".o_ul_periods [data-period=year]").click(),
        },
        { trigger: `.o_ul_chosen:contains(${new Date().getFullYear()})`, run: fits },
        { trigger: number("total_collected", "165.50") },
        { trigger: `${tile("total_collected")} .o_ul_open`, run: "click" },
        { trigger: ".o_kanban_view:has(.o_kanban_record:not(.o_kanban_ghost):count(2))" },
    ],
});

tours.add("utility_landing_empty", {
    url: "/odoo/payments",
    steps: () => [
        { trigger: ".o_ul_empty:contains(No payment has been recorded yet)" },
        { trigger: ".o_ul_empty .btn-primary", run: "click" },
        { trigger: "[name=utility_account_id] input" },
    ],
});

tours.add("utility_landing_collector", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "The list, and no figure of all consumers",
            trigger: ".o_list_view .o_utility_tabs",
            run: () => {
                document.querySelector(".o_utility_landing") && fail("There are figures");
                performance
                    .getEntriesByType("resource")
                    .some(({ name }) => name.includes("utility.tile")) &&
                    fail("The figures were asked for");
            },
        },
    ],
});
