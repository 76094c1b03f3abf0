import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("utility_payment_details", {
    url: "/odoo/payments",
    steps: () => [
        {
            content: "Search by the account number",
            trigger: ".o_searchview_input",
            run: "edit wu-tour",
        },
        {
            trigger: ".o_searchview_autocomplete:contains(Payment or consumer)",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        { trigger: ".o_facet_value:contains(wu-tour)" },
        {
            content: "One of two payments is left; open its menu",
            trigger: ".o_list_view:has(.o_data_row:count(1)) .o_utility_row_menu button",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu [data-item='details']",
            run: "click",
        },
        {
            content: "It waits for verification",
            trigger: ".o_utility_payment_states:contains(Pending)",
        },
        {
            trigger: "button[name='action_verify']",
            run: "click",
        },
        {
            content: "The timeline says who verified it",
            trigger: ".o_utility_timeline li:contains(Verified):contains(utility_clerk)",
        },
        {
            content: "The consumer opens the 360° page",
            trigger: ".o_utility_consumer_link",
            run: "click",
        },
        {
            trigger: ".o_form_view a[name='payments']",
            run: "click",
        },
        {
            content: "And the receipt leads back to the payment",
            trigger: "div[name='payment_ids'] .o_utility_number_link",
            run: "click",
        },
        { trigger: ".o_utility_payment_states:contains(Verified)" },
    ],
});
