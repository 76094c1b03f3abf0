import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const STYLES = {
    total: "fw-bold o_utility_regulatory_total",
    good: "fw-bold text-success",
    bad: "fw-bold text-danger",
    note: "text-muted",
};

/** The sections of the monthly report; a row opens the records behind it (KPI-07). */
export class RegulatoryReport extends Component {
    static template = "utility_payments.RegulatoryReport";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get content() {
        return this.props.record.data[this.props.name] || {};
    }

    rowClass(row) {
        return STYLES[row.style] || "";
    }

    async open({ model, domain, name }) {
        const action = await this.orm.call("utility.figure", "open_records", [
            model,
            domain,
            name,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("utility_regulatory", {
    component: RegulatoryReport,
    supportedTypes: ["json"],
});
