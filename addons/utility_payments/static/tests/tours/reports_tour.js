import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("utility_monthly_report", {
    steps: () => [
        {
            content: "All sections are there, and the check is zero",
            trigger: ".o_utility_regulatory_part[data-key=checks]",
        },
        {
            content: "The month after: the running one",
            trigger: "button[name=action_next]",
            run: "click",
        },
        {
            content: "It is marked as preliminary",
            trigger: ".o_utility_regulatory_part[data-key=receivables]",
        },
        { trigger: ".alert:contains(Preliminary)" },
        {
            content: "A row opens the records behind it",
            trigger:
                ".o_utility_regulatory_part[data-key=channels] button:contains(Walk-in)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row, .o_kanban_view .o_kanban_record" },
        {
            content: "And back",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        { trigger: ".o_utility_regulatory_part[data-key=checks]" },
    ],
});

registry.category("web_tour.tours").add("utility_schedule_favourite", {
    steps: () => [
        {
            content: "Choose the favourite",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_favorite_menu .o-dropdown-item:contains(By channel)",
            run: "click",
        },
        { trigger: ".o_searchview_facet:contains(By channel)" },
        {
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "The cog menu of the screen",
            trigger: ".o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        { trigger: ".o_utility_schedule_menu", run: "click" },
        {
            content: "A schedule of it, to fill in",
            trigger: ".o_form_view .o_field_widget[name=name] input:value(By channel)",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_view button[name=action_send_now]" },
        { trigger: "button[name=action_send_now]", run: "click" },
        { trigger: ".o_notification:contains(being made and sent)" },
    ],
});
