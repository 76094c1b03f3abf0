import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";

const { DateTime, Interval } = luxon;

/** What can be looked at; a day is any, "custom" is from one day to another. */
export const KINDS = ["day", "week", "month", "quarter", "year", "custom"];

/** The date where the user is: Odoo sets luxon to the user's time zone. */
export function today() {
    return DateTime.local().startOf("day");
}

function startOfWeek(day) {
    return day.minus({ days: (day.weekday - localization.weekStart + 7) % 7 });
}

/**
 * The closed period of a kind that a day is in.
 *
 * @param {string} kind any of KINDS but "custom"
 * @param {DateTime} day
 * @returns {{first: DateTime, last: DateTime}}
 */
export function periodAround(kind, day) {
    if (kind === "day") {
        return { first: day, last: day };
    }
    if (kind === "week") {
        const first = startOfWeek(day);
        return { first, last: first.plus({ days: 6 }) };
    }
    return { first: day.startOf(kind), last: day.endOf(kind).startOf("day") };
}

/** The period that a state of the landing page means, as {first, last}. */
export function periodOf({ kind, anchor, from, to, day }) {
    return kind === "custom"
        ? fromStrings({ from, to })
        : periodAround(kind, deserializeDate(anchor || day));
}

/**
 * The period before or after.
 *
 * @param {string} kind any of KINDS; of "custom" as many days
 * @param {{first: DateTime, last: DateTime}} period
 * @param {number} count how many later; negative: earlier
 */
export function shiftPeriod(kind, { first, last }, count) {
    if (kind === "custom") {
        const days = count * (last.diff(first, "days").days + 1);
        return { first: first.plus({ days }), last: last.plus({ days }) };
    }
    return periodAround(kind, first.plus({ [`${kind}s`]: count }));
}

/** The kind of a period when it is a whole one, else "custom". */
export function kindOf({ first, last }) {
    const found = ["day", "week", "month", "quarter", "year"].find((kind) => {
        const whole = periodAround(kind, first);
        return whole.first.equals(first) && whole.last.equals(last);
    });
    return found || "custom";
}

export function toStrings({ first, last }) {
    return { from: serializeDate(first), to: serializeDate(last) };
}

export function fromStrings({ from, to }) {
    return { first: deserializeDate(from), last: deserializeDate(to) };
}

function range({ first, last }, withYear) {
    const format = { month: "short", day: "numeric" };
    return Interval.fromDateTimes(first, last).toLocaleString(
        withYear ? { ...format, year: "numeric" } : format
    );
}

/** A period as the head of the page calls it: "November 2026", short "Nov 2026". */
export function periodLabel(period, { isShort = false } = {}) {
    const { first } = period;
    switch (kindOf(period)) {
        case "day": {
            const label = first.toLocaleString({
                month: "short",
                day: "numeric",
                year: "numeric",
            });
            return first.equals(today()) ? _t("Today, %s", label) : label;
        }
        case "month":
            return first.toFormat(isShort ? "LLL yyyy" : "LLLL yyyy");
        case "quarter":
            return _t("Q%(quarter)s %(year)s", {
                quarter: first.quarter,
                year: first.year,
            });
        case "year":
            return first.toFormat("yyyy");
    }
    return range(period, true);
}

/** What a figure is compared with, short: "October", "Nov 1 – 22", "last Sat". */
export function comparedLabel(period) {
    const { first, last } = period;
    const now = today();
    const thisYear = last.year === now.year;
    switch (kindOf(period)) {
        case "day": {
            const ago = now.diff(first, "days").days;
            if (ago === 1) {
                return _t("yesterday");
            }
            if (ago === 7) {
                return _t("last %s", first.toFormat("ccc"));
            }
            break;
        }
        case "month":
            return first.toFormat(thisYear ? "LLLL" : "LLLL yyyy");
        case "quarter":
        case "year":
            return periodLabel(period);
    }
    return range(period, !thisYear);
}
