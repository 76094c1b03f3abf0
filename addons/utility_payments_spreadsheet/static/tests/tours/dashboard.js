import { registry } from "@web/core/registry";

/** The spreadsheet that is shown: found in the tree of components. */
function findModel(node = odoo.__WOWL_DEBUG__.root.__owl__) {
    const { model } = node.component?.props || {};
    if (model?.getters?.getEvaluatedCell) {
        return model;
    }
    for (const child of Object.values(node.children)) {
        const found = findModel(child);
        if (found) {
            return found;
        }
    }
}

function read(cell) {
    const [column, row] = [cell.charCodeAt(0) - 65, Number(cell.slice(1)) - 1];
    const [, sheetId] = findModel().getters.getSheetIds();
    return findModel().getters.getEvaluatedCell({ sheetId, col: column, row });
}

async function until(condition, what) {
    for (let wait = 0; wait < 200; wait++) {
        if (await condition()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(what());
}

registry.category("web_tour.tours").add("utility_payments_dashboard", {
    steps: () => [
        { trigger: ".o_search_panel_current_user, .o_spreadsheet_dashboard_action" },
        {
            content: "the dashboard is drawn",
            trigger: ".o-chart-container canvas, .o-figure canvas",
            async run() {
                await until(
                    () => findModel() && typeof read("B1").value === "number",
                    () => `Collected is ${JSON.stringify(read("B1"))}`
                );
            },
        },
        {
            content: "of this month, it shows what the tiles of the landing page show",
            trigger: ".o_spreadsheet_dashboard_action",
            async run() {
                const model = findModel();
                const [period] = model.getters.getGlobalFilters();
                const { DateTime } = luxon;
                const now = DateTime.local();
                model.dispatch("SET_GLOBAL_FILTER_VALUE", {
                    id: period.id,
                    value: { type: "month", year: now.year, month: now.month },
                });
                const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
                const figures = await orm.call("account.payment", "collection_figures", [
                    now.startOf("month").toISODate(),
                    now.endOf("month").toISODate(),
                ]);
                const shown = {
                    B1: figures.total_collected.value,
                    B2: figures.total_collected.count,
                    B3: figures.collection_rate.value,
                    B4: figures.average_collection_time.value,
                    B5: figures.outstanding.value,
                };
                if (!shown.B1 || !shown.B3) {
                    throw new Error("there is nothing to compare with");
                }
                const wrong = () =>
                    Object.entries(shown).filter(
                        ([cell, value]) => Math.abs(read(cell).value - value) > 0.051
                    );
                await until(
                    () => !wrong().length,
                    () =>
                        wrong()
                            .map(([cell, value]) => `${cell}: ${read(cell).value}, not ${value}`)
                            .join("; ")
                );
            },
        },
    ],
});
