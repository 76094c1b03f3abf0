import { registry } from "@web/core/registry";

const REQUEST = "utility.usage.event/log";

/** Requests to count something that this page has made. */
const requests = () =>
    performance.getEntriesByType("resource").filter(({ name }) => name.includes(REQUEST));

const leavePage = {
    content: "leave the page, as far as the script can tell",
    trigger: ".o_form_view",
    run: () => window.dispatchEvent(new Event("pagehide")),
};

const useScreens = [
    { trigger: "[data-figure=total_collected] .o_ul_open", run: "click" },
    { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
    { trigger: "[data-figure=total_collected] .o_ul_open" },
    { trigger: ".o_utility_filters", run: "click" },
    { trigger: "[data-filter=amount] input[data-end=from]", run: "edit 1" },
    { trigger: ".o_utility_filters_buttons .btn-primary", run: "click" },
    { trigger: ".o_searchview_facet:contains('Amount')" },
    { trigger: ".o_data_row .o_data_cell[name=amount]", run: "click" },
    { trigger: ".o_form_view" },
    leavePage,
];

registry.category("web_tour.tours").add("utility_usage_on", {
    steps: () => [
        ...useScreens,
        {
            content: "what was done is sent, in one request",
            trigger: ".o_form_view",
            async run() {
                for (let wait = 0; wait < 100 && !requests().length; wait++) {
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
                if (requests().length !== 1) {
                    throw new Error(`${requests().length} requests`);
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("utility_usage_off", {
    steps: () => [
        ...useScreens,
        {
            content: "nothing is sent",
            trigger: ".o_form_view",
            async run() {
                await new Promise((resolve) => setTimeout(resolve, 500));
                if (requests().length) {
                    throw new Error("usage is switched off, and was sent");
                }
            },
        },
    ],
});
