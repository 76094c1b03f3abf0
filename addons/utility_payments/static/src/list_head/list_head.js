import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { LandingHead } from "../landing/landing_head";
import { useUsageFilters } from "../usage/usage_filters";
import { ListFilters } from "./list_filters";
import { PaymentTabs } from "./payment_tabs";

/** Between the search bar and the rows: key figures, the tabs, and more filters. */
export class ListHead extends Component {
    static template = "utility_payments.ListHead";
    static components = { LandingHead, ListFilters, PaymentTabs };
    static props = {};

    setup() {
        useUsageFilters(this.env.searchModel);
    }

    /** A list of what belongs to something else has a way back instead of tabs. */
    get hasTabs() {
        return !this.env.inDialog && this.env.config.breadcrumbs.length < 2;
    }
}

export class PaymentListController extends ListController {
    static template = "utility_payments.ListView";
    static components = { ...ListController.components, ListHead };
}

export class PaymentKanbanController extends KanbanController {
    static template = "utility_payments.KanbanView";
    static components = { ...KanbanController.components, ListHead };
}

registry
    .category("views")
    .add("utility_payment_list", { ...listView, Controller: PaymentListController })
    .add("utility_payment_kanban", { ...kanbanView, Controller: PaymentKanbanController });
