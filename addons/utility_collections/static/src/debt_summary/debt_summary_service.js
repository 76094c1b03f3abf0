import { registry } from "@web/core/registry";
import { DebtDrawer } from "./debt_drawer";

/**
 * Opens the debt summary of an account at the side of whatever is shown (COL-02).
 *
 *     env.services.utility_debt_summary.open(accountId, { onChange });
 *
 * `onChange` is called after something was done in it that may have changed the page
 * below. From the server: a client action with the tag `utility_debt_summary` and the
 * id of the account in `params.account_id`.
 */
export const debtSummaryService = {
    dependencies: ["overlay"],
    start(env, { overlay }) {
        let close = () => {};
        return {
            open(accountId, { onChange = () => {} } = {}) {
                close();
                close = overlay.add(DebtDrawer, {
                    accountId,
                    onChange,
                    close: () => close(),
                });
            },
        };
    },
};

registry.category("services").add("utility_debt_summary", debtSummaryService);

registry.category("actions").add("utility_debt_summary", (env, { params }, { onClose }) => {
    // Whatever the button stands in shows figures that change with what is done
    env.services.utility_debt_summary.open(params.account_id, { onChange: onClose });
});
