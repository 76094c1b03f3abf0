/* global Chart */
import { Component, onMounted, onWillUnmount, onPatched, useRef } from "@odoo/owl";
import { chartConfig } from "./chart_config";

/** A chart drawn by Chart.js, whose bundle is loaded by then. */
export class ChartCanvas extends Component {
    static template = "utility_payments.ChartCanvas";
    static props = {
        chart: Object,
        period: String,
        compared: String,
        currencyId: Number,
        label: String,
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        onMounted(() => this.draw());
        onPatched(() => this.draw());
        onWillUnmount(() => this.drawn?.destroy());
    }

    get colors() {
        const style = getComputedStyle(this.canvas.el.parentElement);
        return {
            text: style.color,
            grid: style.getPropertyValue("--o-uc-grid").trim(),
            background: style.getPropertyValue("--o-uc-background").trim(),
        };
    }

    /** Draw, or move what is drawn to its new values: nothing flickers. */
    draw() {
        const { chart, period, compared, currencyId } = this.props;
        if (this.last === this.props.chart) {
            return;
        }
        const isSame = this.last?.key === chart.key && this.last.shape === chart.shape;
        this.last = chart;
        const config = chartConfig(chart, {
            period,
            compared,
            currencyId,
            colors: this.colors,
            onOpen: (part, column) => this.props.onOpen?.(part, column),
        });
        if (this.drawn && isSame) {
            this.drawn.data = config.data;
            this.drawn.options = config.options;
            this.drawn.update();
            return;
        }
        this.drawn?.destroy();
        this.drawn = new Chart(this.canvas.el, config);
    }
}
