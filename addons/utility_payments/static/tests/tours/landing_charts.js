/* global Chart */
import { downloadFile } from "@web/core/network/download";
import { registry } from "@web/core/registry";

const CANVAS = ".o_utility_charts canvas";
const ROWS = ".o_uc_table tbody tr";

function fail(words) {
    throw new Error(words);
}

/** Click where a part of the chart is drawn, as a mouse does. */
function clickPart(label, column) {
    const canvas = document.querySelector(CANVAS);
    const chart = Chart.getChart(canvas);
    const place = chart.data.datasets.findIndex((set) => set.column === column);
    const index = chart.data.labels.indexOf(label);
    const part = chart.getDatasetMeta(place).data[index];
    const { x, y } = part.tooltipPosition(true);
    const { left, top } = canvas.getBoundingClientRect();
    const at = { clientX: left + x, clientY: top + y, bubbles: true, view: window };
    canvas.dispatchEvent(new MouseEvent("mousemove", at));
    canvas.dispatchEvent(new MouseEvent("click", at));
}

/** Let what would be saved as a file be looked at. */
let saved = null;
function catchFile() {
    const original = downloadFile._download;
    downloadFile._download = (data, filename, type) => {
        saved = { data, filename, type };
        downloadFile._download = original;
        return true;
    };
}

const openCharts = [
    {
        content: "The charts are folded away until somebody wants them",
        trigger: ".o_ul_charts[aria-expanded=false]",
        run: "click",
    },
    {
        content: "By day first",
        trigger: ".o_uc_tabs [data-chart=day][aria-selected=true]",
    },
    { trigger: `${CANVAS}[aria-label*='table that follows']` },
];

registry.category("web_tour.tours").add("utility_landing_charts", {
    url: "/odoo/payments",
    steps: () => [
        ...openCharts,
        {
            content: "The total of the table is that of the tile",
            trigger:
                ".o_uc_table [data-part=total] [data-column=value]:contains(150.00)",
        },
        {
            content: "The arrow keys move along the charts",
            trigger: ".o_uc_tabs [data-chart=day]",
            run({ anchor }) {
                anchor.focus();
                const key = { key: "ArrowRight", bubbles: true };
                anchor.dispatchEvent(new KeyboardEvent("keydown", key));
            },
        },
        { trigger: ".o_uc_tabs [data-chart=channel][aria-selected=true]:focus" },
        { trigger: `${ROWS}:contains(Agent):contains(33.3)` },
        {
            content: "A click on a slice opens its payments",
            trigger: `.o_uc_panel[data-chart=channel] canvas`,
            run: () => clickPart("Agent", "value"),
        },
        { trigger: ".o_breadcrumb:contains(By channel: Agent)" },
        {
            trigger: ".o_list_view .o_data_row",
            run() {
                const rows = document.querySelectorAll(".o_data_row");
                if (rows.length !== 1 || !rows[0].textContent.includes("50.00")) {
                    fail("not exactly the payment of the slice");
                }
                if (Object.keys(Chart.instances).length) {
                    fail("a chart was left behind");
                }
            },
        },
        { trigger: ".breadcrumb-item.o_back_button, .breadcrumb a", run: "click" },
        {
            content: "The chart that was looked at last is there again",
            trigger: ".o_uc_tabs [data-chart=channel][aria-selected=true]",
        },
        {
            content: "A number of the table is a button, for keyboards too",
            trigger: `${ROWS}:contains(Walk-in) [data-column=count] button`,
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains(By channel: Walk-in)" },
        { trigger: ".breadcrumb-item.o_back_button, .breadcrumb a", run: "click" },
        {
            trigger: ".o_uc_tabs [data-chart=aging]",
            run: "click",
        },
        {
            content: "What is long past due leads to its open items",
            trigger: ".o_uc_panel[data-chart=aging] canvas",
            run: () => clickPart("Over 90 days", "value"),
        },
        { trigger: ".o_breadcrumb:contains(Aging: Over 90 days)" },
        { trigger: ".breadcrumb-item.o_back_button, .breadcrumb a", run: "click" },
        { trigger: ".o_uc_tabs [data-chart=methods]", run: "click" },
        {
            content: "A table needs no drawing, and gives no picture",
            trigger: ".o_utility_charts:not(:has(canvas)) .o_uc_export",
            run: "click",
        },
        { trigger: ".o-dropdown--menu:not(:has([data-export=png])) [data-export=xlsx]" },
        { trigger: ".o_uc_tabs [data-chart=comparison]", run: "click" },
        { trigger: `.o_uc_panel[data-chart=comparison] canvas` },
        { trigger: ".o_uc_export", run: "click" },
        {
            content: "The picture is a PNG on white",
            trigger: ".o-dropdown--menu [data-export=png]",
            async run({ click }) {
                catchFile();
                await click();
            },
        },
        {
            trigger: ".o_utility_charts",
            async run() {
                for (let turn = 0; !saved && turn < 50; turn++) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                const { data, filename, type } = saved || fail("no picture came");
                if (type !== "image/png" || !/^Comparison, .*\.png$/.test(filename)) {
                    fail(`another file came: ${filename}`);
                }
                const image = await createImageBitmap(data);
                const canvas = document.createElement("canvas");
                Object.assign(canvas, { width: image.width, height: image.height });
                const pen = canvas.getContext("2d");
                pen.drawImage(image, 0, 0);
                const pixels = pen.getImageData(0, 0, image.width, image.height).data;
                const colors = new Set();
                for (let i = 0; i < pixels.length; i += 4) {
                    colors.add(`${pixels[i]},${pixels[i + 1]},${pixels[i + 2]},${pixels[i + 3]}`);
                }
                if (image.width !== 2400 || [...pixels.slice(0, 4)].join() !== "255,255,255,255") {
                    fail("the picture isn't on white");
                }
                if (!colors.has("59,127,196,255")) {
                    fail("there is no line in the picture");
                }
            },
        },
        {
            content: "Next month there is nothing, and the page says so",
            trigger: ".o_ul_period button:last-child",
            run: "click",
        },
        { trigger: ".o_uc_tabs [data-chart=channel]", run: "click" },
        { trigger: ".o_ul_period button:last-child", run: "click" },
        { trigger: ".o_uc_empty:contains(No payment in this period)" },
    ],
});

registry.category("web_tour.tours").add("utility_landing_charts_phone", {
    url: "/odoo/payments",
    steps: () => [
        ...openCharts,
        {
            trigger: ".o_utility_charts",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    fail("the page is wider than the phone");
                }
                const { right } = document.querySelector(CANVAS).getBoundingClientRect();
                if (right > window.innerWidth) {
                    fail("the chart is wider than the phone");
                }
            },
        },
        { trigger: ".o_uc_tabs [data-chart=methods]", run: "click" },
        {
            content: "The tab that was chosen is in sight",
            trigger: ".o_uc_panel[data-chart=methods] .o_uc_table",
            run() {
                const tab = document.querySelector("[data-chart=methods][role=tab]");
                if (tab.getBoundingClientRect().right > window.innerWidth) {
                    fail("the chosen tab is out of sight");
                }
            },
        },
        {
            trigger: `${ROWS}:contains(Cash) [data-column=value] button`,
            run: "click",
        },
        { trigger: ".o_kanban_record:not(.o_kanban_ghost), .o_data_row" },
    ],
});
