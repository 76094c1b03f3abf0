import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { comparedLabel, fromStrings } from "./periods";

/** Which companies and channels are summed up, and what they are compared with. */
export class ScopeMenu extends Component {
    static template = "utility_payments.ScopeMenu";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.landing = useService("utility_landing");
        this.orm = useService("orm");
        this.chosen = useState(this.landing.state);
        this.state = useState({ channels: [] });
        this.comparisons = [
            { id: "previous_to_date", label: _t("Period before, to the same day") },
            { id: "previous", label: _t("Whole period before") },
            { id: "last_year_to_date", label: _t("Last year, to the same day") },
        ];
    }

    async beforeOpen() {
        if (!this.state.channels.length) {
            this.state.channels = await this.orm.call(
                "utility.payment.channel",
                "search_read",
                [[], ["name"]]
            );
        }
    }

    get companies() {
        return this.landing.companies;
    }

    get currencies() {
        return new Set(this.companies.map(({ currency_id }) => currency_id));
    }

    isSummed(company) {
        return this.landing.companyIds.includes(company.id);
    }

    /** What the figures are limited to, in short. */
    get label() {
        const { companyIds, channelIds } = this.chosen;
        const parts = [];
        if (this.companies.length > 1) {
            const summed = this.companies.filter((company) => this.isSummed(company));
            parts.push(
                summed.length === 1 ? summed[0].name : _t("%s companies", summed.length)
            );
        }
        const names = this.chosen.data?.channels || [];
        if (channelIds.length) {
            parts.push(
                names.length === 1 ? names[0] : _t("%s channels", channelIds.length)
            );
        } else if (!parts.length || !companyIds.length) {
            parts.push(_t("All channels"));
        }
        return parts.join(", ");
    }

    get isLimited() {
        return this.chosen.channelIds.length > 0;
    }

    get comparedWith() {
        const { data } = this.chosen;
        if (!data) {
            return "";
        }
        return _t(
            "vs %s",
            comparedLabel(fromStrings({ from: data.compared_from, to: data.compared_to }))
        );
    }

    toggleChannel({ id }) {
        const { channelIds } = this.chosen;
        return this.landing.setScope({
            channelIds: channelIds.includes(id)
                ? channelIds.filter((other) => other !== id)
                : [...channelIds, id],
        });
    }

    allChannels() {
        return this.landing.setScope({ channelIds: [] });
    }

    /** Amounts of two currencies can't be summed: one drops the other. */
    toggleCompany({ id, currency_id }) {
        const summed = this.companies.filter((company) => this.isSummed(company));
        const others = summed
            .filter((company) => company.id !== id && company.currency_id === currency_id)
            .map((company) => company.id);
        const isOn = summed.some((company) => company.id === id);
        const companyIds = isOn ? others : [...others, id];
        return this.landing.setScope({ companyIds: companyIds.length ? companyIds : [id] });
    }

    get currentCompany() {
        return user.activeCompany;
    }
}
