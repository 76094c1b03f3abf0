import { useBus, useService } from "@web/core/utils/hooks";

/** Name of a search item in the product's own words; never what a user typed. */
function nameOf(item) {
    switch (item.type) {
        case "favorite":
            return "favorite";
        case "field":
        case "groupBy":
        case "dateGroupBy":
            return item.fieldName;
    }
    return item.utilityFilter || item.name || "custom";
}

/** Counts which filters are used in the list that this component stands in (USE-01). */
export function useUsageFilters(searchModel) {
    const usage = useService("utility_usage");
    const read = () =>
        new Set(
            searchModel.query.map(
                ({ searchItemId }) => nameOf(searchModel.searchItems[searchItemId])
            )
        );
    // What an action starts with wasn't chosen
    let before = read();
    useBus(searchModel, "update", () => {
        const now = read();
        for (const name of now) {
            if (!before.has(name)) {
                usage.log("search_filtered", {
                    subject: `${searchModel.resModel}/${name}`,
                });
            }
        }
        before = now;
    });
}
