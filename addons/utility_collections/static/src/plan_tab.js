import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// LST-01: the third tab of the landing page
registry.category("utility_payment_tabs").add(
    "payment_plans",
    {
        label: _t("Payment Plans"),
        model: "utility.payment.plan",
        action: "utility_collections.utility_payment_plan_action",
    },
    { sequence: 30 }
);

// What the search menu can't ask for
registry.category("utility_list_filters").add("utility.payment.plan", [
    { name: "next_due_date", kind: "date", label: _t("Next due") },
    { name: "amount_covered", kind: "amount", label: _t("Covered debt") },
    {
        name: "template_id",
        kind: "several",
        label: _t("Template"),
        relation: "utility.payment.plan.template",
    },
]);
