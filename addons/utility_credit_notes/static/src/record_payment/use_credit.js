import { Component } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The offer to use credit, with its amount in words: one switch, one key (CRN-10). */
export class UseCreditField extends Component {
    static template = "utility_credit_notes.UseCreditField";
    static props = {
        ...standardFieldProps,
        amount: { type: String },
        hotkey: { type: String, optional: true },
    };

    get isOn() {
        return this.props.record.data[this.props.name];
    }

    get amount() {
        const { data } = this.props.record;
        const currencyId = data.company_currency_id?.id;
        return formatMonetary(data[this.props.amount], {
            currencyId,
            digits: getCurrency(currencyId)?.digits,
        });
    }

    onChange(ev) {
        return this.props.record.update({ [this.props.name]: ev.target.checked });
    }
}

registry.category("fields").add("utility_use_credit", {
    component: UseCreditField,
    displayName: _t("Use Credit"),
    supportedTypes: ["boolean"],
    extractProps: ({ options }) => ({ amount: options.amount, hotkey: options.hotkey }),
});
