import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Nothing sideways on the page or in the dialog. */
function fits() {
    for (const el of [
        document.scrollingElement,
        ...document.querySelectorAll(".o_form_view .o_content, .modal-body"),
    ]) {
        if (el.scrollWidth > el.clientWidth) {
            throw new Error(`${el.className || "The page"} scrolls sideways`);
        }
    }
}

const finish = [
    { trigger: "button[name=action_open_done]:contains(Finish)", run: "click" },
    { trigger: ".modal [name=outcome] .o_radio_item:contains(Payment promised) input", run: "click" },
    { trigger: ".modal [name=note] input", run: "edit On Friday" },
    { trigger: ".modal [name=outcome]", run: fits },
    { trigger: ".modal button[name=action_done]", run: "click" },
    { trigger: "body:not(:has(.modal)) [name=outcome]:contains(Payment promised)" },
];

// COL-05: from the consumer's page to a call with its outcome, and a bill that is sent
tours.add("utility_request_desk", {
    steps: () => [
        { trigger: "button[name=action_new_request]", run: "click" },
        { trigger: ".modal [name=type_id] .o_radio_item:contains(Personal call) input", run: "click" },
        { trigger: ".modal [name=type_id] .o_radio_item:contains(Personal call) input:checked" },
        { trigger: ".modal footer button:contains(Create)", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_new_request]", run: "click" },
        { trigger: ".modal [name=type_id] .o_radio_item:contains(E-mail copy) input", run: "click" },
        { trigger: ".modal [name=move_ids] .o_tag:contains(INV-TOUR-1)" },
        { trigger: ".modal footer button:contains(Create)", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_open_requests]", run: "click" },
        {
            content: "The board shows the states; the card of the bill sends it",
            trigger: ".o_kanban_record:contains(E-mail copy of bill) button:contains(Send)",
            run: "click",
        },
        { trigger: ".o_notification:contains(john@example.com)" },
        {
            trigger:
                ".o_kanban_group:contains(In Progress) .o_kanban_record:contains(E-mail copy)",
        },
        { trigger: ".o_kanban_record:contains(Personal call)", run: "click" },
        { trigger: ".o_utility_request button[name=action_start]", run: "click" },
        {
            trigger:
                ".o_utility_request [name=step_ids] .o_data_row:first button[name=action_toggle]",
            run: "click",
        },
        { trigger: "[name=step_ids] .o_data_row:first .fa-check-square-o" },
        ...finish,
        { trigger: "[name=end_note]:contains(On Friday)" },
    ],
});

// COL-05: a collector works on a visit, on a phone
tours.add("utility_request_phone", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Visit) button:contains(Start)",
            run: "click",
        },
        { trigger: ".o_kanban_record:contains(Visit):contains(Finish)", run: "click" },
        { trigger: ".o_utility_request [name=step_ids] .o_kanban_record", run: fits },
        {
            trigger:
                ".o_utility_request [name=step_ids] .o_kanban_record:first button[name=action_toggle]",
            run: "click",
        },
        { trigger: "[name=step_ids] .o_kanban_record:first .fa-check-square-o" },
        ...finish,
    ],
});
