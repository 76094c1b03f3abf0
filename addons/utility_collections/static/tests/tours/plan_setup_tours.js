import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ROWS = ".o_ps_rows .o_data_row";

function chooseConsumer(name) {
    return [
        {
            content: "Search the consumer",
            trigger: "[name=utility_account_id] input",
            run: `edit ${name}`,
        },
        { trigger: `.o_rp_suggestion:contains(${name})`, run: "click" },
        { trigger: ".o_ps_debts .o_rp_ticked" },
    ];
}

const sum = (amount) => ({ trigger: `.o_ps_sum:contains(${amount})` });

tours.add("utility_plan_setup", {
    steps: () => [
        ...chooseConsumer("John Doe"),
        { content: "Overdue debt is ticked, the other isn't", ...sum("202.50") },
        {
            content: "Covered debt says where",
            trigger: ".o_ps_blocked:contains(In plan PP-) input:disabled",
        },
        { trigger: ".o_rp_document:not(.o_rp_ticked):not(.o_ps_blocked) input", run: "click" },
        sum("262.50"),
        { trigger: ".o_rp_all:contains(Untick all)", run: "click" },
        { trigger: "[name=message]:contains(needs debt)" },
        { trigger: ".o_rp_all:contains(Tick all)", run: "click" },
        sum("262.50"),
        { trigger: ".o_rp_document:last-child input", run: "click" },
        sum("202.50"),
        { content: "The schedule follows", trigger: `${ROWS}:nth-child(3):contains(67.50)` },
        { content: "Put these terms aside", trigger: ".o_ps_keep", run: "click" },
        { trigger: ".o_ps_simulation:contains(3 × monthly):contains(On the screen)" },
        {
            content: "Slide to five",
            trigger: ".o_ps_slider input[type=range]",
            run: "range 5",
        },
        { trigger: `${ROWS}:nth-child(5):contains(40.50)` },
        { trigger: ".o_ps_keep", run: "click" },
        { trigger: ".o_ps_simulation:contains(5 × monthly):contains(On the screen)" },
        {
            content: "A down payment that leaves nothing is refused at once",
            trigger: "[name=down_payment] input",
            run: "edit 202.50",
        },
        { trigger: "[name=message]:contains(leaves nothing)" },
        { trigger: ".o_utility_plan_setup:not(:has([name=action_activate]))" },
        {
            content: "Back to the first simulation",
            trigger: ".o_ps_simulation:contains(3 × monthly) button:contains(Use these)",
            run: "click",
        },
        { trigger: `${ROWS}:nth-child(3):contains(67.50)` },
        { trigger: "[name=down_payment] input:value(0.00)" },
        { trigger: "[name=action_activate]", run: "click" },
        {
            content: "The plan is in force",
            trigger: ".o_utility_plan .o_arrow_button_current:contains(Active)",
        },
    ],
});

/** From the consumer's page, who needn't be searched any more. */
const fromConsumer = [
    { trigger: "button[name=action_set_up_plan]", run: "click" },
    { trigger: ".o_utility_plan_setup:contains(John Doe)" },
    { trigger: ".o_ps_debts .o_rp_ticked" },
    sum("202.50"),
    { trigger: "[name=action_activate]", run: "click" },
    { trigger: ".o_utility_plan [name=amount_covered]:contains(202.50)" },
];

tours.add("utility_account_set_up_plan", { steps: () => fromConsumer });

tours.add("utility_account_set_up_plan_phone", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)", run: "click" },
        ...fromConsumer,
    ],
});

tours.add("utility_plan_setup_custom", {
    steps: () => [
        ...chooseConsumer("John Doe"),
        { trigger: "[name=frequency] button:contains(Custom)", run: "click" },
        { trigger: ".o_ps_rows .o_field_x2many_list_row_add" },
        { trigger: `${ROWS}:nth-child(2) [name=amount]`, run: "click" },
        { trigger: `${ROWS}:nth-child(2) [name=amount] input`, run: "edit 35.00" },
        { trigger: ".o_ps_grid .o_rp_heading:contains(Terms)", run: "click" },
        { trigger: "[name=message]:contains(32.50 are missing)" },
        { trigger: `${ROWS}:nth-child(3) [name=amount]`, run: "click" },
        { trigger: `${ROWS}:nth-child(3) [name=amount] input`, run: "edit 100.00" },
        { trigger: ".o_ps_grid .o_rp_heading:contains(Terms)", run: "click" },
        { trigger: "[name=total]:contains(202.50)" },
        { trigger: "[name=action_activate]", run: "click" },
        { trigger: ".o_utility_plan .o_arrow_button_current:contains(Active)" },
    ],
});

tours.add("utility_plan_setup_phone", {
    steps: () => [
        ...chooseConsumer("John Doe"),
        sum("202.50"),
        {
            content: "One column: nothing is wider than the screen",
            trigger: ".o_utility_plan_setup",
            run() {
                const wide = document.scrollingElement.scrollWidth > window.innerWidth;
                const grid = document.querySelector(".o_ps_grid");
                if (wide || getComputedStyle(grid).gridTemplateColumns.includes(" ")) {
                    throw new Error("The page doesn't fit a phone");
                }
            },
        },
        {
            trigger: ".o_ps_slider input[type=number]",
            run: "edit 7 && press Tab",
        },
        { trigger: "[name=limit_message]:contains(Recovery Executive)" },
        { trigger: "[name=action_ask_executive]", run: "click" },
        { trigger: ".o_utility_plan:contains(PP-)" },
    ],
});

tours.add("utility_plan_modify", {
    steps: () => [
        { trigger: "button[name=action_modify]", run: "click" },
        { trigger: ".o_ps_strip:contains(New version of)" },
        sum("135.00"),
        { trigger: ".o_ps_comparison th:contains(Version 2)" },
        {
            trigger: ".o_ps_slider input[type=number]",
            run: "edit 6 && press Tab",
        },
        { trigger: ".o_ps_comparison tbody tr:nth-child(6):contains(22.50)" },
        { trigger: "[name=action_activate]", run: "click" },
        { trigger: ".o_utility_plan h1:contains(version 2)" },
        { trigger: "a[name=versions]", run: "click" },
        { trigger: ".o_ps_comparison tbody tr:contains(67.50):contains(22.50)" },
    ],
});
