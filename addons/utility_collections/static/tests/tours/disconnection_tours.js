import { registry } from "@web/core/registry";
import { fits } from "@utility_collections/../tests/tours/payment_plan_tours";

const tours = registry.category("web_tour.tours");
const FORM = ".o_utility_disconnection";
const shows = (state) => ({ trigger: `${FORM} .o_arrow_button_current:contains(${state})` });
const click = (trigger) => ({ trigger, run: "click" });

// COL-07: an order is drafted, ordered, sent out and called off
tours.add("utility_disconnection_desk", {
    steps: () => [
        click(".o_control_panel .o-kanban-button-new, .o_control_panel .o_list_button_add"),
        { trigger: `${FORM} [name=utility_account_id] input`, run: "edit John Doe" },
        click(".o-autocomplete--dropdown-item:contains(John Doe)"),
        click(`${FORM} button[name=action_order]`),
        shows("Ordered"),
        { trigger: `${FORM} [name=connection_state]:contains(Disconnection pending)` },
        click(`${FORM} .o_statusbar_buttons button:contains(Dispatch)`),
        {
            trigger: ".modal [name=technician_id] input",
            run: "edit utility_collector",
        },
        click(".o-autocomplete--dropdown-item:contains(utility_collector)"),
        click(".modal button[name=action_dispatch]"),
        { trigger: "body:not(:has(.modal))" },
        shows("Dispatched"),
        { trigger: `${FORM} [name=decision_ids] .o_data_row:contains(When dispatched)` },
        click(`${FORM} .o_statusbar_buttons button:contains(Cancel)`),
        { trigger: ".modal [name=reason] input", run: "edit Wrong house" },
        click(".modal button[name=action_confirm]:visible"),
        { trigger: `body:not(:has(.modal)) ${FORM} [name=cancelled]:contains(Wrong house)` },
    ],
});

// COL-07: the crew's phone: its orders, and the proof
tours.add("utility_disconnection_phone", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(John Doe)" },
        { trigger: ".o_kanban_record .o_utility_execute", run: fits },
        click(".o_kanban_record:contains(John Doe) .o_utility_execute"),
        { trigger: ".modal [name=consumer_name]:contains(John Doe)" },
        { trigger: ".modal [name=reading] input", run: "edit 10482,5" },
        { trigger: ".modal [name=note] input", run: "edit Sealed" },
        { trigger: ".modal .o_utility_execute", run: fits },
        click(".modal button[name=action_confirm]:visible"),
        { trigger: "body:not(:has(.modal))" },
    ],
});

// COL-07: who paid meanwhile isn't cut off, and the phone says why
tours.add("utility_disconnection_phone_paid", {
    steps: () => [
        click(".o_kanban_record:contains(John Doe) .o_utility_execute"),
        click(".modal button[name=action_confirm]:visible"),
        { trigger: ".o_error_dialog, .modal:contains(can't be disconnected)" },
    ],
});
