import { Component, onMounted, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/**
 * The lists of the landing page, next to each other (LST-01). Add-ons above add theirs:
 *
 *     registry.category("utility_payment_tabs").add("credit_notes", {
 *         label: _t("Credit Notes"),
 *         model: "utility.credit.note",
 *         action: "utility_credit_notes.utility_credit_note_action",
 *     }, { sequence: 20 });
 */
registry.category("utility_payment_tabs").add(
    "payments",
    {
        label: _t("All Payments"),
        model: "account.payment",
        action: "utility_payments.account_payment_action",
    },
    { sequence: 10 }
);

/** Tabs that replace the list; the arrow keys move along them, Enter opens one. */
export class PaymentTabs extends Component {
    static template = "utility_payments.PaymentTabs";
    static props = {};

    setup() {
        this.action = useService("action");
        this.root = useRef("root");
        // A phone has no room for all of them.
        onMounted(() => {
            const selected = this.root.el.querySelector("[aria-selected=true]");
            selected?.scrollIntoView({ block: "nearest", inline: "nearest" });
        });
    }

    get tabs() {
        const { resModel } = this.env.searchModel;
        return registry
            .category("utility_payment_tabs")
            .getEntries()
            .map(([id, tab]) => ({ id, ...tab, selected: tab.model === resModel }));
    }

    open(tab) {
        if (!tab.selected) {
            return this.action.doAction(tab.action, { clearBreadcrumbs: true });
        }
    }

    onKeydown(ev) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        const buttons = [...this.root.el.querySelectorAll("[role=tab]")];
        const index = (buttons.indexOf(ev.target) + step + buttons.length) % buttons.length;
        buttons[index].focus();
    }
}
