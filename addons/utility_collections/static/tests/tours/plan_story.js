import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const SEARCH = "[name=utility_account_id] input";
const REVIEW = "[name=review]:not(.o_invisible_modifier)";
const DONE = "[name=done]:not(.o_invisible_modifier)";

/** A row of the schedule that is drawn at once. */
const scheduled = (date, amount) => ({
    trigger: `[name=row_ids] tr:contains(${date}):contains(${amount})`,
});

const firstDate = (date) => [
    { trigger: "[name=first_due_date] button, [name=first_due_date] input", run: "click" },
    {
        trigger: "[name=first_due_date] input",
        run: `edit ${date}`,
    },
    { trigger: ".o_form_view [name=debt] h3", run: "click" },
];

tours.add("utility_plan_story_set_up", {
    steps: () => [
        { trigger: SEARCH, run: "edit john doe" },
        { trigger: ".o_rp_suggestion:contains(John Doe)", run: "click" },
        { content: "What is overdue is chosen", trigger: "[name=amount_covered]:contains(202.50)" },
        ...firstDate("04/15/2025"),
        scheduled("04/15/2025", "67.50"),
        scheduled("05/15/2025", "67.50"),
        scheduled("06/15/2025", "67.50"),
        { trigger: "[name=total]:contains(202.50)" },
        { trigger: "button[name=action_activate]:visible", run: "click" },
        { trigger: ".o_form_view:contains(PP-2025-0034) .o_arrow_button_current:contains(Active)" },
    ],
});

tours.add("utility_plan_story_pay", {
    steps: () => [
        { trigger: SEARCH, run: "edit john doe" },
        { trigger: ".o_rp_suggestion:contains(John Doe)", run: "click" },
        {
            trigger: "[name=utility_type] [role=tab]:contains(Installment), [name=utility_type] [role=radio]:contains(Installment)",
            run: "click",
        },
        { trigger: ".o_form_view:contains(PP-2025-0034)" },
        { trigger: "[name=select]:not(.o_invisible_modifier) [name=to_pay]:contains(67.50)" },
        { trigger: "button[name=action_review]:visible", run: "click" },
        { trigger: `${REVIEW} [name=action_confirm]`, run: "click" },
        { trigger: `${DONE} [name=receipt_numbers]:contains(R-5001)` },
    ],
});

tours.add("utility_plan_story_modify", {
    steps: () => [
        { trigger: ".o_form_view:contains(PP-2025-0034) .o_arrow_button_current:contains(Broken)" },
        { trigger: "button[name=action_modify]:visible", run: "click" },
        { trigger: ".o_utility_plan_setup [name=amount_covered]:contains(135.00)" },
        { trigger: "[name=installment_count] input[type=number]", run: "edit 2" },
        ...firstDate("06/15/2025"),
        scheduled("06/15/2025", "67.50"),
        scheduled("07/15/2025", "67.50"),
        { content: "Beside the version that is replaced", trigger: "[name=comparison]" },
        { trigger: "button[name=action_activate]:visible", run: "click" },
        {
            trigger: ".o_form_view:contains(PP-2025-0034 version 2) .o_arrow_button_current:contains(Active)",
        },
    ],
});
