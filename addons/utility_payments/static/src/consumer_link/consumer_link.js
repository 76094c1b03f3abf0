import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Name and account number of a payment's consumer; opens the 360° page (LST-02). */
export class ConsumerLink extends Component {
    static template = "utility_payments.ConsumerLink";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get consumer() {
        const { data } = this.props.record;
        const value = data[this.props.name];
        return (
            value && {
                id: value.id,
                name: data.consumer_name || value.display_name,
                number: data.account_number,
            }
        );
    }

    openConsumer() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "utility.account",
            res_id: this.consumer.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("utility_consumer_link", {
    component: ConsumerLink,
    supportedTypes: ["many2one"],
    fieldDependencies: [
        { name: "consumer_name", type: "char" },
        { name: "account_number", type: "char" },
    ],
});
