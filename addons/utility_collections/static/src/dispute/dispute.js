import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// LST-02: from the row of a payment
registry.category("utility_payment_row_menu").add(
    "dispute",
    {
        label: _t("Open dispute"),
        icon: "fa-gavel",
        method: "action_open_dispute",
        isVisible: (data) => data.can_dispute,
        fields: [{ name: "can_dispute", type: "boolean" }],
    },
    { sequence: 60 }
);
