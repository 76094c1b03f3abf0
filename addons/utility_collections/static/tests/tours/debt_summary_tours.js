import { registry } from "@web/core/registry";
import { press } from "@utility_payments/../tests/tours/keyboard";
import { expect } from "./expect";

const tours = registry.category("web_tour.tours");
const DRAWER = ".o_utility_debt_drawer";
const RECORD = ".modal [name=select]:not(.o_invisible_modifier)";

/** What is shown of 100.00 in collections of 300.00 on two premises. */
const figures = [
    { trigger: `${DRAWER} [name=total_in_collections]:contains(100.00)` },
    { trigger: `${DRAWER} [name=percent_behind]:contains(33):contains(on 1 of 2 premises)` },
    { trigger: `${DRAWER} [name=minimum_due]:contains(100.00)` },
    { trigger: `${DRAWER} [name=case]:contains(Open)` },
    { trigger: `${DRAWER} [name=billing_accounts] [data-kind=promise]:contains(25.00)` },
];

/** Record the minimum due in the dialog over the drawer. */
const recordMinimum = [
    { trigger: `${DRAWER} .o_utility_debt_record`, run: "click" },
    { trigger: `${RECORD} [name=amount] input:value(100.00)` },
    { trigger: ".modal button[name=action_review]:visible", run: "click" },
    {
        trigger: ".modal [name=review]:not(.o_invisible_modifier) [name=action_confirm]",
        run: "click",
    },
    {
        trigger: ".modal [name=done]:not(.o_invisible_modifier) [name=receipt_numbers]:contains(R-)",
    },
    { trigger: ".modal .btn-close, .modal .oi-arrow-left", run: "click" },
];

/** The drawer and the page below follow the payment. */
const paid = [
    { trigger: `${DRAWER} [name=last_payment]:contains(100.00)` },
    { trigger: `${DRAWER}:not(:has([name=minimum_due]))` },
    { trigger: ".o_utility_insight_clear:contains(up to date)" },
];

tours.add("utility_debt_summary", {
    steps: () => [
        {
            trigger: ".o_utility_insight_behind:contains(33):contains(on 1 of 2 premises)",
            run: "click",
        },
        ...figures,
        {
            content: "The focus is inside, and Tab goes round in it",
            trigger: DRAWER,
            run: () => {
                const drawer = document.querySelector(DRAWER);
                expect(drawer.contains(document.activeElement), "The focus is outside");
                const buttons = [...drawer.querySelectorAll("button:not(:disabled)")];
                buttons.at(-1).focus();
                press("Tab");
                expect(document.activeElement === buttons[0], "Tab leaves the drawer");
            },
        },
        {
            content: "It stands at the side, as wide as a column",
            trigger: DRAWER,
            run: () => {
                const { width, right } = document.querySelector(DRAWER).getBoundingClientRect();
                expect(width >= 420 && width <= 480, `The drawer is ${width} wide`);
                expect(right === window.innerWidth, "The drawer isn't at the side");
            },
        },
        ...recordMinimum,
        ...paid,
        {
            content: "The next step of a request",
            trigger: `${DRAWER} [data-request] .o_utility_debt_next:contains(Start)`,
            run: "click",
        },
        { trigger: `${DRAWER} [data-request] .o_utility_debt_next:not(:contains(Start))` },
        { trigger: `${DRAWER} [name=new_request]`, run: "click" },
        { trigger: ".o_utility_debt_types [data-type=email_bill]", run: "click" },
        {
            content: "It is chosen already",
            trigger:
                ".modal [name=type_id] .o_radio_item:has(input:checked):contains(E-mail copy of bill)",
        },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: `body:not(:has(.modal)) ${DRAWER} .o_utility_debt_close`, run: "click" },
        { trigger: `body:not(:has(${DRAWER})) .o_form_view` },
    ],
});

tours.add("utility_debt_summary_keyboard", {
    steps: () => [
        {
            trigger: ".o_utility_insight",
            run: () => {
                document.querySelector(".o_utility_insight").focus();
                press("Enter");
            },
        },
        ...figures,
        { trigger: DRAWER, run: () => press("Escape") },
        {
            content: "The focus is back where it was",
            trigger: `body:not(:has(${DRAWER})) .o_utility_insight:focus`,
        },
        { trigger: ".o_utility_insight", run: () => press("Enter") },
        {
            trigger: `${DRAWER} .o_utility_debt_record`,
            run: () => {
                document.querySelector(`${DRAWER} .o_utility_debt_record`).focus();
                press("Enter");
            },
        },
        { trigger: `${RECORD} [name=amount] input:value(100.00)` },
    ],
});

tours.add("utility_debt_summary_phone", {
    steps: () => [
        { trigger: ".o_utility_insight_behind", run: "click" },
        ...figures,
        {
            content: "It is a full sheet, and nothing scrolls sideways",
            trigger: DRAWER,
            run: () => {
                const drawer = document.querySelector(DRAWER);
                expect(drawer.offsetWidth === window.innerWidth, "Not a full sheet");
                const body = drawer.querySelector(".o_utility_debt_body");
                expect(body.scrollWidth <= body.clientWidth, "It scrolls sideways");
                for (const button of drawer.querySelectorAll("footer button")) {
                    expect(button.offsetHeight >= 44, "A button is too small for a thumb");
                }
            },
        },
        ...recordMinimum,
        ...paid,
    ],
});

tours.add("utility_collections_page", {
    steps: () => [
        { trigger: ".nav-link[name=collections]", run: "click" },
        { trigger: ".o_utility_debt_ladder .o_utility_debt_ladder_taken:contains(Reminder)" },
        { trigger: ".o_utility_debt_ladder .o_utility_debt_ladder_next:contains(Call)" },
        { trigger: "[name=page_promise_ids]:contains(25.00)" },
        { trigger: "[name=page_request_ids]:contains(Personal call)" },
        { trigger: ".o_utility_timeline:contains(Collections opened)" },
    ],
});
