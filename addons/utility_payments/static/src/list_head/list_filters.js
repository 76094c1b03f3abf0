import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { deserializeDate, formatDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { parseAmount } from "../fields/parse_amount";

/**
 * What the search menu can't ask for: ranges from one value to another, and several of
 * a list at once (LST-04, CRN-07). By model:
 *
 *     registry.category("utility_list_filters").add("utility.credit.note", [
 *         { name: "create_date", kind: "datetime", label: _t("Created") },
 *         { name: "amount", kind: "amount", label: _t("Amount") },
 *         { name: "reason_id", kind: "several", label: _t("Reason"), relation: "..." },
 *     ]);
 */
registry.category("utility_list_filters").add("account.payment", [
    { name: "date", kind: "date", label: _t("Payment date") },
    { name: "amount", kind: "amount", label: _t("Amount") },
]);

/** Each filter becomes a facet of the search bar, where it can be taken off again. */
export class ListFilters extends Component {
    static template = "utility_payments.ListFilters";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.dropdown = useDropdownState();
        this.state = useState({ values: {}, errors: {}, options: {} });
    }

    get searchModel() {
        return this.env.searchModel;
    }

    get filters() {
        return registry
            .category("utility_list_filters")
            .get(this.searchModel.resModel, []);
    }

    /** The facets that these filters made, by the name of the filter. */
    get facets() {
        const active = new Set(this.searchModel.query.map((part) => part.searchItemId));
        return Object.fromEntries(
            Object.values(this.searchModel.searchItems)
                .filter((item) => item.utilityFilter && active.has(item.id))
                .map((item) => [item.utilityFilter, item])
        );
    }

    get count() {
        return Object.keys(this.facets).length;
    }

    /** Show what is set, and load what can be ticked. */
    async beforeOpen() {
        const { facets } = this;
        this.state.errors = {};
        for (const { name, kind, relation } of this.filters) {
            const empty = kind === "several" ? { ticked: [] } : { from: "", to: "" };
            this.state.values[name] = { ...empty, ...facets[name]?.utilityValue };
            if (kind === "several" && !this.state.options[name]) {
                this.state.options[name] = await this.orm.searchRead(relation, [], [
                    "display_name",
                ]);
            }
        }
    }

    tick(name, option) {
        const { ticked } = this.state.values[name];
        this.state.values[name].ticked = ticked.includes(option.id)
            ? ticked.filter((id) => id !== option.id)
            : [...ticked, option.id];
    }

    /** Domain and words of a filter; an `error` instead when its values are wrong. */
    read(filter) {
        const value = this.state.values[filter.name];
        if (filter.kind === "several") {
            const { ticked } = value;
            const chosen = this.state.options[filter.name].filter((option) =>
                ticked.includes(option.id)
            );
            return {
                domain: ticked.length && [[filter.name, "in", ticked]],
                words: chosen.map((option) => option.display_name).join(_t(" or ")),
            };
        }
        const ends = filter.kind === "amount" ? readAmounts(value) : readDates(value);
        if (ends.error) {
            return ends;
        }
        const { from, to, fromText, toText } = ends;
        const domain = [];
        if (from !== null) {
            const start = filter.kind === "datetime" ? serializeDateTime(from) : value.from;
            domain.push([filter.name, ">=", filter.kind === "amount" ? from : start]);
        }
        if (to !== null) {
            if (filter.kind === "datetime") {
                // The whole of the last day, in the time zone of the user
                domain.push([filter.name, "<", serializeDateTime(to.plus({ days: 1 }))]);
            } else {
                domain.push([filter.name, "<=", filter.kind === "amount" ? to : value.to]);
            }
        }
        let words = _t("up to %s", toText);
        if (from !== null) {
            words =
                to === null
                    ? _t("from %s", fromText)
                    : _t("%(from)s to %(to)s", { from: fromText, to: toText });
        }
        return { domain: domain.length && domain, words };
    }

    apply() {
        const found = this.filters.map((filter) => [filter, this.read(filter)]);
        this.state.errors = Object.fromEntries(
            found.map(([filter, { error }]) => [filter.name, error || ""])
        );
        if (found.some(([, { error }]) => error)) {
            return;
        }
        this.clearFacets();
        for (const [filter, { domain, words }] of found) {
            if (domain) {
                this.searchModel.createNewFilters([
                    {
                        description: `${filter.label}: ${words}`,
                        domain: JSON.stringify(domain),
                        invisible: "True",
                        utilityFilter: filter.name,
                        utilityValue: { ...this.state.values[filter.name] },
                    },
                ]);
            }
        }
        this.dropdown.close();
    }

    clear() {
        this.clearFacets();
        this.dropdown.close();
    }

    clearFacets() {
        for (const item of Object.values(this.facets)) {
            this.searchModel.deactivateGroup(item.groupId);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && ev.target.matches("input:not([type=checkbox])")) {
            ev.preventDefault();
            this.apply();
        }
    }
}

function readDates({ from, to }) {
    const ends = {
        from: from ? deserializeDate(from) : null,
        to: to ? deserializeDate(to) : null,
    };
    if (from && to && from > to) {
        return { error: _t("“From” is after “To”: enter the earlier date first.") };
    }
    return {
        ...ends,
        fromText: ends.from && formatDate(ends.from),
        toText: ends.to && formatDate(ends.to),
    };
}

function readAmounts(value) {
    const ends = {};
    for (const end of ["from", "to"]) {
        const text = value[end].trim();
        const amount = text ? parseAmount(text) : null;
        if (text && (!amount || amount.value < 0)) {
            return { error: _t("%s is not an amount: write digits and a point.", text) };
        }
        ends[end] = amount && amount.value;
        ends[`${end}Text`] = text;
    }
    if (ends.from !== null && ends.to !== null && ends.from > ends.to) {
        return { error: _t("“Min” is above “Max”: enter the smaller amount first.") };
    }
    return ends;
}
