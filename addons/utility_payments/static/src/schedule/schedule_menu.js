import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const VIEWS = ["list", "kanban", "pivot", "graph"];
const MODELS = ["account.payment", "account.move", "account.move.line"];

/** In the cog menu of a screen: e-mail its favourite again and again (KPI-07). */
export class ScheduleMenu extends Component {
    static template = "utility_payments.ScheduleMenu";
    static components = { DropdownItem };
    static props = {};

    async onSelected() {
        // Not useService: it waits for nothing once the menu is closed
        const { action, notification, orm } = this.env.services;
        const [favourite] = this.env.searchModel.getSearchItems(
            (item) => item.type === "favorite" && item.isActive && item.serverSideId
        );
        if (!favourite) {
            notification.add(
                _t("Save this search as a favourite first, and choose it: then it can be sent."),
                { type: "warning" }
            );
            return;
        }
        await action.doAction(
            await orm.call("utility.report.schedule", "action_of_favourite", [
                favourite.serverSideId,
            ])
        );
    }
}

registry.category("cogMenu").add(
    "utility-schedule-menu",
    {
        Component: ScheduleMenu,
        groupNumber: 20,
        isDisplayed: async ({ config, searchModel }) =>
            Boolean(searchModel) &&
            VIEWS.includes(config.viewType) &&
            (searchModel.resModel.startsWith("utility.") || MODELS.includes(searchModel.resModel)) &&
            (await user.hasGroup("utility_consumers.group_billing_manager")),
    },
    { sequence: 30 }
);
