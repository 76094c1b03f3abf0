import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import {
    fromStrings,
    kindOf,
    periodAround,
    periodOf,
    shiftPeriod,
    today,
    toStrings,
} from "./periods";

export const READERS = "utility_consumers.group_customer_executive";

// Figures are read anew a moment after a posting, so that a batch counts once, and at
// most this often; an old page reads them when somebody looks at it again.
const DEBOUNCE = 1000;
const INTERVAL = 5000;
const OLD = 5 * 60 * 1000;
// Seconds: who only passes by didn't view the page
const GLANCE = 3;

/**
 * What the head of the landing page shows, kept from one of its lists to the next: the
 * period, the scope, and the figures, which follow the bus while somebody looks.
 *
 * Components use `useState(service.state)`. What the user chose is remembered in
 * `res.users.settings`; which past month was looked at, for this browser tab only.
 */
export class Landing {
    constructor({ orm, bus_service, utility_usage }) {
        this.orm = orm;
        this.bus = bus_service;
        this.usage = utility_usage;
        const { settings } = user;
        const scope = settings.utility_landing_scope || {};
        this.state = reactive({
            /** One of KINDS */
            kind: settings.utility_landing_period || "month",
            /** A day of the period; null: today, so that it moves on by itself */
            anchor: null,
            from: settings.utility_landing_from || "",
            to: settings.utility_landing_to || "",
            compare: settings.utility_landing_compare || "previous_to_date",
            companyIds: scope.company_ids || [],
            channelIds: scope.channel_ids || [],
            chartsOpen: Boolean(settings.utility_landing_charts_open),
            chart: settings.utility_landing_chart || "",
            /** Today; changes at midnight */
            day: serializeDate(today()),
            /** The answer of read_landing; null until there is one */
            data: null,
            loading: false,
            /** A sentence of what went wrong; the figures are of before then */
            error: "",
            /** By figure, how often it changed under the eyes of the user */
            changes: {},
            /** Grows when figures of the same choice changed, for what reads its own */
            refreshKey: 0,
        });
        if (this.state.kind === "custom" && !(this.state.from && this.state.to)) {
            this.state.kind = "month";
        }
        this._recallAnchor();
        this._viewers = 0;
        this._turn = 0;
        this._loadedAt = 0;
        this._stale = false;
        bus_service.subscribe("utility_payments/figures", ({ company_id }) => {
            if (this.companyIds.includes(company_id)) {
                this._changed();
            }
        });
        // What was posted meanwhile, nobody told us
        bus_service.addEventListener("BUS:RECONNECT", () => this._changed());
        // Before the statistics are sent, which happens when the page is hidden
        browser.addEventListener("visibilitychange", () => this._onVisibility(), true);
    }

    // --- what is looked at ---

    /** The chosen period, as {first, last} of luxon. */
    get period() {
        return periodOf(this.state);
    }

    /** Companies whose figures are shown: all of the session in one currency. */
    get companyIds() {
        const ids = this.companies.map(({ id }) => id);
        const chosen = this.state.companyIds.filter((id) => ids.includes(id));
        if (chosen.length) {
            return chosen;
        }
        const { currency_id } = user.activeCompany;
        return this.companies
            .filter((company) => company.currency_id === currency_id)
            .map(({ id }) => id);
    }

    /** Companies to choose from: those that the session is in. */
    get companies() {
        return user.activeCompanies;
    }

    get scope() {
        return {
            company_ids: this.companyIds,
            channel_ids: [...this.state.channelIds],
            compare: this.state.compare,
        };
    }

    // --- choosing ---

    /** Look at the period of a kind around a day; without one, at the current. */
    setPeriod(kind, day = null) {
        const { state } = this;
        const period = periodAround(kind, day || today());
        const isCurrent = period.first <= today() && today() <= period.last;
        state.kind = kind;
        state.anchor = isCurrent ? null : serializeDate(period.first);
        return this._periodChosen({ utility_landing_period: kind });
    }

    /** Look at all days from one to another, written as the server writes them. */
    setRange(from, to) {
        const kind = kindOf(fromStrings({ from, to }));
        if (kind !== "custom") {
            return this.setPeriod(kind, deserializeDate(from));
        }
        Object.assign(this.state, { kind, from, to, anchor: null });
        return this._periodChosen({
            utility_landing_period: kind,
            utility_landing_from: from,
            utility_landing_to: to,
        });
    }

    /** Look at the period before (-1) or after (1). */
    shift(count) {
        const { kind } = this.state;
        const period = shiftPeriod(kind, this.period, count);
        if (kind === "custom") {
            const { from, to } = toStrings(period);
            return this.setRange(from, to);
        }
        return this.setPeriod(kind, period.first);
    }

    setCompare(compare) {
        this.state.compare = compare;
        this._remember({ utility_landing_compare: compare });
        return this.load();
    }

    /** Limit the figures to companies or channels; empty lists for all. */
    setScope({ companyIds = this.state.companyIds, channelIds = this.state.channelIds }) {
        Object.assign(this.state, { companyIds, channelIds });
        this._remember({
            utility_landing_scope: { company_ids: companyIds, channel_ids: channelIds },
        });
        return this.load();
    }

    toggleCharts() {
        this.state.chartsOpen = !this.state.chartsOpen;
        this._remember({ utility_landing_charts_open: this.state.chartsOpen });
    }

    /** Which chart was looked at last, as the charts call it. */
    setChart(chart) {
        this.state.chart = chart;
        this._remember({ utility_landing_chart: chart });
    }

