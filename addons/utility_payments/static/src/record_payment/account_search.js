import { Component } from "@odoo/owl";
import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { getCurrency } from "@web/core/currency";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SPECIFICATION = {
    display_name: {},
    number: {},
    consumer_name: {},
    service_address: {},
    current_balance: {},
    state: {},
    currency_id: { fields: {} },
};
const LIMIT = 8;

/**
 * One box to find an account (CON-02): suggestions show whose it is, where, and what is
 * owed. It also remembers what was searched for, so that a scanned bill gets ticked.
 */
export class AccountSearchField extends Component {
    static template = "utility_payments.AccountSearchField";
    static components = { AutoComplete };
    static props = { ...standardFieldProps, placeholder: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.canScan = isBarcodeScannerSupported();
    }

    get account() {
        return this.props.record.data[this.props.name];
    }

    get name() {
        return this.props.record.data.consumer_name || this.account.display_name;
    }

    get sources() {
        return [
            {
                placeholder: _t("Searching..."),
                optionSlot: "account",
                options: (term) => this.keepLast.add(this.search(term)),
            },
        ];
    }

    async search(term) {
        if (!term) {
            return [];
        }
        const accounts = await this.orm.call("utility.account", "web_name_search", [], {
            name: term,
            specification: SPECIFICATION,
            limit: LIMIT,
            context: this.props.context,
        });
        if (!accounts.length) {
            const label = _t("Nobody found: try a name, number, phone, address or bill.");
            return [{ label, data: {}, cssClass: "o_rp_nobody" }];
        }
        return accounts.map((account) => ({
            label: account.display_name,
            data: {
                account,
                balance: this.formatBalance(account),
            },
            onSelect: () => this.select(account, term),
        }));
    }

    formatBalance({ current_balance, currency_id: { id: currencyId } }) {
        const digits = getCurrency(currencyId)?.digits;
        return formatMonetary(current_balance, { currencyId, digits });
    }

    select({ id, display_name }, term) {
        return this.props.record.update({
            scanned: term,
            [this.props.name]: { id, display_name },
        });
    }

    clear() {
        return this.props.record.update({ scanned: false, [this.props.name]: false });
    }

    async scan() {
        const code = await scanBarcode(this.env);
        if (!code) {
            return;
        }
        await this.props.record.update({ scanned: code });
        if (!this.account) {
            const message = _t("Nobody found for %(code)s: search by name instead.", { code });
            this.notification.add(message, { type: "warning" });
        }
    }
}

registry.category("fields").add("utility_account_search", {
    component: AccountSearchField,
    supportedTypes: ["many2one"],
    extractProps: ({ placeholder }) => ({ placeholder }),
    fieldDependencies: [{ name: "consumer_name", type: "char", readonly: true }],
});
