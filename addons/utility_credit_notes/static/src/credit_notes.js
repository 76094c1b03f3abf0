import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { rowMenu } from "@utility_payments/row_menu/row_menu";

/** How much of a credit is used: a bar, and the share with one decimal (CRN-09). */
export class UsageBar extends Component {
    static template = "utility_credit_notes.UsageBar";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || 0;
    }

    get label() {
        return _t("%s %", formatFloat(this.value, { digits: [16, 1] }));
    }
}

registry.category("fields").add("utility_usage_bar", {
    component: UsageBar,
    supportedTypes: ["float"],
});

// LST-01: the second tab of the landing page
registry.category("utility_payment_tabs").add(
    "credit_notes",
    {
        label: _t("Credit Notes"),
        model: "utility.credit.note",
        action: "utility_credit_notes.utility_credit_note_action",
    },
    { sequence: 20 }
);

// CRN-07: what the search menu can't ask for
registry.category("utility_list_filters").add("utility.credit.note", [
    { name: "create_date", kind: "datetime", label: _t("Created") },
    { name: "amount", kind: "amount", label: _t("Amount") },
    {
        name: "reason_id",
        kind: "several",
        label: _t("Reason"),
        relation: "utility.credit.reason",
    },
]);

// CRN-01: from the row of a payment
registry.category("utility_payment_row_menu").add(
    "credit_note",
    {
        label: _t("Create credit note"),
        icon: "fa-undo",
        method: "action_create_credit_note",
        isVisible: (data) => data.can_credit,
        fields: [{ name: "can_credit", type: "boolean" }],
    },
    { sequence: 40 }
);

// CRN-07: the menu of a credit note
registry
    .category("utility_credit_note_row_menu")
    .add(
        "details",
        { label: _t("View details"), icon: "fa-file-text-o", method: "action_view_details" },
        { sequence: 10 }
    )
    .add(
        "apply",
        {
            label: _t("Apply to..."),
            icon: "fa-check",
            method: "action_open_apply",
            isVisible: (data) => data.can_apply,
            fields: [{ name: "can_apply", type: "boolean" }],
        },
        { sequence: 20 }
    )
    .add(
        "print",
        { label: _t("Print credit note"), icon: "fa-print", method: "action_print_note" },
        { sequence: 30 }
    )
    .add(
        "view",
        { label: _t("View credit note"), icon: "fa-search", method: "action_view_note" },
        { sequence: 40 }
    )
    .add(
        "download",
        { label: _t("Download"), icon: "fa-download", method: "action_download_note" },
        { sequence: 50 }
    )
    .add(
        "consumer",
        { label: _t("View consumer"), icon: "fa-user", method: "action_view_consumer" },
        { sequence: 90 }
    );

registry
    .category("view_widgets")
    .add("utility_credit_note_row_menu", rowMenu("utility_credit_note_row_menu"));