    _periodChosen(settings) {
        const { kind, anchor } = this.state;
        browser.sessionStorage.setItem(this._anchorKey, JSON.stringify({ kind, anchor }));
        this._remember(settings);
        return this.load();
    }

    get _anchorKey() {
        return `utility_landing.${user.userId}`;
    }

    /** A reload of the page doesn't leave the month that was looked at. */
    _recallAnchor() {
        const kept = browser.sessionStorage.getItem(this._anchorKey);
        const { kind, anchor } = kept ? JSON.parse(kept) : {};
        if (anchor && kind === this.state.kind) {
            this.state.anchor = anchor;
        }
    }

    async _remember(settings) {
        for (const [name, value] of Object.entries(settings)) {
            user.updateUserSettings(name, value);
        }
        try {
            await this.orm.silent.call("res.users.settings", "set_res_users_settings", [
                [user.settings.id],
                settings,
            ]);
        } catch (error) {
            // What is shown is right; only the next visit begins as before.
            console.warn("The landing page couldn't keep a choice", error);
        }
    }

    // --- usage (USE-01) ---

    /** A look at the page begins; from one of its lists to the next it goes on. */
    _beginLook() {
        browser.clearTimeout(this._lookEnd);
        this._lookedFrom ??= Date.now();
    }

    _endLook() {
        browser.clearTimeout(this._lookEnd);
        const duration = (Date.now() - this._lookedFrom) / 1000;
        if (this._lookedFrom && duration >= GLANCE) {
            this.usage.log("dashboard_viewed", {
                duration,
                ...this._usageProperties,
                charts: this.state.chartsOpen,
                tiles: this.state.data?.tiles.length || 0,
            });
        }
        this._lookedFrom = null;
    }

    logDrillDown(figure) {
        this.usage.log("drill_down", { subject: figure, ...this._usageProperties });
    }

    get _usageProperties() {
        const { kind, compare } = this.state;
        return { period: kind === "day" ? "today" : kind, compare };
    }

    // --- reading ---

    /** A page begins to show the head. */
    enter() {
        this._viewers++;
        this.bus.start();
        this._watchMidnight();
        browser.clearInterval(this._watch);
        // Also where nothing was told: what is overdue grows by itself, a proxy may
        // hold the bus back
        this._watch = browser.setInterval(() => this._wake(), OLD);
        this._beginLook();
        if (!this.state.data) {
            return this.load();
        }
        this._wake();
    }

    leave() {
        this._viewers--;
        if (!this._viewers) {
            browser.clearTimeout(this._midnight);
            browser.clearInterval(this._watch);
            this._lookEnd = browser.setTimeout(() => this._endLook(), DEBOUNCE);
        }
    }

    /** Read the figures; those of an older choice that come late are dropped. */
    async load() {
        const { state, scope } = this;
        const { from, to } = toStrings(this.period);
        const key = JSON.stringify([from, to, scope]);
        const turn = ++this._turn;
        this._stale = false;
        state.loading = true;
        try {
            const data = await this.orm.silent.call(
                "utility.tile",
                "read_landing",
                [from, to],
                { scope }
            );
            if (turn === this._turn) {
                if (key === this._key) {
                    this._markChanges(state.data, data);
                    state.refreshKey++;
                }
                this._key = key;
                this._loadedAt = Date.now();
                Object.assign(state, { data, error: "" });
            }
        } catch (error) {
            if (turn === this._turn) {
                state.error = sentence(error);
                if (key !== this._key) {
                    // Never the figures of one period under the name of another
                    state.data = null;
                    this._key = null;
                }
            }
        } finally {
            if (turn === this._turn) {
                state.loading = false;
                if (this._stale) {
                    this._changed();
                }
            }
        }
    }

    _markChanges(before, now) {
        const values = Object.fromEntries(
            before.tiles.map(({ figure, value, count }) => [figure, `${value} ${count}`])
        );
        for (const { figure, value, count } of now.tiles) {
            if (figure in values && values[figure] !== `${value} ${count}`) {
                this.state.changes[figure] = (this.state.changes[figure] || 0) + 1;
            }
        }
    }

    /** Figures changed: read them soon, or when somebody looks again. */
    _changed() {
        this._stale = true;
        const isWatched = this._viewers && document.visibilityState !== "hidden";
        if (!isWatched || this._timer || this.state.loading) {
            return;
        }
        const wait = Math.max(DEBOUNCE, this._loadedAt + INTERVAL - Date.now());
        this._timer = browser.setTimeout(() => {
            this._timer = null;
            this._wake();
        }, wait);
    }

    _onVisibility() {
        if (document.visibilityState === "hidden") {
            this._endLook();
        } else if (this._viewers) {
            this._beginLook();
            this._wake();
        }
    }

    /** Somebody looks: read what is stale, or old, or of yesterday. */
    _wake() {
        if (!this._viewers || document.visibilityState === "hidden") {
            return;
        }
        const day = serializeDate(today());
        const isOld = Date.now() - this._loadedAt >= OLD;
        if (this._stale || isOld || day !== this.state.day) {
            this.state.day = day;
            this.load();
        }
    }

    _watchMidnight() {
        browser.clearTimeout(this._midnight);
        const midnight = today().plus({ days: 1 });
        this._midnight = browser.setTimeout(() => {
            this._wake();
            this._watchMidnight();
        }, midnight.diffNow().milliseconds + DEBOUNCE);
    }
}

/** What an error says to a person. */
function sentence(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server can't be reached: check the connection, then try again.");
    }
    return error.data?.message || error.message;
}

registry.category("services").add("utility_landing", {
    dependencies: ["orm", "bus_service", "utility_usage"],
    start(env, services) {
        return new Landing(services);
    },
});
