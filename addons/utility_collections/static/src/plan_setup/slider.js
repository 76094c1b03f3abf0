import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A whole number to slide or to type; more than the slider offers can be typed. */
export class SliderField extends Component {
    static template = "utility_collections.SliderField";
    static props = { ...standardFieldProps, maximum: { type: String, optional: true } };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get maximum() {
        return Math.max(this.props.record.data[this.props.maximum] || 12, this.value);
    }

    change(ev) {
        const value = Number.parseInt(ev.target.value, 10);
        if (Number.isInteger(value) && value >= 0) {
            return this.props.record.update({ [this.props.name]: value });
        }
        ev.target.value = this.value;
    }
}

registry.category("fields").add("utility_slider", {
    component: SliderField,
    displayName: _t("Slider"),
    supportedTypes: ["integer"],
    extractProps: ({ options }) => ({ maximum: options.maximum }),
});
