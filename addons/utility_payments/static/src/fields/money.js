import { useExternalListener, useState } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { formatMonetary } from "@web/views/fields/formatters";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";
import { parseAmount } from "./parse_amount";

/**
 * An amount whose summary follows each key (REC-06). What isn't an amount, or has more
 * decimals than the currency, is said at once and never rounded silently (REC-05).
 */
export class MoneyField extends MonetaryField {
    static template = "utility_payments.MoneyField";
    static props = { ...MonetaryField.props, empty: { type: String, optional: true } };

    setup() {
        super.setup();
        this.wrong = useState({ message: "" });
        // What is being typed isn't formatted under the cashier's fingers.
        this.typed = null;
        this.commitSoon = useDebounced(() => this.commit(), 200);
        useExternalListener(window, "click", () => this.settle(), { capture: true });
    }

    get inputOptions() {
        return {
            ...super.inputOptions,
            getValue: () => this.typed ?? this.formattedValue,
            parse: (text) => this.parse(text),
        };
    }

    get formattedValue() {
        return this.props.empty && !this.value ? "" : super.formattedValue;
    }

    get placeholder() {
        const value = this.props.empty && this.props.record.data[this.props.empty];
        return value ? this.format(value) : "";
    }

    format(value) {
        return formatMonetary(value, {
            digits: this.currencyDigits,
            currencyId: this.currencyId,
            noSymbol: true,
        });
    }

    /** Say what is wrong with the text; return its number, or undefined. */
    check(text) {
        this.wrong.message = "";
        if (!text.trim()) {
            return 0;
        }
        const amount = parseAmount(text, this.currencySymbol);
        const decimals = this.currencyDigits?.[1] ?? 2;
        if (!amount) {
            this.wrong.message = _t(
                "%(value)s is not an amount: write digits and a point, such as %(example)s.",
                { value: text, example: `145${localization.decimalPoint}50` }
            );
        } else if (amount.decimals > decimals) {
            this.wrong.message = _t(
                "%(value)s has too many decimals: %(currency)s has %(decimals)s.",
                { value: text, currency: getCurrency(this.currencyId)?.name || "", decimals }
            );
        }
        return this.wrong.message ? undefined : amount.value;
    }

    parse(text) {
        const value = this.check(text);
        if (value === undefined) {
            throw new Error(this.wrong.message);
        }
        return value;
    }

    onInput(ev) {
        super.onInput(ev);
        this.typed = ev.target.value;
        this.wrong.message = "";
        this.commitSoon();
    }

    /** Let the native field commit what stands there, as when it is left. */
    commit() {
        const input = this.inputRef.el;
        if (input && this.check(input.value) !== undefined) {
            input.dispatchEvent(new Event("change"));
        }
    }

    /** Typing is over: what stands there counts, and may be changed by a button. */
    settle() {
        if (this.typed === null) {
            return;
        }
        this.commit();
        this.typed = null;
        this.render();
    }
}

registry.category("fields").add("utility_money", {
    ...monetaryField,
    component: MoneyField,
    displayName: _t("Live Amount"),
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...monetaryField.extractProps(fieldInfo, dynamicInfo),
        empty: fieldInfo.options.empty,
    }),
});
