import { registry } from "@web/core/registry";
import { press, type } from "@utility_payments/../tests/tours/keyboard";

const tours = registry.category("web_tour.tours");
const SELECT = "[name=select]:not(.o_invisible_modifier)";
const REVIEW = "[name=review]:not(.o_invisible_modifier)";
const DONE = "[name=done]:not(.o_invisible_modifier)";
const SEARCH = "[name=utility_account_id] input";
const AMOUNT = `${SELECT} [name=amount] input`;
const OFFER = ".o_rp_notices .o_rp_use_credit";

/** Nothing sideways, and the main button of the step is on the screen. */
function fits() {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    const content = document.querySelector(".o_content");
    if (scrollWidth > clientWidth || content.scrollWidth > content.clientWidth) {
        throw new Error("The page scrolls sideways");
    }
    const button = [...document.querySelectorAll(".o_rp_primary")].find((el) => el.offsetParent);
    const { top, bottom } = button.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) {
        throw new Error("The main button is out of sight");
    }
}

const chooseJohn = [
    { trigger: `${SEARCH}:focus`, run: () => type("john doe") },
    { trigger: ".o_rp_suggestion:contains(John Doe)", run: () => press("Enter") },
];

tours.add("utility_record_payment_credit_keyboard", {
    steps: () => [
        ...chooseJohn,
        {
            content: "Credit is offered, and the amount waits for its key as ever",
            trigger: `body:has(${OFFER}:contains(4.50)) ${AMOUNT}:focus:value(145.50)`,
            run: () => press("u", { altKey: true }),
        },
        { trigger: `body:has(${OFFER}.o_rp_used) ${AMOUNT}:value(141.00)` },
        { trigger: `${SELECT} .o_rp_credit_row [name=credit_used]:contains(4.50)` },
        { trigger: `${OFFER} input:focus`, run: () => press("Enter") },
        { trigger: `${REVIEW} [name=review_total] [name=credit_of_visit]:contains(4.50)` },
        { trigger: `${REVIEW} [name=review_total] [name=total_paid]:contains(141.00)` },
        { trigger: `${REVIEW} [name=action_confirm]:focus`, run: () => press("Escape") },
        { content: "Back, nothing was lost", trigger: `${AMOUNT}:focus:value(141.00)`, run: () => press("Enter") },
        {
            content: "Confirmed once, however often the button is hit",
            trigger: `${REVIEW} [name=action_confirm]:focus`,
            run() {
                const button = document.activeElement;
                button.click();
                button.click();
                button.removeAttribute("disabled");
                button.click();
            },
        },
        { trigger: `${DONE} [name=receipt_amount]:contains(141.00)` },
        { trigger: `${DONE} [name=credit_done]:contains(4.50)` },
        { trigger: `${DONE} [name=action_record_another]:focus` },
    ],
});

tours.add("utility_record_payment_credit_phone", {
    steps: () => [
        ...chooseJohn,
        { trigger: `${AMOUNT}:focus:value(3.00)`, run: fits },
        { trigger: `${OFFER} input`, run: "click" },
        {
            content: "Nothing is asked for that credit makes needless",
            trigger: `body:not(:has(${SELECT} [name=how]:not(.o_invisible_modifier))) .o_rp_credit_only`,
            run: fits,
        },
        { trigger: `${SELECT} [name=action_review]`, run: "click" },
        { trigger: `${REVIEW} [name=action_confirm]`, run: fits },
        { trigger: `${REVIEW} [name=action_confirm]`, run: "click" },
        { trigger: `${DONE} [name=credit_done] h2:contains(Paid with credit)` },
        {
            content: "There is no receipt of a payment that was not made",
            trigger: `${DONE}:not(:has([name=action_print_receipt]:visible)) [name=credit_done]:contains(3.00)`,
            run: fits,
        },
    ],
});
