import { registry } from "@web/core/registry";

// A consumer's page and a payment's page: the history is looked at.
const HISTORIES = ["utility.account", "account.payment"];

/** Models of reports: the product's own views over other tables. */
const isReport = (model) => /^utility\..*\.report$/.test(model);

/** Counts which reports and histories are opened, wherever from (USE-01). */
export const usageScreensService = {
    dependencies: ["action", "utility_usage"],
    start(env, { action, utility_usage: usage }) {
        let last = "";
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", ({ detail: mode }) => {
            const controller = action.currentController;
            if (mode === "new" || !controller?.view) {
                return;
            }
            const model = controller.action.res_model;
            const view = controller.view.type;
            const { resId } = controller.props;
            const screen = [controller.action.jsId, view, resId].join();
            if (screen === last) {
                return;
            }
            last = screen;
            if (isReport(model)) {
                usage.log("report_opened", { subject: model, view });
            } else if (view === "form" && resId && HISTORIES.includes(model)) {
                usage.log("history_opened", { subject: model });
            }
        });
    },
};

registry.category("services").add("utility_usage_screens", usageScreensService);
