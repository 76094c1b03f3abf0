import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * A dialog that makes a record when its button is pressed, and only then: a promise, a
 * dispute. Odoo would save it as well when the page is left or closed.
 */
export class AskingFormController extends FormController {
    /** @override */
    async beforeLeave() {}

    /** @override */
    async beforeUnload() {}
}

registry.category("views").add("utility_asking_form", {
    ...formView,
    Controller: AskingFormController,
});
