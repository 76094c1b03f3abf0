import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("utility_adjustment_request", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "Ask for an adjustment from the payment's row",
            trigger: ".o_list_view .o_data_row .o_utility_row_menu button",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu [data-item='adjust']",
            run: "click",
        },
        {
            content: "It says what will happen",
            trigger: ".o_utility_adjustment [name='explanation']:contains(is due again)",
        },
        {
            content: "Without a reason nothing is asked for",
            trigger: "button[name='action_request']",
            run: "click",
        },
        { trigger: ".o_utility_adjustment [name='reason'].o_field_invalid" },
        {
            trigger: "[name='reason'] textarea",
            run: "edit The bank returned the cheque",
        },
        {
            trigger: "button[name='action_request']",
            run: "click",
        },
        { trigger: ".o_arrow_button_current:contains(To approve)" },
        {
            content: "The author gets no button to approve",
            trigger: ".o_utility_adjustment:not(:has(button[name='action_approve']))",
        },
        { trigger: ".alert-warning:contains(Waits for a Billing Manager)" },
    ],
});

registry.category("web_tour.tours").add("utility_adjustment_approve", {
    url: "/odoo/payment-adjustments",
    steps: () => [
        {
            content: "Open what waits",
            trigger: ".o_list_view .o_data_row .o_data_cell[name='number']",
            run: "click",
        },
        {
            trigger: "button[name='action_approve']",
            run: "click",
        },
        { trigger: ".o_arrow_button_current:contains(Done)" },
        { trigger: ".alert-success[name='result']:contains(was taken back)" },
        {
            content: "The payment shows it",
            trigger: "button[name='action_view_payment']",
            run: "click",
        },
        { trigger: ".o_utility_payment_states:contains(Returned)" },
        { trigger: "[name='adjustments']:contains(The bank returned the cheque)" },
        { trigger: ".o_utility_timeline li:contains(Returned):contains(ADJ-)" },
        {
            content: "It can't be adjusted again",
            trigger: ".o_utility_payment:not(:has(button[name='action_request_adjustment']))",
        },
    ],
});

registry.category("web_tour.tours").add("utility_adjustment_refuse", {
    url: "/odoo/payment-adjustments",
    steps: () => [
        {
            trigger: ".o_list_view .o_data_row .o_data_cell[name='number']",
            run: "click",
        },
        {
            trigger: "button[name='action_open_refusal']",
            run: "click",
        },
        {
            trigger: ".modal [name='reason'] input",
            run: "edit The slip says cheque",
        },
        {
            trigger: ".modal button[name='action_refuse']",
            run: "click",
        },
        { trigger: ".alert-danger:contains(The slip says cheque)" },
        { trigger: ".o_arrow_button_current:contains(Refused)" },
    ],
});
