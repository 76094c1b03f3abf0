import { registry } from "@web/core/registry";

// Screens that show how plans are kept; a list or a form of plans is daily work.
const REVIEWS = {
    "utility.payment.plan": ["kanban", "pivot", "graph"],
    "utility.payment.plan.installment": ["calendar", "pivot", "graph"],
    "utility.payment.plan.report": ["list", "pivot", "graph"],
};

/** Counts how often the compliance of plans is reviewed, and how (USE-01). */
export const complianceUsageService = {
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
            const screen = [controller.action.jsId, view].join();
            // On a phone, plans are always cards: that says nothing.
            if (screen !== last && REVIEWS[model]?.includes(view) && !env.isSmall) {
                usage.log("compliance_reviewed", { subject: model, view });
            }
            last = screen;
        });
    },
};

registry.category("services").add("utility_compliance_usage", complianceUsageService);
