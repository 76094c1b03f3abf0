import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { periodAround, periodLabel, periodOf, today, toStrings } from "./periods";

const { Info } = luxon;

// What lies outside is a slip of the key
const FIRST_DAY = "1900-01-01";
const LAST_DAY = "2999-12-31";

function isDay(text) {
    return text.length === 10 && text >= FIRST_DAY && text <= LAST_DAY;
}

/** Choose the period: a current one, any month, quarter or year, or from day to day. */
export class PeriodMenu extends Component {
    static template = "utility_payments.PeriodMenu";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.landing = useService("utility_landing");
        this.chosen = useState(this.landing.state);
        this.dropdown = useDropdownState();
        this.state = useState({ year: 0, from: "", to: "", error: "" });
        this.presets = [
            { kind: "day", label: _t("Today") },
            { kind: "week", label: _t("This week") },
            { kind: "month", label: _t("This month") },
            { kind: "quarter", label: _t("This quarter") },
            { kind: "year", label: _t("This year") },
        ];
    }

    get period() {
        return periodOf(this.chosen);
    }

    get label() {
        return periodLabel(this.period, { isShort: this.env.isSmall });
    }

    isPreset({ kind }) {
        return this.chosen.kind === kind && !this.chosen.anchor;
    }

    get months() {
        return Info.months("short").map((label, index) => ({
            label,
            ...this.part("month", index + 1),
        }));
    }

    get quarters() {
        return [1, 2, 3, 4].map((quarter) => ({
            label: _t("Q%s", quarter),
            ...this.part("quarter", 3 * quarter - 2),
        }));
    }

    get wholeYear() {
        return { label: String(this.state.year), ...this.part("year", 1) };
    }

    /** A part of the year, beginning with a month. */
    part(kind, month) {
        const day = today().set({ year: this.state.year, month, day: 1 });
        const period = periodAround(kind, day);
        const { first, last } = this.period;
        return {
            kind,
            day,
            isChosen: period.first.equals(first) && period.last.equals(last),
            isCurrent: period.first <= today() && today() <= period.last,
        };
    }

    beforeOpen() {
        const { from, to } = toStrings(this.period);
        Object.assign(this.state, {
            from,
            to,
            error: "",
            year: this.period.first.year,
        });
    }

    choose(kind, day) {
        this.dropdown.close();
        this.landing.setPeriod(kind, day);
    }

    /** From one day to another; what makes no sense is said here and not sent. */
    apply() {
        const { from, to } = this.state;
        this.state.error = "";
        if (!from || !to) {
            this.state.error = _t("Enter both dates: the first and the last day.");
        } else if (![from, to].every(isDay)) {
            this.state.error = _t("Enter days between 1900 and 2999: years have four digits.");
        } else if (from > to) {
            this.state.error = _t("“From” is after “To”: enter the earlier date first.");
        } else {
            this.dropdown.close();
            this.landing.setRange(from, to);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.apply();
        }
    }
}
