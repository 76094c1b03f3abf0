import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("utility_alert_rule", {
    url: "/odoo/payment-alert-rules",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            trigger: ".o_utility_alert_rule [name='name'] input",
            run: "edit Rate of this month",
        },
        {
            content: "The figures have the names of their tiles",
            trigger: ".o_utility_alert_rule [name='figure'] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Collection Rate)",
            run: "click",
        },
        {
            content: "Without a limit it says what is missing",
            trigger: "[name='preview']:contains(The limit is missing)",
        },
        {
            trigger: ".o_utility_alert_rule div[name='limit'] input",
            run: "edit 90 && press Tab",
        },
        {
            content: "What it would say now",
            trigger: "[name='preview']:contains(is below 90 %):contains(would raise an alert)",
        },
        { trigger: "[name='recipient_note']:contains(Nobody is told)" },
        { trigger: "button[name='action_evaluate']", run: "click" },
        {
            trigger: "button[name='action_view_alerts']:contains(1 open)",
            run: "click",
        },
        {
            content: "One alert: its row leads to it",
            trigger: ".o_list_view .o_data_row .o_data_cell[name='title']:contains(is below 90 %)",
            run: "click",
        },
        { trigger: "button[name='action_assign_to_me']", run: "click" },
        { trigger: ".o_utility_alert [name='user_id']:contains(utility_manager)" },
        { trigger: "button[name='action_snooze_week']", run: "click" },
        { trigger: ".o_utility_alert [name='snoozed']:contains(Snoozed until)" },
        {
            content: "The records that raised it",
            trigger: "button[name='action_open_records']",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains(is below 90 %)" },
        { trigger: ".o_list_view .o_data_row" },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            trigger: ".o_utility_alert button[name='action_open_step']:contains(Resolve)",
            run: "click",
        },
        {
            trigger: ".modal [name='note'] textarea",
            run: "edit The bills went out late",
        },
        {
            trigger: ".modal-footer button:contains(Resolve)",
            run: "click",
        },
        { trigger: ".o_utility_alert [name='resolved']:contains(The bills went out late)" },
        { trigger: ".o_arrow_button_current:contains(Resolved)" },
    ],
});

registry.category("web_tour.tours").add("utility_alert_list", {
    url: "/odoo/payment-alerts",
    steps: () => [
        {
            content: "Open ones come first",
            trigger: ".o_searchview_facet:contains(Open)",
        },
        { trigger: ".o_list_view .o_data_row .o_list_record_selector", run: "click" },
        {
            trigger: ".o_control_panel button[name='action_open_step']:contains(Resolve)",
            run: "click",
        },
        { trigger: ".modal [name='note'] textarea", run: "edit Looked into" },
        { trigger: ".modal-footer button:contains(Resolve)", run: "click" },
        {
            content: "Nothing is left, and the page says what that means",
            trigger: ".o_view_nocontent:contains(nothing needs you)",
        },
    ],
});
