import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Leave a page that is only looked at, for where one came from (CRN-09). */
export class ClosePage extends Component {
    static template = xml`
        <button type="button" class="btn btn-secondary o_utility_close" t-on-click="close">Close</button>
    `;
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
    }

    close() {
        if (this.env.inDialog) {
            return this.action.doAction({ type: "ir.actions.act_window_close" });
        }
        return this.env.config.historyBack();
    }
}

registry.category("view_widgets").add("utility_close_page", { component: ClosePage });
