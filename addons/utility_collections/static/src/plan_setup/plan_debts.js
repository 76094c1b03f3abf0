import { Component } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Open documents to tick; what can't be chosen says why. The documents themselves are in
 * the field `debts`, as the server described them.
 */
export class PlanDebtsField extends Component {
    static template = "utility_collections.PlanDebtsField";
    static props = { ...standardFieldProps };

    get debts() {
        return this.props.record.data.debts || [];
    }

    get free() {
        return this.debts.filter((debt) => !debt.blocked);
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get chosen() {
        return new Set(this.list.currentIds);
    }

    get allChosen() {
        return this.free.every((debt) => this.chosen.has(debt.id));
    }

    amount(debt) {
        const currencyId = this.props.record.data.company_currency_id?.id;
        const digits = getCurrency(currencyId)?.digits;
        return formatMonetary(debt.amount, { currencyId, digits });
    }

    toggle(debt) {
        return this.chosen.has(debt.id)
            ? this.list.addAndRemove({ remove: [debt.id] })
            : this.list.addAndRemove({ add: [debt.id] });
    }

    toggleAll() {
        const ids = this.free.map((debt) => debt.id);
        if (this.allChosen) {
            return this.list.addAndRemove({ remove: ids });
        }
        return this.list.addAndRemove({ add: ids.filter((id) => !this.chosen.has(id)) });
    }
}

registry.category("fields").add("utility_plan_debts", {
    component: PlanDebtsField,
    supportedTypes: ["many2many"],
    isEmpty: () => false,
    relatedFields: [{ name: "display_name", type: "char" }],
    fieldDependencies: [{ name: "debts", type: "json", readonly: true }],
});
