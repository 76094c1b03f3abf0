import { registry } from "@web/core/registry";
import { press } from "@utility_payments/../tests/tours/keyboard";
import { expect } from "./expect";

const tours = registry.category("web_tour.tours");
const SHOWN = ".o_statusbar_buttons > button:not(.o_utility_more)";
const ITEM = ".o-dropdown--menu .dropdown-item";
const DRAWER = ".o_utility_debt_drawer";

/** The header shows exactly these buttons. */
const expectShown = (names) => () => {
    const shown = [...document.querySelectorAll(SHOWN)].map((button) => button.name);
    expect(shown.join() === names.join(), `The header shows ${shown.join()}`);
};

/** Open the menu and press one of its items by keyboard alone. */
const chooseByKeyboard = (label) => [
    {
        trigger: ".o_utility_more",
        run: () => {
            document.querySelector(".o_utility_more").focus();
            press("Enter");
        },
    },
    {
        trigger: `${ITEM}:contains(${label})`,
        run: () => {
            for (const item of document.querySelectorAll(ITEM)) {
                press("ArrowDown");
                if (document.activeElement.textContent.includes(label)) {
                    break;
                }
                expect(item.contains(document.activeElement), "The arrows leave the menu");
            }
            press("Enter");
        },
    },
];

tours.add("utility_account_header", {
    steps: () => [
        {
            content: "What is done every day stands in the header, the rest in a menu",
            trigger: ".o_utility_more",
            run: expectShown([
                "action_record_payment",
                "action_set_up_plan",
                "action_new_request",
                "action_statement",
            ]),
        },
        ...chooseByKeyboard("Promise to pay"),
        { trigger: ".modal [name=amount] input", run: "edit 30" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_utility_more", run: "click" },
        { trigger: `${ITEM}:contains(Open dispute) button`, run: "click" },
        { trigger: ".o_form_view [name=category_id]" },
    ],
});

tours.add("utility_account_header_phone", {
    steps: () => [
        { trigger: ".o_utility_more", run: expectShown(["action_record_payment"]) },
        { trigger: ".o_utility_more", run: "click" },
        { trigger: ".dropdown-item:contains(Set up plan)" },
        { trigger: ".dropdown-item:contains(Promise to pay) button", run: "click" },
        { trigger: ".modal [name=amount] input" },
    ],
});

tours.add("utility_debt_from_cases", {
    steps: () => [
        { trigger: ".o_data_row button[name=action_view_debt]", run: "click" },
        { trigger: `${DRAWER} .o_utility_debt_record`, run: "click" },
        { trigger: ".modal button[name=action_review]:visible", run: "click" },
        {
            trigger: ".modal [name=review]:not(.o_invisible_modifier) [name=action_confirm]",
            run: "click",
        },
        { trigger: ".modal [name=done]:not(.o_invisible_modifier) [name=receipt_numbers]" },
        { trigger: ".modal .btn-close, .modal .oi-arrow-left", run: "click" },
        {
            content: "The list below has read anew: the case is closed",
            trigger: `body:not(:has(.o_list_view .o_data_row)) ${DRAWER}`,
        },
    ],
});
