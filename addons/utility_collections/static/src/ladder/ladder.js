import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// The timeline of a case: icon and colour of each kind of event (COL-04)
const eventRegistry = registry.category("utility_payment_timeline");
for (const [kind, icon, color] of [
    ["overdue", "fa-calendar-times-o", "warning"],
    ["opened", "fa-folder-open-o", "warning"],
    ["step", "fa-level-up", "primary"],
    ["step_failed", "fa-exclamation-triangle", "danger"],
    ["moved", "fa-random", "secondary"],
    ["paused", "fa-pause", "info"],
    ["resumed", "fa-play", "warning"],
    ["closed", "fa-folder-o", "success"],
    ["cleared", "fa-flag-checkered", "success"],
]) {
    eventRegistry.add(kind, { icon, color });
}

const MARKS = {
    done: { icon: "fa-check", color: "success" },
    next: { icon: "fa-arrow-right", color: "primary" },
    failed: { icon: "fa-exclamation", color: "danger" },
    later: { icon: "fa-circle-o", color: "secondary" },
};

/** The rungs of a case's process: taken, next, later (COL-04). */
export class CollectionLadder extends Component {
    static template = "utility_collections.CollectionLadder";
    static props = { ...standardFieldProps };

    get rungs() {
        return (this.props.record.data[this.props.name] || []).map((rung) => ({
            ...rung,
            mark: MARKS[rung.state],
        }));
    }
}

registry.category("fields").add("utility_collection_ladder", {
    component: CollectionLadder,
    supportedTypes: ["json"],
});
