import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Name and account number of a record's consumer; opens the 360° page (LST-02). */
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

/**
 * A number that opens a record: by default the details of its own, with the option
 * `method` what that method of the record returns, from any list (LST-02).
 */
export class NumberLink extends Component {
    static template = "utility_payments.NumberLink";
    static props = { ...standardFieldProps, method: String };

    setup() {
        this.action = useService("action");
    }

    get label() {
        const { data } = this.props.record;
        const value = data[this.props.name];
        return value?.display_name || value || data.display_name;
    }

    open() {
        const { resId, resModel, context } = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: this.props.method,
            resModel,
            resId,
            resIds: [resId],
            context,
        });
    }
}

registry.category("fields").add("utility_number_link", {
    component: NumberLink,
    supportedTypes: ["char", "many2one"],
    extractProps: ({ options }) => ({ method: options.method || "action_view_details" }),
});

/** Receipt of another payment, in a many2one; opens its details. */
export class PaymentLink extends Component {
    static template = "utility_payments.PaymentLink";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get payment() {
        return this.props.record.data[this.props.name];
    }

    openDetails() {
        return this.action.doActionButton({
            type: "object",
            name: "action_view_details",
            resModel: "account.payment",
            resId: this.payment.id,
            resIds: [this.payment.id],
            context: this.props.record.context,
        });
    }
}

registry.category("fields").add("utility_payment_link", {
    component: PaymentLink,
    supportedTypes: ["many2one"],
});
