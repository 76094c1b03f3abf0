import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { StatusBarButtons } from "@web/views/form/status_bar_buttons/status_bar_buttons";

// As many as fit beside the status; a phone has room for one, as everywhere in Odoo
const FEW = 4;

/** The first buttons of a form's header, and a menu with the others. */
export class FewButtons extends StatusBarButtons {
    static template = "utility_consumers.FewButtons";

    get room() {
        return this.env.isSmall ? 1 : FEW;
    }

    /** A menu with a single button in it would take the button's own place. */
    get shown() {
        const names = this.visibleSlotNames;
        return names.length > this.room + 1 ? names.slice(0, this.room) : names;
    }

    get others() {
        return this.visibleSlotNames.slice(this.shown.length);
    }
}

/** The page of a consumer: add-ons add their buttons, the header stays one row. */
class AccountFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, StatusBarButtons: FewButtons };
}

registry.category("views").add("utility_account_form", {
    ...formView,
    Renderer: AccountFormRenderer,
});
