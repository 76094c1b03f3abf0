/* global Chart */
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { chartConfig } from "./chart_config";

const { DateTime } = luxon;
const WIDTH = 1200;
const HEIGHT = 675;
const HEAD = 96;
const FOOT = 40;
const MARGIN = 40;
const DENSITY = 2;
const COLORS = { text: "#1f2937", grid: "#e5e7eb", background: "#ffffff" };
// As Chart.js writes
const FONT = "'Helvetica Neue', Helvetica, Arial, sans-serif";

/**
 * A chart as a picture to put into a letter: on white, as large on a phone as on a
 * desk, with a title, its period and who it is about.
 *
 * @param {Object} chart of `collection_charts`
 * @param {Object} data the rest of it
 * @returns {Promise<Blob>} a PNG
 */
export async function chartImage(chart, data) {
    const drawing = document.createElement("canvas");
    drawing.width = WIDTH - 2 * MARGIN;
    drawing.height = HEIGHT - HEAD - FOOT;
    const config = chartConfig(chart, {
        period: data.period.label,
        compared: data.compared.label,
        currencyId: data.currency_id,
        colors: COLORS,
        hasLegend: true,
        fontSize: 17,
    });
    Object.assign(config.options, {
        responsive: false,
        animation: false,
        devicePixelRatio: DENSITY,
        font: { family: FONT, size: 14 },
    });
    const drawn = new Chart(drawing, config);
    const picture = document.createElement("canvas");
    picture.width = WIDTH * DENSITY;
    picture.height = HEIGHT * DENSITY;
    const pen = picture.getContext("2d");
    pen.scale(DENSITY, DENSITY);
    pen.fillStyle = COLORS.background;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.fillStyle = COLORS.text;
    pen.font = `600 26px ${FONT}`;
    pen.fillText(titleOf(chart, data), MARGIN, 46, WIDTH - 2 * MARGIN);
    pen.font = `15px ${FONT}`;
    pen.fillStyle = "#4b5563";
    pen.fillText(chart.note, MARGIN, 74, WIDTH - 2 * MARGIN);
    pen.fillText(
        [
            data.companies.join(", "),
            data.channels.join(", "),
            formatDate(DateTime.local()),
        ]
            .filter(Boolean)
            .join("  ·  "),
        MARGIN,
        HEIGHT - 16,
        WIDTH - 2 * MARGIN
    );
    pen.drawImage(drawing, MARGIN, HEAD, WIDTH - 2 * MARGIN, HEIGHT - HEAD - FOOT);
    drawn.destroy();
    return new Promise((resolve) => picture.toBlob(resolve, "image/png"));
}

/** Name of a chart with what it tells of: By channel, November 2026. */
export function titleOf(chart, data) {
    return _t("%(chart)s, %(period)s", {
        chart: chart.name,
        period: chart.as_of_now ? formatDate(DateTime.local()) : data.period.label,
    });
}
