import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("utility_consumer_page", {
    url: "/odoo/consumers",
    steps: () => [
        {
            content: "Search for a part of the name, without accents",
            trigger: ".o_searchview_input",
            run: "fill tour muller",
        },
        {
            content: "Take the one box that looks everywhere",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            content: "Open the consumer",
            trigger: ".o_data_row .o_data_cell:contains(José Tour-Müller)",
            run: "click",
        },
        {
            content: "The page shows who and where",
            trigger: "[name=header_band] [name=number]:contains(TOUR-1)",
        },
        {
            content: "The page shows what is owed",
            trigger: "[name=figure_overdue] [name=overdue_balance]:contains(145.50)",
        },
        {
            content: "Open the bill from the open items",
            trigger: "[name=open_document_ids] .o_data_row:contains(TOUR-BILL-1) button",
            run: "click",
        },
        {
            content: "The bill opens without accounting rights",
            trigger: ".o_form_view h1:contains(TOUR-BILL-1)",
        },
        {
            content: "Go back to the consumer",
            trigger: ".o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "Look at the details",
            trigger: ".o_notebook .nav-link:contains(Details)",
            run: "click",
        },
        {
            content: "What staff must know is there",
            trigger: "[name=special_circumstances] textarea",
        },
    ],
});

registry.category("web_tour.tours").add("utility_new_bill", {
    url: "/odoo/utility-bills",
    steps: () => [
        {
            content: "Start a bill",
            trigger: ".o_control_panel button:contains(New Bill)",
            run: "click",
        },
        {
            content: "Find the consumer by number",
            trigger: "[name=account_id] input",
            run: "edit tour-1",
        },
        {
            content: "Take the suggestion",
            trigger: ".o-autocomplete--dropdown-item:contains(José Tour-Müller)",
            run: "click",
        },
        {
            content: "Enter the amount",
            trigger: "[name=amount] input",
            run: "edit 152.25",
        },
        {
            content: "Record it",
            trigger: "button[name=action_record]",
            run: "click",
        },
        {
            content: "The bill is there",
            trigger: ".o_form_view [name=amount_residual]:contains(152.25)",
        },
    ],
});
