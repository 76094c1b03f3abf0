import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the plan does to the balances: now, and with it. */
export class PlanEffectField extends Component {
    static template = "utility_collections.PlanEffectField";
    static props = { ...standardFieldProps };

    get figures() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** Two versions of a plan, row by row (PLN-02). */
export class PlanComparisonField extends Component {
    static template = "utility_collections.PlanComparisonField";
    static props = { ...standardFieldProps };

    get comparison() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("utility_plan_effect", {
    component: PlanEffectField,
    supportedTypes: ["json"],
});
registry.category("fields").add("utility_plan_comparison", {
    component: PlanComparisonField,
    supportedTypes: ["json"],
});
