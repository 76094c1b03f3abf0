import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { colorOf, hasColors } from "./chart_config";
import { formatValue, linkOf } from "./chart_format";

/**
 * The figures of a chart as a table: for who can't see or point at the chart, and for
 * what a bar doesn't tell. Each number that counts records is a button that opens them.
 */
export class ChartTable extends Component {
    static template = "utility_payments.ChartTable";
    static props = { chart: Object, currencyId: Number, onOpen: Function };

    get rows() {
        const { parts } = this.props.chart;
        return parts.map((part, index) => this.makeRow(part, index));
    }

    get total() {
        const { total } = this.props.chart;
        return total && this.makeRow(total);
    }

    makeRow(part, index) {
        const { chart, currencyId } = this.props;
        return {
            key: part.key,
            label: part.label,
            color: index !== undefined && hasColors(chart) && colorOf(part, index, chart),
            cells: chart.columns.map(({ name, label, display }) => {
                const link = linkOf(part, name);
                const text = formatValue(display, part[name], currencyId);
                return {
                    name,
                    text,
                    sign: display === "change" && Math.sign(part[name] || 0),
                    open: link && (() => this.props.onOpen(part, name)),
                    says: link && _t("%(part)s, %(column)s: %(value)s. Open the records", {
                        part: part.label,
                        column: label,
                        value: text,
                    }),
                };
            }),
        };
    }
}
