import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ChartCanvas } from "@utility_payments/charts/chart_canvas";
import { formatValue } from "@utility_payments/charts/chart_format";

/** How a consumer paid month by month, and by which methods (CON-06, CON-07). */
export class BehaviourCharts extends Component {
    static template = "utility_collections.BehaviourCharts";
    static components = { ChartCanvas };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ charts: [], problem: "" });
        onWillStart(() =>
            Promise.all([loadBundle("web.chartjs_lib"), this.read(this.props.record.resId)])
        );
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.props.record.resId) {
                return this.read(record.resId);
            }
        });
    }

    /** Read the charts: the page goes without them where that fails. */
    async read(accountId) {
        try {
            const charts = await this.orm.call("utility.account", "read_behaviour_charts", [
                [accountId],
            ]);
            Object.assign(this.state, { charts, problem: "" });
        } catch (error) {
            const problem = error.data?.message || error.message;
            Object.assign(this.state, { charts: [], problem });
        }
    }

    get currencyId() {
        return this.props.record.data.currency_id.id;
    }

    /** How long the bar of a row is, as CSS. */
    width({ parts }, { value }) {
        return `width: ${(100 * value) / Math.max(...parts.map((part) => part.value))}%`;
    }

    /** What is drawn, in words. */
    label(chart) {
        const [{ display }] = chart.columns;
        const values = chart.parts
            .filter(({ value }) => value !== false)
            .map(({ label, value }) => `${label}: ${formatValue(display, value)}`);
        return _t("%(name)s. %(values)s", { name: chart.name, values: values.join(", ") });
    }
}

registry.category("view_widgets").add("utility_behaviour_charts", {
    component: BehaviourCharts,
    fieldDependencies: [{ name: "currency_id", type: "many2one", relation: "res.currency" }],
});
