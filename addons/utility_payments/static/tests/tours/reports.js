import { registry } from "@web/core/registry";

const openReport = (menu) => [
    {
        trigger: "[data-menu-xmlid='utility_payments.menu_reporting']",
        run: "click",
    },
    {
        trigger: `[data-menu-xmlid='utility_payments.${menu}']`,
        run: "click",
    },
];
const openFavourite = (name) => [
    {
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        trigger: `.o_favorite_menu .o-dropdown-item:contains(${name})`,
        run: "click",
    },
    { trigger: `.o_facet_value:contains(${name})` },
];

registry.category("web_tour.tours").add("utility_reports", {
    url: "/odoo/payments",
    steps: () => [
        ...openReport("utility_payment_report_menu"),
        {
            content: "Months by channels, of what was collected",
            trigger: ".o_pivot th:contains(Walk-in)",
        },
        { trigger: ".o_facet_value:contains(Collected)" },
        { trigger: ".o_facet_value:contains(Last 12 months)" },
        ...openFavourite("Collections by cashier and day"),
        { trigger: ".o_pivot th:contains(utility_clerk)" },
        {
            content: "What is in a cell",
            trigger: ".o_pivot .o_value:contains(21.00)",
            run: "click",
        },
        {
            content: "leads to the payment",
            trigger: ".o_list_view .o_data_row .o_data_cell:contains(21.00)",
            run: "click",
        },
        { trigger: ".o_utility_payment_states:contains(Posted)" },
        ...openReport("utility_collection_report_menu"),
        { trigger: ".o_pivot th:contains(Collection Rate)" },
        ...openFavourite("Rate and time by category"),
        { trigger: ".o_pivot th:contains(Residential)" },
        {
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        { trigger: ".o_graph_canvas_container canvas" },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_group_header:contains(Residential)",
            run: "click",
        },
        {
            content: "A day leads to its payments",
            trigger: ".o_data_row button[name='action_view_payments']",
            run: "click",
        },
        { trigger: ".o_last_breadcrumb_item:contains(Payments of)" },
        {
            trigger: ".o_data_row .o_data_cell[name='amount']:contains(21.00)",
        },
        ...openReport("utility_allocation_report_menu"),
        ...openFavourite("Cohort"),
        { trigger: ".o_pivot th:contains(Same month)" },
        ...openReport("utility_receivable_report_menu"),
        ...openFavourite("Aging by category"),
        {
            content: "Credit stands beside the debts",
            trigger: ".o_pivot th:contains(Over 90 days)",
        },
        { trigger: ".o_pivot th:contains(Credit)" },
    ],
});
