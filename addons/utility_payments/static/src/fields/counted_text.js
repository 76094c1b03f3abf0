import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { TextField, textField } from "@web/views/fields/text/text_field";
import { useState } from "@odoo/owl";

/** A text with a live counter of its characters (REC-10). */
export class CountedTextField extends TextField {
    static template = "utility_payments.CountedTextField";
    static props = { ...TextField.props, limit: { type: String, optional: true } };

    setup() {
        super.setup();
        this.typed = useState({ length: (this.props.record.data[this.props.name] || "").length });
    }

    get limit() {
        return this.props.record.data[this.props.limit];
    }

    count(ev) {
        this.typed.length = ev.target.value.trim().length;
    }
}

registry.category("fields").add("utility_counted_text", {
    ...textField,
    component: CountedTextField,
    displayName: _t("Text with Counter"),
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...textField.extractProps(fieldInfo, dynamicInfo),
        limit: fieldInfo.options.limit,
    }),
});
