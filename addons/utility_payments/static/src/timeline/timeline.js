import { Component } from "@odoo/owl";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Icon and colour of each kind of event; add-ons above add those of theirs. */
const eventRegistry = registry.category("utility_payment_timeline");
for (const [kind, icon, color] of [
    ["recorded", "fa-pencil", "primary"],
    ["posted", "fa-check", "success"],
    ["printed", "fa-print", "secondary"],
    ["sent", "fa-envelope-o", "secondary"],
    ["verified", "fa-shield", "success"],
    ["adjusted", "fa-wrench", "warning"],
    ["returned", "fa-reply", "danger"],
    ["reversed", "fa-undo", "danger"],
]) {
    eventRegistry.add(kind, { icon, color });
}

/** Who did what with a payment, and when (PAY-10). */
export class PaymentTimeline extends Component {
    static template = "utility_payments.PaymentTimeline";
    static props = { ...standardFieldProps };

    get events() {
        const list = this.props.record.data[this.props.name];
        const labels = Object.fromEntries(list.fields.kind?.selection || []);
        return list.records.map((record) => ({
            id: record.resId,
            label: labels[record.data.kind] || record.data.kind,
            user: record.data.user_label,
            when: record.data.happened_at ? formatDateTime(record.data.happened_at) : "",
            note: record.data.detail || record.data.note,
            ...eventRegistry.get(record.data.kind, { icon: "fa-circle", color: "secondary" }),
        }));
    }
}

registry.category("fields").add("utility_payment_timeline", {
    component: PaymentTimeline,
    supportedTypes: ["one2many"],
    useSubView: true,
});
