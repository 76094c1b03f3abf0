import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MOST = 3;

/** Terms that were put aside, side by side with the ones on the screen (PLN-01). */
export class PlanSimulationsField extends Component {
    static template = "utility_collections.PlanSimulationsField";
    static props = { ...standardFieldProps };

    get kept() {
        return this.props.record.data[this.props.name] || [];
    }

    get current() {
        return this.props.record.data.summary;
    }

    get canKeep() {
        const { frequency } = this.props.record.data;
        return this.current && frequency !== "custom" && this.kept.length < MOST;
    }

    isCurrent(simulation) {
        const { terms } = this.current || {};
        return terms && JSON.stringify(terms) === JSON.stringify(simulation.terms);
    }

    keep() {
        const others = this.kept.filter((simulation) => !this.isCurrent(simulation));
        return this.set([...others, this.current]);
    }

    remove(simulation) {
        return this.set(this.kept.filter((other) => other !== simulation));
    }

    set(simulations) {
        return this.props.record.update({ [this.props.name]: simulations });
    }

    use({ terms }) {
        return this.props.record.update({
            ...terms,
            first_due_date: deserializeDate(terms.first_due_date),
            template_id: terms.template_id,
        });
    }
}

registry.category("fields").add("utility_plan_simulations", {
    component: PlanSimulationsField,
    supportedTypes: ["json"],
    isEmpty: () => false,
});
