import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Fills `latitude` and `longitude` of a form with where the device is.
 * The device asks first; a crew that says no goes on without.
 */
export class Position extends Component {
    static template = "utility_collections.Position";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ text: "", busy: false });
    }

    take() {
        if (!navigator.geolocation) {
            this.state.text = _t("This device doesn't tell its position.");
            return;
        }
        this.state.busy = true;
        navigator.geolocation.getCurrentPosition(
            ({ coords }) => {
                this.state.busy = false;
                this.state.text = "";
                this.props.record.update({
                    latitude: coords.latitude,
                    longitude: coords.longitude,
                });
            },
            () => {
                this.state.busy = false;
                this.state.text = _t("The device didn't tell its position.");
            },
            { enableHighAccuracy: true, timeout: 10000 }
        );
    }
}

registry.category("view_widgets").add("utility_position", { component: Position });
