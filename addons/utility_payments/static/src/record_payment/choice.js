import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import {
    BadgeSelectionField,
    badgeSelectionField,
} from "@web/views/fields/badge_selection/badge_selection_field";

/**
 * One of a few, as buttons that the keyboard reaches: one tab stop, arrows choose.
 */
export class ChoiceField extends BadgeSelectionField {
    static template = "utility_payments.ChoiceField";
    static props = {
        ...BadgeSelectionField.props,
        counts: { type: String, optional: true },
        look: { type: String, optional: true },
    };

    count(value) {
        return this.props.record.data[this.props.counts]?.[value] || 0;
    }

    isTabStop(value, index) {
        return this.value ? value === this.value : index === 0;
    }

    choose(value) {
        if (value !== this.value) {
            this.onChange(value);
        }
    }

    onKeydown(ev) {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        const buttons = [...ev.currentTarget.querySelectorAll("button")];
        const index = (buttons.indexOf(ev.target) + step + buttons.length) % buttons.length;
        buttons[index].focus();
        this.choose(this.options[index][0]);
    }
}

registry.category("fields").add("utility_choice", {
    ...badgeSelectionField,
    component: ChoiceField,
    displayName: _t("Choice Buttons"),
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...badgeSelectionField.extractProps(fieldInfo, dynamicInfo),
        counts: fieldInfo.options.counts,
        look: fieldInfo.options.look,
    }),
});
