import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** Terms that nobody agreed on are no document: nothing is saved on leaving them. */
export class PlanSetupController extends FormController {
    async beforeLeave() {}

    async beforeUnload() {}

    beforeVisibilityChange() {}

    displayName() {
        return this.model.root.data.previous_id
            ? _t("Modify a payment plan")
            : _t("Set up a payment plan");
    }
}

registry.category("views").add("utility_plan_setup", {
    ...formView,
    Controller: PlanSetupController,
});
