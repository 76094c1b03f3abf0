import {
    Component,
    onMounted,
    onPatched,
    useExternalListener,
    useState,
    useSubEnv,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// Buttons that lead through the steps of one form: no reload of the page or dialog.
const STEPS = [
    "action_review",
    "action_back",
    "action_confirm",
    "action_add_tender",
    "action_remove_tenders",
];
const AMOUNTS = ["amount", "tendered"];
const REFUSALS = ["odoo.exceptions.ValidationError", "odoo.exceptions.UserError"];

/**
 * The counter's keyboard (REC-16): Enter goes on, Esc goes back, and the focus is where
 * the next key is wanted. A refusal is shown in the form, in the words of the door.
 */
export class RecordPaymentController extends FormController {
    setup() {
        super.setup();
        this.refusal = useState({ message: "" });
        useSubEnv({ recordPaymentRefusal: this.refusal });
        this.focused = "";
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), { capture: true });
        useExternalListener(window, "input", () => (this.refusal.message = ""), { capture: true });
        onMounted(() => this.focusNext());
        onPatched(() => this.focusNext());
    }

    /** A form that isn't confirmed yet is no document: nothing is saved on leaving it. */
    async beforeLeave() {}

    async beforeUnload() {}

    beforeVisibilityChange() {}

    displayName() {
        return _t("Record Payment");
    }

    get root() {
        const el = this.rootRef.el;
        return this.env.inDialog ? el?.closest(".modal") : el;
    }

    focusNext() {
        const { step, utility_account_id: account, tender_ids: visit } = this.model.root.data;
        const place = [this.model.root.resId, step, account?.id, visit.count].join();
        if (place === this.focused) {
            return;
        }
        let selector = `[name=${step}] .o_rp_primary`;
        if (step === "select") {
            selector = account ? "[name=amount] input" : "[name=utility_account_id] input";
        }
        // The renderer patches after us: what has to be focused comes with the next frame.
        requestAnimationFrame(() => {
            const target = this.root?.querySelector(selector);
            if (target) {
                this.focused = place;
                target.focus();
                target.select?.();
            }
        });
    }

    onKeydown(ev) {
        const root = this.root;
        const modified = ev.altKey || ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.isComposing;
        if (!root || modified || !["Enter", "Escape"].includes(ev.key)) {
            return;
        }
        const target = ev.target;
        const outside = target !== document.body && !root.contains(target);
        const dialog = document.querySelector(".o_dialog:not(.o_inactive_modal)");
        const covered = dialog && !dialog.contains(root);
        const menuOpen = document.querySelector(
            ".o-autocomplete--dropdown-menu, .o_datetime_picker"
        );
        if (outside || covered || menuOpen) {
            return;
        }
        if (ev.key === "Escape") {
            this.press(ev, this.find(".o_rp_back"));
            return;
        }
        const ownEnter = target.closest("textarea, a, button:not([role=radio]):not(.o_rp_primary)");
        const searching = target.closest("[name=utility_account_id]");
        if (!ownEnter && !searching) {
            this.press(ev, this.find(".o_rp_primary"));
        }
    }

    /** The button of the step that is shown. */
    find(selector) {
        return [...this.root.querySelectorAll(selector)].find((button) => button.offsetParent);
    }

    /** Click a button once, however long the key is held. */
    press(ev, button) {
        if (!button) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        if (!ev.repeat && !button.disabled) {
            button.click();
        }
    }

    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name === "action_record_another") {
            await this.model.load({ resId: false, resIds: [], context: user.context });
            return false;
        }
        if (!STEPS.includes(clickParams.name)) {
            return super.beforeExecuteActionButton(...arguments);
        }
        this.refusal.message = "";
        const record = this.model.root;
        await record.isDirty();
        const wrong = AMOUNTS.find((name) => record.isFieldInvalid(name));
        if (wrong) {
            // The field itself says what is wrong with it.
            this.root.querySelector(`[name=${wrong}] input`)?.select();
            return false;
        }
        try {
            if (await record.save({ reload: false })) {
                await this.orm.call(record.resModel, clickParams.name, [[record.resId]]);
                await record.load();
            }
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                this.refusal.message = _t(
                    "The connection was lost: try again, the payment is recorded only once."
                );
            }
            if (!(error instanceof RPCError && REFUSALS.includes(error.exceptionName))) {
                throw error;
            }
            this.refusal.message = error.data.message;
            await record.load();
            this.focusMissing();
        }
        return false;
    }

    /** Nearly all that is refused at the review is a reference that is missing. */
    focusMissing() {
        const { reference_required: required, reference } = this.model.root.data;
        if (required && !reference) {
            this.root.querySelector("[name=reference] input")?.focus();
        }
    }
}

export class RecordPaymentRefusal extends Component {
    static template = "utility_payments.RecordPaymentRefusal";
    static props = { ...standardWidgetProps };

    setup() {
        this.refusal = useState(this.env.recordPaymentRefusal);
    }

    /** What the live message says already isn't said twice. */
    get isNews() {
        const { step, message } = this.props.record.data;
        return this.refusal.message && !(step === "select" && this.refusal.message === message);
    }
}

registry.category("view_widgets").add("utility_record_payment_error", {
    component: RecordPaymentRefusal,
});

registry.category("views").add("utility_record_payment", {
    ...formView,
    Controller: RecordPaymentController,
});
