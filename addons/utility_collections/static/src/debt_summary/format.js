import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";

/** Whole percents; what is little isn't nothing, and what is nearly all isn't all. */
export function formatPercent(value) {
    const whole = Math.round(value);
    if (value > 0 && whole === 0) {
        return "< 1\u00a0%";
    }
    return `${value < 100 ? Math.min(whole, 99) : 100}\u00a0%`;
}

export function formatDay(text) {
    return text ? formatDate(deserializeDate(text)) : "";
}

export function formatAmount(value, currencyId) {
    return formatMonetary(value, { currencyId });
}
