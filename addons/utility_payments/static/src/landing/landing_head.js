import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { READERS } from "./landing_service";
import { LandingTile } from "./landing_tile";
import { PeriodMenu } from "./period_menu";
import { periodOf, toStrings } from "./periods";
import { ScopeMenu } from "./scope_menu";
import { TilesDialog } from "./tiles_dialog";

/**
 * What stands under the tiles, folded away or open: the charts. An entry is a component
 * with these props, and reads its figures anew when one of them changes:
 *
 *     period: {from, to}, as the server writes dates
 *     scope: {company_ids, channel_ids, compare}, as collection_figures takes it
 *     currencyId: of all amounts
 *     refreshKey: a number that grows when figures changed
 */
const sections = registry.category("utility_landing_sections");

const PROMINENT = 4;
const IN_A_ROW = 6;

/** The first tiles large, the others small, in rows of about the same length. */
function rows(tiles) {
    const first = tiles.slice(0, PROMINENT);
    const rest = tiles.slice(PROMINENT);
    const columns = Math.ceil(rest.length / Math.ceil(rest.length / IN_A_ROW));
    return [
        { id: "o_ul_first", tiles: first, isSmall: false, columns: first.length },
        { id: "o_ul_rest", tiles: rest, isSmall: true, columns },
    ].filter((row) => row.tiles.length);
}

/** The head of the landing page: key figures of a period, and charts (LST-01). */
export class LandingHead extends Component {
    static template = "utility_payments.LandingHead";
    static components = { LandingTile, PeriodMenu, ScopeMenu };
    static props = {};

    setup() {
        this.landing = useService("utility_landing");
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState(this.landing.state);
        this.skeletonRows = rows([...Array(14).keys()]);
        onWillStart(async () => {
            this.isReader = await user.hasGroup(READERS);
        });
        onMounted(() => this.isReader && this.landing.enter());
        onWillUnmount(() => this.isReader && this.landing.leave());
    }

    get period() {
        return periodOf(this.state);
    }

    get tiles() {
        return this.state.data?.tiles || [];
    }

    get tileRows() {
        return rows(this.tiles);
    }

    get sections() {
        return sections.getEntries().map(([id, section]) => ({ id, Component: section }));
    }

    get sectionProps() {
        return {
            period: toStrings(this.period),
            scope: this.landing.scope,
            currencyId: this.state.data.currency_id,
            refreshKey: this.state.refreshKey,
        };
    }

    async open(tile, title) {
        this.landing.logDrillDown(tile.figure);
        const action = await this.orm.call("utility.figure", "open_records", [
            tile.model,
            tile.domain,
            title,
        ]);
        return this.action.doAction(action);
    }

    recordPayment() {
        return this.action.doAction("utility_payments.utility_record_payment_action");
    }

    customise() {
        this.dialog.add(TilesDialog, { onSaved: () => this.landing.load() });
    }

    /** Take a tile off the page whose add-on is gone. */
    async remove(tile) {
        const choices = await this.orm.call("utility.tile", "read_choices", []);
        await this.orm.call("utility.tile", "save_choices", [
            choices.map(({ id, shown, target }) => ({
                id,
                shown: shown && id !== tile.id,
                target,
            })),
        ]);
        return this.landing.load();
    }
}
