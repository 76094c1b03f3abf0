import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useSortable } from "@web/core/utils/sortable_owl";
import { getCurrency } from "@web/core/currency";
import { parseAmount } from "../fields/parse_amount";

/** Which tiles one wants to see, in which order, with which targets (KPI-05). */
export class TilesDialog extends Component {
    static template = "utility_payments.TilesDialog";
    static components = { Dialog };
    static props = { onSaved: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.list = useRef("list");
        this.state = useState({ rows: [], said: "" });
        onWillStart(async () => {
            const rows = await this.orm.call("utility.tile", "read_choices", []);
            this.state.rows = rows.map((row) => ({
                ...row,
                text: row.target ? this.targetText(row) : "",
                error: "",
            }));
        });
        useSortable({
            ref: this.list,
            elements: ".o_ul_choice",
            handle: ".o_ul_handle",
            cursor: "grabbing",
            onDrop: ({ element, previous }) => {
                const from = this.indexOf(element);
                const to = previous ? this.indexOf(previous) : -1;
                // Behind the one before; what stood above moves up by one
                this.moveTo(from, to < from ? to + 1 : to);
            },
        });
    }

    targetText({ display, target }) {
        const digits = { money: 2, count: 0 }[display] ?? 1;
        return formatFloat(target, { digits: [16, digits] });
    }

    unit({ display }) {
        const units = { percent: _t("%"), days: _t("days") };
        if (display === "money") {
            return getCurrency(user.activeCompany.currency_id)?.symbol || "";
        }
        return units[display] || "";
    }

    indexOf(element) {
        return this.state.rows.findIndex(({ id }) => id === Number(element.dataset.id));
    }

    moveTo(from, to) {
        const { rows } = this.state;
        if (to >= 0 && to < rows.length && from !== to) {
            const [row] = rows.splice(from, 1);
            rows.splice(to, 0, row);
            this.state.said = _t("%(tile)s is number %(position)s of %(count)s.", {
                tile: row.name,
                position: to + 1,
                count: rows.length,
            });
        }
    }

    /** Up and down with the keyboard; the button keeps the focus. */
    move(row, step, ev) {
        const from = this.state.rows.indexOf(row);
        this.moveTo(from, from + step);
        const button = ev.currentTarget;
        requestAnimationFrame(() => button.focus());
    }

    /** The target of a row as a number; false when it is none. */
    readTarget(row) {
        row.error = "";
        const text = row.text.trim();
        if (!text) {
            return 0;
        }
        const amount = parseAmount(text);
        if (!amount || !(amount.value >= 0) || amount.value >= 1e12) {
            row.error = _t("“%s” can't be a target: write a number such as 94.5.", text);
            return false;
        }
        return amount.value;
    }

    async save() {
        const choices = this.state.rows.map((row) => ({
            id: row.id,
            shown: row.shown,
            target: this.readTarget(row),
        }));
        const wrong = choices.findIndex(({ target }) => target === false);
        if (wrong >= 0) {
            this.list.el.querySelectorAll(".o_ul_target input")[wrong].focus();
            return;
        }
        await this.orm.call("utility.tile", "save_choices", [choices]);
        return this.done();
    }

    async reset() {
        await this.orm.call("utility.tile", "reset_choices", []);
        return this.done();
    }

    done() {
        this.props.close();
        return this.props.onSaved();
    }
}
