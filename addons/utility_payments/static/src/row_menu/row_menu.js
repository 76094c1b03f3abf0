import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * What the menu at the end of a payment's row offers (LST-02). Add-ons above add
 * their own items:
 *
 *     registry.category("utility_payment_row_menu").add("credit_note", {
 *         label: _t("Create credit note"),
 *         icon: "fa-undo",
 *         method: "action_create_credit_note", // of account.payment
 *         isVisible: (data) => data.utility_state === "posted",
 *     }, { sequence: 40 });
 */
const rowMenuRegistry = registry.category("utility_payment_row_menu");

rowMenuRegistry
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
        },
        { sequence: 50 }
    )
    .add(
        "consumer",
        { label: _t("View consumer"), icon: "fa-user", method: "action_view_consumer" },
        { sequence: 90 }
    );

export class PaymentRowMenu extends Component {
    static template = "utility_payments.PaymentRowMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
    }

    get items() {
        const { data } = this.props.record;
        return rowMenuRegistry
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

registry.category("view_widgets").add("utility_payment_row_menu", {
    component: PaymentRowMenu,
    fieldDependencies: [
        { name: "can_adjust", type: "boolean" },
        { name: "has_receipt", type: "boolean" },
    ],
    listViewWidth: 40,
});
