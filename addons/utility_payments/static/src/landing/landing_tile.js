import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { formatFloat } from "@web/core/utils/numbers";
import { comparedLabel, fromStrings, periodLabel, today } from "./periods";

/** A number as its tile displays it, in parts: the unit is written smaller. */
export function formatFigure(display, value, currencyId) {
    switch (display) {
        case "money":
            return { text: formatCurrency(value, currencyId), unit: "" };
        case "percent":
            return { text: formatFloat(value, { digits: [16, 1] }), unit: _t("%") };
        case "days":
            return { text: formatFloat(value, { digits: [16, 1] }), unit: _t("days") };
    }
    return { text: formatFloat(value, { digits: [16, 0] }), unit: "" };
}

/** The same in one string. */
export function figureText(display, value, currencyId) {
    const { text, unit } = formatFigure(display, value, currencyId);
    return unit ? `${text} ${unit}` : text;
}

/** What a tile counts, for those who ask it. */
export class TileHelp extends Component {
    static template = "utility_payments.TileHelp";
    static props = { title: String, lines: Array, close: Function };
}

/** A figure of the landing page; a click opens exactly its records (KPI-05). */
export class LandingTile extends Component {
    static template = "utility_payments.LandingTile";
    static props = {
        tile: Object,
        currencyId: Number,
        changes: { type: Number, optional: true },
        period: Object,
        open: Function,
        remove: Function,
        isSmall: { type: Boolean, optional: true },
    };

    setup() {
        this.help = usePopover(TileHelp, { position: "bottom", closeOnClickAway: true });
    }

    get hasValue() {
        return this.props.tile.value !== false;
    }

    get value() {
        const { display, value } = this.props.tile;
        return formatFigure(display, value, this.props.currencyId);
    }

    /** How many records an amount is made of. */
    get count() {
        const { display, count } = this.props.tile;
        return display === "money" && this.hasValue
            ? formatFloat(count, { digits: [16, 0] })
            : "";
    }

    get comparedWith() {
        const { compared_from: from, compared_to: to } = this.props.tile;
        return comparedLabel(fromStrings({ from, to }));
    }

    get versus() {
        return _t("vs %s", this.comparedWith);
    }

    /** The change, in words and with its direction; null where it says nothing. */
    get change() {
        const { tile } = this.props;
        const { value, previous, display, better } = tile;
        if (tile.change_percent === false) {
            return null;
        }
        const amount = display === "days" ? value - previous : tile.change_percent;
        const size = formatFloat(Math.abs(amount), { digits: [16, 1] });
        if (Number(Math.abs(amount).toFixed(1)) === 0) {
            return { text: _t("unchanged"), color: "text-muted", icon: "", word: "" };
        }
        const isUp = amount > 0;
        const isGood = better && isUp === (better === "up");
        let color = "text-muted";
        if (better) {
            color = isGood ? "o_ul_good" : "o_ul_bad";
        }
        const arrow = display === "days" && better ? isGood : isUp;
        let text = _t("%s %", size);
        if (display === "percent") {
            text = _t("%s pt", size);
        } else if (display === "days" && better) {
            text = isGood ? _t("better by %s", size) : _t("worse by %s", size);
        }
        return {
            text,
            color,
            icon: arrow ? "fa-caret-up" : "fa-caret-down",
            word: isUp ? _t("up") : _t("down"),
        };
    }

    get target() {
        const { target, value, better, display } = this.props.tile;
        if (!target) {
            return null;
        }
        const isReached =
            this.hasValue && better && (better === "up" ? value >= target : value <= target);
        return {
            text: _t("target %s", figureText(display, target, this.props.currencyId)),
            isReached,
            isMissed: this.hasValue && better && !isReached,
        };
    }

    /** Why there is no number. */
    get reason() {
        const { no_value: reason } = this.props.tile;
        return reason || _t("There is nothing to compute it from.");
    }

    /** Whether it tells of now, while another period is looked at. */
    get isOfNow() {
        const { first, last } = this.props.period;
        return !this.props.tile.period_bound && (today() < first || today() > last);
    }

    get tooltip() {
        const { tile } = this.props;
        return this.hasValue ? tile.definition : `${this.reason} ${tile.definition}`;
    }

    get title() {
        const { tile, period } = this.props;
        return tile.period_bound
            ? _t("%(figure)s: %(period)s", {
                  figure: tile.name,
                  period: periodLabel(period),
              })
            : tile.name;
    }

    toggleHelp(ev) {
        if (this.help.isOpen) {
            return this.help.close();
        }
        const { tile, currencyId } = this.props;
        const lines = [tile.definition];
        if (!this.hasValue) {
            lines.unshift(this.reason);
        }
        if (tile.previous !== false) {
            lines.push(
                _t("%(period)s: %(value)s", {
                    period: this.comparedWith,
                    value: figureText(tile.display, tile.previous, currencyId),
                })
            );
        }
        lines.push(
            tile.count === 1
                ? _t("Choose the tile to see the record behind it.")
                : _t(
                      "Choose the tile to see the %s records behind it.",
                      formatFloat(tile.count, { digits: [16, 0] })
                  )
        );
        this.help.open(ev.currentTarget, { title: tile.name, lines });
    }
}
