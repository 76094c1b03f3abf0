import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The menu at the end of a row: methods of the record, from a registry of its own.
 *
 *     registry.category("utility_payment_row_menu").add("credit_note", {
 *         label: _t("Create credit note"),
 *         icon: "fa-undo",
 *         method: "action_create_credit_note", // of account.payment
 *         isVisible: (data) => data.can_credit,
 *         fields: [{ name: "can_credit", type: "boolean" }],
 *     }, { sequence: 40 });
 */
export class RowMenu extends Component {
    static template = "utility_payments.RowMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps, category: String };

    setup() {
        this.action = useService("action");
    }

    get items() {
        const { data } = this.props.record;
        return registry
            .category(this.props.category)
            .getEntries()
            .map(([id, item]) => ({ id, ...item }))
            .filter((item) => !item.isVisible || item.isVisible(data));
    }

    onSelected(item) {
        const { record } = this.props;
        return this.action.doActionButton({
            type: "object",
            name: item.method,
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
            onClose: () => record.model.root.load(),
        });
    }
}

/** A view widget with the items of a registry. */
export function rowMenu(category) {
    return {
        component: RowMenu,
        extractProps: () => ({ category }),
        // Also what the items of add-ons above look at
        fieldDependencies: () =>
            registry
                .category(category)
                .getAll()
                .flatMap((item) => item.fields || []),
        listViewWidth: 40,
    };
}

/** What the menu of a payment offers (LST-02); add-ons above add their own items. */
registry
    .category("utility_payment_row_menu")
    .add(
        "details",
        { label: _t("View details"), icon: "fa-file-text-o", method: "action_view_details" },
        { sequence: 10 }
    )
    .add(
        "receipt",
        {
            label: _t("View receipt"),
            icon: "fa-search",
            method: "action_view_receipt",
            isVisible: (data) => data.has_receipt,
            fields: [{ name: "has_receipt", type: "boolean" }],
        },
        { sequence: 20 }
    )
    .add(
        "print",
        {
            label: _t("Print receipt"),
            icon: "fa-print",
            method: "action_print_receipt",
            isVisible: (data) => data.has_receipt,
            fields: [{ name: "has_receipt", type: "boolean" }],
        },
        { sequence: 30 }
    )
    .add(
        "adjust",
        {
            label: _t("Request adjustment"),
            icon: "fa-wrench",
            method: "action_request_adjustment",
            isVisible: (data) => data.can_adjust,
            fields: [{ name: "can_adjust", type: "boolean" }],
        },
        { sequence: 50 }
    )
    .add(
        "consumer",
        { label: _t("View consumer"), icon: "fa-user", method: "action_view_consumer" },
        { sequence: 90 }
    );

registry
    .category("view_widgets")
    .add("utility_payment_row_menu", rowMenu("utility_payment_row_menu"));
