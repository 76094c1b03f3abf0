import { Component, status, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useFiguresChanged } from "./figures_changed";
import { formatAmount, formatPercent } from "./format";

/**
 * How much of an account is behind, and on how many premises; opens the debt summary
 * (COL-01). It follows what is posted elsewhere.
 */
export class DebtInsight extends Component {
    static template = "utility_collections.DebtInsight";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.debtSummary = useService("utility_debt_summary");
        // What was read since the record was: it counts until the record is read again
        this.state = useState({ fresh: null });
        useEffect(
            () => {
                this.state.fresh = null;
            },
            () => [this.props.record.data[this.props.name]]
        );
        useFiguresChanged(() => this.follow());
    }

    get insight() {
        return this.state.fresh || this.props.record.data[this.props.name];
    }

    get percent() {
        return formatPercent(this.insight.percent_behind);
    }

    /** How far the bar goes, as CSS. */
    get width() {
        return `width: ${Math.max(this.insight.percent_behind, 2)}%`;
    }

    /** One of behind, elsewhere, clear. */
    get kind() {
        if (this.insight.overdue > 0) {
            return "behind";
        }
        return this.insight.behind ? "elsewhere" : "clear";
    }

    get places() {
        const { behind, total } = this.insight;
        if (this.kind === "elsewhere") {
            return _t("%(behind)s of the consumer's %(total)s premises behind", { behind, total });
        }
        if (total > 1) {
            return this.kind === "clear"
                ? _t("nothing overdue on %(total)s premises", { total })
                : _t("on %(behind)s of %(total)s premises", { behind, total });
        }
        return this.kind === "clear" ? _t("nothing is overdue") : _t("on its only premise");
    }

    get overdue() {
        const { currency_id } = this.props.record.data;
        return formatAmount(this.insight.overdue, currency_id?.id);
    }

    open() {
        this.debtSummary.open(this.props.record.resId, {
            onChange: () => this.follow(),
        });
    }

    /** Read what changed; the figures beside it follow, unless somebody is typing. */
    async follow() {
        if (status(this) === "destroyed") {
            // The drawer outlived the page from which it was opened
            return;
        }
        const { record, name } = this.props;
        const [values] = await this.orm.silent.read(record.resModel, [record.resId], [name]);
        if (!values || JSON.stringify(values[name]) === JSON.stringify(this.insight)) {
            return;
        }
        const isTyping = document.activeElement?.matches(
            ".o_form_view input, .o_form_view textarea, .o_form_view [contenteditable=true]"
        );
        if (record.dirty || isTyping) {
            this.state.fresh = values[name];
        } else {
            await record.load();
        }
    }
}

registry.category("fields").add("utility_debt_insight", {
    component: DebtInsight,
    displayName: _t("Debt Insight"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "currency_id", type: "many2one", relation: "res.currency" }],
});
