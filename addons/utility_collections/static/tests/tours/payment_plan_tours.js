import { registry } from "@web/core/registry";
import { press, type } from "@utility_payments/../tests/tours/keyboard";

const tours = registry.category("web_tour.tours");
const SELECT = "[name=select]:not(.o_invisible_modifier)";
const REVIEW = "[name=review]:not(.o_invisible_modifier)";
const DONE = "[name=done]:not(.o_invisible_modifier)";
const SEARCH = "[name=utility_account_id] input";
const AMOUNT = `${SELECT} [name=amount] input`;

const focused = (selector) => `${selector}:focus`;

/** Nothing sideways on the page or in the dialog. */
export function fits() {
    for (const el of [
        document.scrollingElement,
        ...document.querySelectorAll(".o_content, .modal-body"),
    ]) {
        if (el.scrollWidth > el.clientWidth) {
            throw new Error(`${el.className || "The page"} scrolls sideways`);
        }
    }
}

// REC-03: an installment at the counter, by keyboard alone
tours.add("utility_installment_keyboard", {
    steps: () => [
        {
            content: "The number of an installment is typed or scanned",
            trigger: focused(SEARCH),
            run: () => type("pp-tour-0001/1"),
        },
        { trigger: ".o_rp_suggestion:contains(John Doe)", run: () => press("Enter") },
        { trigger: `${SELECT} .o_rp_ticked:contains(PP-TOUR-0001/1):contains(1 of 3)` },
        { trigger: `${focused(AMOUNT)}:value(67.50)`, run: () => press("Enter") },
        { trigger: `${REVIEW} [name=document_names]:contains(PP-TOUR-0001/1)` },
        { trigger: `${REVIEW} [name=action_confirm]:focus`, run: () => press("Enter") },
        { trigger: `${DONE} [name=receipt_amount]:contains(67.50)` },
        { trigger: `${DONE} [name=action_record_another]:focus` },
    ],
});

const cancelPlan = [
    { trigger: "button[name=action_open_cancel]:contains(Cancel plan)", run: "click" },
    { trigger: ".modal .alert:contains(202.50)" },
    { trigger: ".modal [name=reason] input", run: "edit Paid at the bank" },
    { trigger: ".modal button[name=action_cancel]", run: "click" },
    { trigger: "body:not(:has(.modal)) [name=cancelled]:contains(Paid at the bank)" },
];

// LST-01, PLN-02: from the landing page to a plan, and its end
tours.add("utility_payment_plan", {
    steps: () => [
        { trigger: "[role=tab][data-tab=payment_plans][aria-selected=false]", run: "click" },
        { trigger: "[role=tab][data-tab=payment_plans][aria-selected=true]" },
        {
            trigger: ".o_data_row:contains(PP-TOUR-0001) .o_utility_number_link",
            run: "click",
        },
        { trigger: ".o_utility_plan [name=amount_remaining]:contains(202.50)" },
        { trigger: ".o_utility_plan [name=installment_ids] .o_data_row:nth-child(3)" },
        { trigger: ".nav-link[name=covered]", run: "click" },
        { trigger: "[name=cover_ids] .o_data_row:contains(INV-TOUR-1)" },
        { trigger: ".nav-link[name=timeline]", run: "click" },
        { trigger: ".o_utility_timeline:contains(Drafted):contains(Activated)" },
        ...cancelPlan,
        { trigger: ".nav-link[name=timeline]", run: "click" },
        { trigger: ".o_utility_timeline li:contains(Cancelled):contains(Paid at the bank)" },
    ],
});

// CON-04, CON-06: the consumer's page shows the plan and what is due of it
tours.add("utility_account_plans", {
    steps: () => [
        { trigger: "[name=figure_current] [name=installments]:contains(67.50)" },
        { trigger: "[name=figure_payoff] [name=deferred]:contains(202.50)" },
        { trigger: ".nav-link[name=plans]", run: "click" },
        {
            trigger: "[name=plan_ids] .o_data_row:contains(202.50) .o_utility_number_link",
            run: "click",
        },
        { trigger: ".o_utility_plan h1:contains(PP-TOUR-0001)" },
    ],
});

tours.add("utility_payment_plan_phone", {
    steps: () => [
        { trigger: "[role=tab][data-tab=payment_plans]", run: "click" },
        { trigger: ".o_kanban_record:contains(PP-TOUR-0001)", run: fits },
        { trigger: ".o_kanban_record:contains(PP-TOUR-0001)", run: "click" },
        { trigger: ".o_utility_plan [name=amount_remaining]:contains(202.50)", run: fits },
        { trigger: "[name=installment_ids] .o_kanban_record:contains(67.50)", run: fits },
        { trigger: ".nav-link[name=covered]", run: "click" },
        { trigger: "[name=cover_ids] .o_kanban_record:contains(INV-TOUR-1)", run: fits },
        { trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)", run: "click" },
        { trigger: "button[name=action_open_cancel]:contains(Cancel plan)", run: "click" },
        { trigger: ".modal [name=reason] input", run: fits },
        ...cancelPlan.slice(2),
    ],
});

// REC-03: an installment at the counter, by touch
tours.add("utility_installment_phone", {
    steps: () => [
        { trigger: focused(SEARCH), run: () => type("john doe") },
        { trigger: ".o_rp_suggestion:contains(John Doe)", run: () => press("Enter") },
        { trigger: `${SELECT} .o_rp_ticked:contains(PP-TOUR-0001/1)`, run: fits },
        { trigger: `${SELECT} .o_rp_document:contains(PP-TOUR-0001/2) input`, run: "click" },
        { trigger: `${AMOUNT}:value(135.00)` },
        { trigger: `${SELECT} [role=radio]:contains(Bill)`, run: "click" },
        {
            content: "What the plan covers isn't ticked by itself",
            trigger: `${SELECT} .o_rp_document:not(.o_rp_ticked):contains(INV-TOUR-1):contains(in plan)`,
            run: fits,
        },
        { trigger: `${SELECT} [role=radio]:contains(Installment)`, run: "click" },
        { trigger: `${AMOUNT}:value(67.50)` },
        { trigger: `${SELECT} [name=action_review]`, run: "click" },
        { trigger: `${REVIEW} [name=action_confirm]`, run: fits },
        { trigger: `${REVIEW} [name=action_confirm]`, run: "click" },
        { trigger: `${DONE} [name=receipt_amount]:contains(67.50)`, run: fits },
    ],
});
