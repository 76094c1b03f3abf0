import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useActiveElement } from "@web/core/ui/ui_service";
import { useBus, useService } from "@web/core/utils/hooks";
import { useFiguresChanged } from "./figures_changed";
import { formatAmount, formatDay, formatPercent } from "./format";

// As long as the stylesheet takes to slide it out
const SLIDE = 180;
const KINDS = {
    installment: { icon: "fa-calendar-check-o", label: _t("Installment") },
    promise: { icon: "fa-handshake-o", label: _t("Promise") },
    draft: { icon: "fa-credit-card", label: _t("Automatic payment") },
};
const ACCOUNT = "utility.account";

/**
 * What a consumer owes, what is agreed, and what to do next, at the side of the page;
 * a full sheet on a phone (COL-02).
 */
export class DebtDrawer extends Component {
    static template = "utility_collections.DebtDrawer";
    static components = { Dropdown, DropdownItem };
    static props = { accountId: Number, onChange: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({
            /** The answer of read_debt_drawer; null until there is one */
            data: null,
            /** A sentence on what went wrong */
            error: "",
            /** A button that is at work: none is pressed twice */
            busy: false,
            closing: false,
            accountId: this.props.accountId,
        });
        this.turn = 0;
        useActiveElement("root");
        useHotkey("escape", () => this.close());
        useFiguresChanged(() => this.read());
        // Another page is no page below it any more
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", ({ detail: mode }) => {
            if (mode !== "new") {
                this.props.close();
            }
        });
        onMounted(() => this.read());
        onWillUnmount(() => {
            this.turn = -1;
            browser.clearTimeout(this.timer);
        });
    }

    // --- what is shown ---

    get data() {
        return this.state.data;
    }

    /** One of behind (owes), clear (nothing is overdue). */
    get isClear() {
        return !this.data.total_in_collections && !this.data.overdue;
    }

    get percent() {
        return formatPercent(this.data.percent_behind);
    }

    get places() {
        const { behind, total } = this.data.premises;
        return total > 1
            ? _t("on %(behind)s of %(total)s premises", { behind, total })
            : _t("on its only premise");
    }

    amount(value) {
        return formatAmount(value, this.data.currency_id);
    }

    day(text) {
        return formatDay(text);
    }

    kind(payment) {
        return KINDS[payment.kind];
    }

    get daysOverdue() {
        const { days_overdue: days } = this.data;
        if (!days) {
            return _t("None");
        }
        return days === 1 ? _t("1 day") : _t("%s days", days);
    }

    /** The procedures that can be chosen at once, and whether there are others. */
    get requestTypes() {
        return this.data.request_types.filter(({ code }) => code);
    }

    get hasOwnTypes() {
        return this.requestTypes.length < this.data.request_types.length;
    }

    /** Nothing new is agreed on a closed account, or where nothing is owed. */
    get canAgree() {
        return !this.data.account.closed && this.data.payoff > 0;
    }

    // --- reading ---

    /** Read all anew; an answer that comes late is dropped. */
    async read() {
        const turn = ++this.turn;
        try {
            const data = await this.orm.silent.call(ACCOUNT, "read_debt_drawer", [
                [this.state.accountId],
            ]);
            if (turn === this.turn) {
                Object.assign(this.state, { data, error: "" });
            }
        } catch (error) {
            if (turn === this.turn) {
                this.state.error = this.sentence(error);
            }
        }
    }

    sentence(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server can't be reached: check the connection, then try again.");
        }
        return error.data?.message || error.message;
    }

    retry() {
        this.state.error = "";
        return this.read();
    }

    /** Look at another account of the consumer. */
    show(accountId) {
        Object.assign(this.state, { accountId, data: null, error: "" });
        return this.read();
    }

    // --- doing ---

    /** Something was done: this and the page below show what is so now. */
    async changed() {
        this.props.onChange();
        await this.read();
    }

    /**
     * Call a method of the server, and open what it answers with.
     *
     * @param {string} model
     * @param {string} method
     * @param {number} id
     * @param {any[]} args
     */
    async call(model, method, id, ...args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const answer = await this.orm.call(model, method, [[id], ...args]);
            if (answer?.tag === "display_notification") {
                // What would follow reloads the page, and closes the drawer with it.
                const params = { ...answer.params, next: undefined };
                await this.action.doAction({ ...answer, params });
                await this.changed();
            } else if (answer && typeof answer === "object") {
                await this.action.doAction(answer, { onClose: () => this.changed() });
            } else {
                await this.changed();
            }
        } finally {
            this.state.busy = false;
        }
    }

    recordMinimum() {
        return this.call(ACCOUNT, "action_record_minimum_due", this.state.accountId);
    }

    newRequest(code) {
        return this.call(ACCOUNT, "action_new_request", this.state.accountId, code);
    }

    nextStep(requestId) {
        return this.call("utility.service.request", "action_next_step", requestId);
    }

    newPromise() {
        return this.call(ACCOUNT, "action_new_promise", this.state.accountId);
    }

    setUpPlan() {
        return this.call(ACCOUNT, "action_set_up_plan", this.state.accountId);
    }

    /** Open the page of a record; the drawer makes place for it. */
    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openPayment() {
        return this.call("account.payment", "action_view_details", this.data.last_payment.id);
    }

    // --- leaving ---

    close() {
        if (this.state.closing) {
            return;
        }
        this.state.closing = true;
        this.timer = browser.setTimeout(this.props.close, SLIDE);
    }
}
