import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatDay } from "./format";

/** How far the case of an account has come on its ladder (COL-04, CON-06). */
export class DebtLadder extends Component {
    static template = "utility_collections.DebtLadder";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get ladder() {
        return this.props.record.data[this.props.name];
    }

    day(text) {
        return formatDay(text);
    }

    /** What is known of when a step is taken. */
    when(step) {
        const { case: facts, steps } = this.ladder;
        if (step.state === "next" && facts.next_on) {
            return formatDay(facts.next_on);
        }
        const last = steps.filter(({ state }) => state === "taken").at(-1);
        if (step === last && facts.stepped_on) {
            return formatDay(facts.stepped_on);
        }
        return _t("day %s", step.days);
    }

    openCase() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "utility.collection.case",
            res_id: this.ladder.case.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("utility_debt_ladder", {
    component: DebtLadder,
    displayName: _t("Ladder of an Account"),
    supportedTypes: ["json"],
});
