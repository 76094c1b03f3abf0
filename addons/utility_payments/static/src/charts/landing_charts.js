import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { download, downloadFile } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ChartCanvas } from "./chart_canvas";
import { isDrawable } from "./chart_config";
import { linkOf } from "./chart_format";
import { chartImage, titleOf } from "./chart_image";
import { ChartTable } from "./chart_table";

/** The charts of the landing page, one at a time (KPI-06). */
export class LandingCharts extends Component {
    static template = "utility_payments.LandingCharts";
    static components = { ChartCanvas, ChartTable, Dropdown, DropdownItem };
    static props = {
        period: Object,
        scope: Object,
        currencyId: { optional: true },
        refreshKey: { type: Number, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.tabs = useRef("tabs");
        // Keeps which chart was looked at last, where there is a landing page
        this.landing = this.env.services.utility_landing;
        this.state = useState({
            chosen: this.landing?.state.chart || "",
            /** The answer of collection_charts; null until there is one */
            data: null,
            loading: false,
            error: "",
        });
        this.turn = 0;
        // On a phone the tabs are wider than the screen.
        useEffect(
            (key) => {
                const tab = this.tabs.el?.querySelector(`[data-chart="${key}"]`);
                tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
            },
            () => [this.chart?.key]
        );
        onWillStart(() => {
            // The page stands without waiting for its charts.
            this.load(this.props);
        });
        onWillUpdateProps((props) => {
            if (this.keyOf(props) !== this.key) {
                this.load(props);
            }
        });
    }

    keyOf({ period, scope, refreshKey }) {
        return JSON.stringify([period, scope, refreshKey]);
    }

    /** Read all charts; an answer that comes late is dropped. */
    async load(props) {
        const turn = ++this.turn;
        const { period, scope } = props;
        this.key = this.keyOf(props);
        this.state.loading = true;
        try {
            const [data] = await Promise.all([
                this.orm.silent.call(
                    "account.payment",
                    "collection_charts",
                    [period.from, period.to],
                    { scope }
                ),
                loadBundle("web.chartjs_lib"),
            ]);
            if (turn === this.turn) {
                Object.assign(this.state, { data, error: "" });
            }
        } catch (error) {
            if (turn === this.turn) {
                this.state.error = error.data?.message || error.message;
            }
        } finally {
            if (turn === this.turn) {
                this.state.loading = false;
            }
        }
    }

    retry() {
        return this.load(this.props);
    }

    get charts() {
        return this.state.data?.charts || [];
    }

    get chart() {
        const { charts } = this;
        return charts.find(({ key }) => key === this.state.chosen) || charts[0];
    }

    get isDrawable() {
        return isDrawable(this.chart);
    }

    /** What a screen reader says of the drawing. */
    get label() {
        return _t("%(title)s. The same figures are in the table that follows.", {
            title: titleOf(this.chart, this.state.data),
        });
    }

    get emptyText() {
        const { chart } = this;
        const { data } = this.state;
        if (chart.empty_text) {
            return chart.empty_text;
        }
        if (chart.key === "aging") {
            return _t("Nobody owes anything: there is no open item.");
        }
        if (chart.empty && !chart.parts.some((part) => part.failed || part.due)) {
            return _t(
                "No payment in this period (%(period)s), nor in %(compared)s. Choose" +
                    " another period, or record a payment: it counts here at once.",
                { period: data.period.label, compared: data.compared.label }
            );
        }
        return _t("No payment in this period (%s).", data.period.label);
    }

    choose(key) {
        this.state.chosen = key;
        this.landing?.setChart(key);
    }

    onTabKeydown(ev) {
        const { charts } = this;
        const index = charts.indexOf(this.chart);
        const next = {
            ArrowRight: index + 1,
            ArrowLeft: index - 1,
            Home: 0,
            End: charts.length - 1,
        }[ev.key];
        if (next === undefined) {
            return;
        }
        ev.preventDefault();
        const { key } = charts.at(next % charts.length);
        this.choose(key);
        this.tabs.el.querySelector(`[data-chart="${key}"]`).focus();
    }

    /** Show exactly the records behind a part, or behind a column of it. */
    async open(part, column) {
        const { chart } = this;
        const link = linkOf(part, column);
        if (!link) {
            return;
        }
        const { label } = chart.columns.find(({ name }) => name === column) || {};
        const title =
            link === part || !label
                ? _t("%(chart)s: %(part)s", { chart: chart.name, part: part.label })
                : _t("%(chart)s: %(part)s, %(column)s", {
                      chart: chart.name,
                      part: part.label,
                      column: label,
                  });
        this.log("drill_down", { subject: `chart_${chart.key}` });
        const action = await this.orm.call("utility.figure", "open_records", [
            link.model,
            link.domain,
            title,
        ]);
        return this.action.doAction(action);
    }

    async exportImage() {
        this.log("report_generated", { subject: "charts", format: "png" });
        const { data } = this.state;
        const image = await chartImage(this.chart, data);
        const name = titleOf(this.chart, data).replaceAll("/", "-");
        downloadFile(image, `${name}.png`, "image/png");
    }

    exportFile(format) {
        this.log("report_generated", { subject: "charts", format });
        const { period, scope } = this.props;
        const { company_ids } = this.state.data;
        const data = {
            date_from: period.from,
            date_to: period.to,
            company_ids: company_ids.join(","),
            compare: scope.compare || "previous",
        };
        if (scope.channel_ids?.length) {
            data.channel_ids = scope.channel_ids.join(",");
        }
        return download({ url: `/utility_payments/charts/${format}`, data });
    }

    log(event, properties) {
        this.env.services.utility_usage?.log(event, properties);
    }
}

registry
    .category("utility_landing_sections")
    .add("charts", LandingCharts, { sequence: 10 });
