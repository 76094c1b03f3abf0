import { Component } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { getCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Open documents with tick boxes; the whole row is the tick box (REC-03). */
export class DocumentPickerField extends Component {
    static template = "utility_payments.DocumentPickerField";
    static props = { ...standardFieldProps };

    get lines() {
        return this.props.record.data[this.props.name].records;
    }

    get allTicked() {
        return this.lines.every((line) => line.data.selected);
    }

    due(line) {
        return line.data.date_due ? formatDate(line.data.date_due) : "";
    }

    outstanding(line) {
        const currencyId = this.props.record.data.company_currency_id?.id;
        return formatMonetary(line.data.outstanding, {
            currencyId,
            digits: getCurrency(currencyId)?.digits,
        });
    }

    toggle(line) {
        return line.update({ selected: !line.data.selected });
    }

    async toggleAll() {
        const selected = !this.allTicked;
        for (const line of this.lines) {
            if (line.data.selected !== selected) {
                await line.update({ selected });
            }
        }
    }

    onKeydown(ev) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step) {
            ev.preventDefault();
            const boxes = [...ev.currentTarget.querySelectorAll("input")];
            boxes[boxes.indexOf(ev.target) + step]?.focus();
        }
    }
}

registry.category("fields").add("utility_document_picker", {
    component: DocumentPickerField,
    supportedTypes: ["one2many"],
    useSubView: true,
});
