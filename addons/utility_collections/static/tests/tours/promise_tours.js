import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const MORE = { trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)", run: "click" };

const promise = [
    MORE,
    { trigger: "button[name=action_new_promise]", run: "click" },
    { trigger: ".modal [name=possible]:contains(145.50)" },
    { trigger: ".modal [name=amount] input", run: "edit 60" },
    { trigger: ".modal footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_form_view" },
];
const dispute = [
    { trigger: "button[name=action_open_dispute]", run: "click" },
    { trigger: ".o_form_view [name=category_id] input", run: "click" },
    {
        trigger: ".o-autocomplete--dropdown-item:contains(Meter reading), .modal .o_kanban_record:contains(Meter reading)",
        run: "click",
    },
    { trigger: "[name=description] textarea", run: "edit Two meters" },
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: "[name=number]:contains(DSP-)" },
    { trigger: "[name=hold_amount]:contains(145.50)" },
    { trigger: "[name=stage_time_ids]:contains(New)" },
];

// COL-06: a promise is taken on the consumer's page
tours.add("utility_promise", { steps: () => promise });
tours.add("utility_promise_phone", { steps: () => promise });
// COL-09: a dispute is opened on a bill
tours.add("utility_dispute", { steps: () => dispute });
tours.add("utility_dispute_phone", { steps: () => [MORE, ...dispute] });
