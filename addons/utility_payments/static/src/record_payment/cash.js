import { Component } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Round and next notes that a consumer may hand over (REC-08 at the counter). */
const NOTES = [5, 10, 50, 100];

class CashWidget extends Component {
    static props = { ...standardWidgetProps };

    get data() {
        return this.props.record.data;
    }

    format(value) {
        const currencyId = this.data.currency_id?.id;
        const digits = getCurrency(currencyId)?.digits;
        return formatMonetary(value, { currencyId, digits });
    }
}

/** Received with one touch: exact, next 5, 10, 50, 100. */
export class QuickCash extends CashWidget {
    static template = "utility_payments.QuickCash";

    get amounts() {
        const due = this.data.cash_due;
        const rounded = NOTES.map((note) => Math.ceil(due / note - 1e-9) * note);
        return [...new Set(rounded)].filter((amount) => amount > due);
    }

    receive(amount) {
        return this.props.record.update({ tendered: amount });
    }
}

/** An amount typed above what is owed may have been what was handed over (REC-08). */
export class ExtraAsChange extends CashWidget {
    static template = "utility_payments.ExtraAsChange";

    get extra() {
        return this.format(this.data.amount_extra);
    }

    give() {
        const { to_collect, cash_due } = this.data;
        return this.props.record.update({ amount: to_collect, tendered: cash_due });
    }
}

registry.category("view_widgets").add("utility_quick_cash", { component: QuickCash });
registry.category("view_widgets").add("utility_extra_as_change", { component: ExtraAsChange });
