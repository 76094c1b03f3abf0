import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** A value of a chart as its column displays it; what can't be computed is a dash. */
export function formatValue(display, value, currencyId) {
    if (value === false || value === undefined) {
        return "–";
    }
    switch (display) {
        case "money":
            return formatCurrency(value, currencyId);
        case "count":
            return formatFloat(value, { digits: [16, 0] });
        case "days":
            return formatFloat(value, { digits: [16, 1] });
    }
    const text = _t("%s %", formatFloat(value, { digits: [16, 1] }));
    return display === "change" && value > 0 ? `+${text}` : text;
}

/** What a column opens of a part: {model, domain, count}, or null. */
export function linkOf(part, column) {
    const isPart = column === "value" || column === "count";
    const link = isPart ? part : part.links[column.replace(/_share$/, "")];
    return link?.model && link.count ? link : null;
}
