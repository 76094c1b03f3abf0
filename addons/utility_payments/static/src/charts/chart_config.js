import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatValue, linkOf } from "./chart_format";

// Each has a contrast of 3 : 1 at least, on white as on the dark background.
const COLORS = [
    "#3b7fc4",
    "#d3632b",
    "#12907f",
    "#8a63c9",
    "#b68b14",
    "#b8508f",
    "#2f8f46",
    "#5d7590",
    "#cf4747",
    "#7c8a1f",
];
const COMPARED = "#8592a3";
// What has a meaning of its own
const MEANINGS = {
    not_due: "#12907f",
    to_30: "#b68b14",
    to_60: "#c27a1c",
    to_90: "#d3632b",
    older: "#cf4747",
    deferred: "#3b7fc4",
    credit: COMPARED,
};

/** Whether parts have a color each, which the table shows beside their names. */
export function hasColors(chart) {
    return chart.shape === "slices" || (chart.shape === "bars" && !chart.unit);
}

export function colorOf(part, index, chart) {
    // The months of a year are one thing; methods or channels are several.
    return MEANINGS[part.key] || COLORS[chart?.one_color ? 0 : index % COLORS.length];
}

/** How the value of its parts is displayed: amounts, unless the chart says otherwise. */
function displayOf(chart) {
    return chart.columns.find(({ name }) => name === "value")?.display || "money";
}

/** Whether there is anything to draw; the table may still have figures. */
export function isDrawable(chart) {
    if (chart.empty || chart.shape === "table") {
        return false;
    }
    return chart.shape !== "slices" || chart.parts.some((part) => part.value > 0);
}

/**
 * What Chart.js draws a chart of the server from.
 *
 * @param {Object} chart of `collection_charts`
 * @param {Object} options
 * @param {string} options.period name of the period, and
 * @param {string} options.compared of the one it is compared with
 * @param {number} options.currencyId
 * @param {Object} options.colors `text`, `grid`, `background`
 * @param {number} [options.fontSize] of legends
 * @param {boolean} [options.hasLegend] of the parts, where no table stands beside it
 * @param {Function} [options.onOpen] called with a part and the column that was clicked
 */
export function chartConfig(chart, options) {
    const datasets = makeDatasets(chart, options);
    const isRing = chart.shape === "slices";
    const config = {
        type: { bars: "bar", lines: "line", slices: "doughnut" }[chart.shape],
        data: { labels: chart.parts.map((part) => part.label), datasets },
        options: {
            responsive: true,
            maintainAspectRatio: false,
            animation: { duration: 250 },
            color: options.colors.text,
            interaction: chart.shape === "lines" && { mode: "index", intersect: false },
            onClick: (ev, elements, drawn) => {
                const [hit] = drawn.getElementsAtEventForMode(
                    ev,
                    "nearest",
                    { intersect: chart.shape !== "lines" },
                    true
                );
                if (hit) {
                    options.onOpen?.(chart.parts[hit.index], datasets[hit.datasetIndex].column);
                }
            },
            onHover: (ev, elements) => {
                const canOpen = elements.some(({ index, datasetIndex }) =>
                    linkOf(chart.parts[index], datasets[datasetIndex].column)
                );
                ev.native.target.style.cursor = canOpen ? "pointer" : "";
            },
            plugins: {
                legend: makeLegend(chart, options),
                tooltip: makeTooltip(chart, datasets, options),
            },
        },
    };
    if (isRing) {
        config.options.cutout = "62%";
        config.plugins = [totalInside(chart, options)];
    } else {
        config.options.scales = makeScales(chart, options);
    }
    return config;
}

/** Write the total into the hole of a ring. */
function totalInside(chart, options) {
    return {
        id: "utilityTotal",
        afterDraw({ ctx, chartArea, options: drawn, _metasets: [ring] }) {
            const text = chart.total && money(chart.total.value, options);
            const room = 1.7 * (ring.data[0]?.innerRadius || 0);
            if (!text || room < 60) {
                return;
            }
            const family = drawn.font.family;
            ctx.save();
            ctx.fillStyle = options.colors.text;
            ctx.textAlign = "center";
            ctx.textBaseline = "middle";
            ctx.font = `600 18px ${family}`;
            const size = Math.min(22, (18 * room) / ctx.measureText(text).width);
            ctx.font = `600 ${size}px ${family}`;
            ctx.fillText(
                text,
                (chartArea.left + chartArea.right) / 2,
                (chartArea.top + chartArea.bottom) / 2
            );
            ctx.restore();
        },
    };
}

