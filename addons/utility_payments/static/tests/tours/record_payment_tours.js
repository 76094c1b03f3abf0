import { registry } from "@web/core/registry";
import { press, type } from "./keyboard";

const tours = registry.category("web_tour.tours");
const SELECT = "[name=select]:not(.o_invisible_modifier)";
const REVIEW = "[name=review]:not(.o_invisible_modifier)";
const DONE = "[name=done]:not(.o_invisible_modifier)";
const SEARCH = "[name=utility_account_id] input";
const AMOUNT = `${SELECT} [name=amount] input`;

const focused = (selector) => `${selector}:focus`;

const chooseJohn = [
    { content: "The search has the focus", trigger: focused(SEARCH), run: () => type("john doe") },
    { trigger: ".o_rp_suggestion:contains(John Doe)", run: () => press("Enter") },
];

tours.add("utility_record_payment_keyboard", {
    steps: () => [
        ...chooseJohn,
        {
            content: "The amount of the oldest bill is selected",
            trigger: focused(AMOUNT),
            run() {
                const { value, selectionStart, selectionEnd } = document.activeElement;
                if (value !== "145.50" || selectionEnd - selectionStart !== 6) {
                    throw new Error(`The amount isn't ready to be replaced: ${value}`);
                }
                type("140");
            },
        },
        { trigger: `${SELECT} [name=amount_left]:contains(5.50)` },
        {
            trigger: focused(AMOUNT),
            run() {
                document.activeElement.select();
                type("145.50");
                document.querySelector("[name=tendered] input").focus();
            },
        },
        { trigger: focused("[name=tendered] input"), run: () => type("150") },
        { trigger: `${SELECT} [name=change]:contains(4.50)`, run: () => press("Enter") },
        { trigger: `${REVIEW} [name=action_confirm]:focus`, run: () => press("Escape") },
        { trigger: focused(AMOUNT), run: () => press("Enter") },
        { trigger: `${REVIEW} [name=action_confirm]:focus`, run: () => press("Enter") },
        { trigger: `${DONE} [name=receipt_change]:contains(4.50)` },
        { trigger: `${DONE} [name=action_record_another]:focus`, run: () => press("Enter") },
        { content: "Ready for the next consumer", trigger: focused(SEARCH) },
    ],
});

tours.add("utility_record_payment_double_click", {
    steps: () => [
        ...chooseJohn,
        { trigger: focused(AMOUNT), run: () => press("Enter") },
        {
            trigger: `${REVIEW} [name=action_confirm]:focus`,
            run() {
                const button = document.activeElement;
                button.click();
                button.click();
                button.removeAttribute("disabled");
                button.click();
            },
        },
        { trigger: `${DONE} [name=receipt_numbers]` },
    ],
});

function wrongAmount(text, where, message) {
    return [
        {
            trigger: AMOUNT,
            run() {
                document.querySelector(AMOUNT).focus();
                document.activeElement.select();
                type(text);
                press("Enter");
            },
        },
        { trigger: `${SELECT} ${where}:contains(${message})` },
    ];
}

tours.add("utility_record_payment_wrong_amounts", {
    steps: () => [
        ...chooseJohn,
        { trigger: focused(AMOUNT) },
        ...wrongAmount("12x", ".o_utility_wrong_text", "12x is not an amount"),
        ...wrongAmount("145,50", ".o_utility_wrong_text", "145,50 is not an amount"),
        ...wrongAmount("145.505", ".o_utility_wrong_text", "too many decimals"),
        ...wrongAmount("0", ".o_rp_refusal", "above zero"),
        ...wrongAmount("9000", "[name=message]", "at most"),
        {
            content: "A refusal leaves the focus where it was",
            trigger: focused(AMOUNT),
            run() {
                document.activeElement.select();
                type("145.50");
            },
        },
        { trigger: `${SELECT} [role=radio]:contains(Cheque)`, run: "click" },
        { trigger: `${SELECT} [name=reference] input`, run: () => press("Enter") },
        { trigger: ".o_rp_refusal:contains(Cheque needs a reference)" },
        { content: "The missing value has the focus", trigger: "[name=reference] input:focus" },
    ],
});

tours.add("utility_record_payment_dialog", {
    steps: () => [
        { trigger: "button[name=action_record_payment]", run: "click" },
        { trigger: `.modal ${focused(AMOUNT)}`, run: () => press("Enter") },
        { trigger: `.modal ${REVIEW} [name=action_confirm]:focus`, run: () => press("Escape") },
        { trigger: `.modal ${focused(AMOUNT)}`, run: () => press("Escape") },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "button[name=action_record_payment]", run: "click" },
        { trigger: `.modal ${focused(AMOUNT)}`, run: () => press("Enter") },
        { trigger: `.modal ${REVIEW} [name=action_confirm]:focus`, run: () => press("Enter") },
        { trigger: `.modal ${DONE} [name=receipt_numbers]` },
        { trigger: ".modal .btn-close", run: "click" },
        {
            content: "The page shows the balance after the payment",
            trigger: "body:not(:has(.modal)) [name=current_balance]:contains(60.00)",
        },
    ],
});

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

tours.add("utility_record_payment_phone", {
    steps: () => [
        ...chooseJohn,
        { trigger: focused(AMOUNT), run: () => type("160") },
        {
            content: "More than owed was typed: it may be what was handed over",
            trigger: `${SELECT} .o_rp_extra:contains(14.50)`,
            run: "click",
        },
        { trigger: `${AMOUNT}:value(145.50)` },
        { trigger: `${SELECT} [name=tendered] input:value(160.00)` },
        { trigger: AMOUNT, run: fits },
        { trigger: `${SELECT} .o_rp_quick button:contains(150.00)`, run: "click" },
        { trigger: `${SELECT} [name=change]:contains(4.50)`, run: fits },
        { trigger: `${SELECT} [name=action_review]`, run: "click" },
        { trigger: `${REVIEW} [name=action_confirm]`, run: fits },
        { trigger: `${REVIEW} [name=action_confirm]`, run: "click" },
        { trigger: `${DONE} [name=receipt_change]:contains(4.50)`, run: fits },
    ],
});

tours.add("utility_record_payment_scan", {
    steps: () => [
        {
            content: "A scanner types the number of the bill and Enter, faster than answers come",
            trigger: focused(SEARCH),
            run() {
                type("scan-000002");
                press("Enter");
            },
        },
        { trigger: `${focused(AMOUNT)}:value(60.00)` },
        {
            trigger: `${SELECT} .o_rp_ticked:contains(SCAN-000002)`,
            run: () => press("Enter"),
        },
        { trigger: `${REVIEW} [name=document_names]:contains(SCAN-000002)` },
    ],
});