function makeDatasets(chart, { period, compared, colors }) {
    const { parts } = chart;
    const valuesOf = (column) =>
        parts.map((part) => (part[column] === false ? null : part[column]));
    if (hasColors(chart)) {
        return [
            {
                column: "value",
                data: valuesOf("value"),
                backgroundColor: parts.map((part, index) => colorOf(part, index, chart)),
                borderColor: colors.background,
                borderWidth: chart.shape === "slices" ? 2 : 0,
                borderRadius: chart.shape === "slices" ? 0 : 3,
                maxBarThickness: 90,
                // A share of 0 % is a figure, a month without any is none
                minBarLength: displayOf(chart) === "money" ? undefined : 3,
            },
        ];
    }
    const isLine = chart.shape === "lines";
    const look = (color, width) => ({
        backgroundColor: color,
        borderColor: color,
        borderWidth: isLine ? width : 0,
        borderRadius: isLine ? undefined : 2,
        maxBarThickness: 40,
        pointRadius: 0,
        pointHitRadius: 12,
        pointHoverRadius: 5,
        tension: 0,
    });
    const datasets = [
        {
            column: "value",
            label: period,
            data: valuesOf("value"),
            order: 1,
            ...look(COLORS[0], 3),
        },
        {
            column: "previous",
            label: compared,
            data: valuesOf("previous"),
            order: 2,
            ...look(COMPARED, 2),
            // Told apart without colors too
            borderDash: isLine ? [6, 4] : undefined,
        },
    ];
    // A bar of before stands left of the one of now; a line of now lies on top.
    return isLine ? datasets : datasets.reverse().map((set) => ({ ...set, order: 0 }));
}

function makeLegend(chart, options) {
    const labels = {
        color: options.colors.text,
        boxWidth: chart.shape === "lines" ? 28 : 14,
        boxHeight: 14,
        usePointStyle: chart.shape === "lines",
        pointStyle: "line",
        padding: 14,
        font: { size: options.fontSize || 13 },
    };
    if (chart.shape === "slices") {
        return {
            display: Boolean(options.hasLegend),
            position: "right",
            labels: {
                ...labels,
                generateLabels: () =>
                    chart.parts.map((part, index) => ({
                        text: `${part.label}   ${money(part.value, options)}   ${formatValue(
                            "percent",
                            part.share
                        )}`,
                        fillStyle: colorOf(part, index),
                        fontColor: options.colors.text,
                        lineWidth: 0,
                    })),
            },
        };
    }
    return {
        display: !hasColors(chart),
        position: "top",
        align: "end",
        labels,
        // A click on a name hides its bars: the other way round than everywhere else.
        onClick: () => {},
    };
}

function makeTooltip(chart, datasets, options) {
    return {
        padding: 10,
        boxPadding: 4,
        callbacks: {
            label: ({ dataset, dataIndex }) => {
                const part = chart.parts[dataIndex];
                const amount = formatValue(
                    displayOf(chart),
                    part[dataset.column],
                    options.currencyId
                );
                const name = dataset.label ? `${dataset.label}: ` : "";
                const share =
                    dataset.column === "value" && part.share
                        ? ` (${formatValue("percent", part.share)})`
                        : "";
                return ` ${name}${amount}${share}`;
            },
            footer: ([item]) => {
                const link = item && linkOf(chart.parts[item.dataIndex], item.dataset.column);
                return link ? _t("Click to see its %s records", link.count) : "";
            },
        },
    };
}

function makeScales(chart, { colors, currencyId }) {
    const display = displayOf(chart);
    return {
        x: {
            grid: { display: false },
            border: { color: colors.grid },
            ticks: { color: colors.text, maxRotation: 0, autoSkipPadding: 12 },
        },
        y: {
            beginAtZero: true,
            max: display === "percent" ? 100 : undefined,
            grid: { color: colors.grid },
            border: { display: false },
            ticks: {
                color: colors.text,
                maxTicksLimit: 6,
                precision: display === "count" ? 0 : undefined,
                callback: (value) =>
                    display !== "money"
                        ? formatValue(display, value)
                        : formatCurrency(value, currencyId, {
                              humanReadable: value >= 1000,
                              digits: [
                                  16,
                                  value >= 1000 || Number.isInteger(value) ? 0 : 2,
                              ],
                              minDigits: value >= 1000 ? 1 : undefined,
                          }),
            },
        },
    };
}

function money(value, { currencyId }) {
    return formatValue("money", value, currencyId);
}
