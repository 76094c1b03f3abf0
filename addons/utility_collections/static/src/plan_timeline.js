import { registry } from "@web/core/registry";

// The timeline of a plan: icon and colour of each kind of event (PLN-02, PLN-05)
const eventRegistry = registry.category("utility_payment_timeline");
for (const [kind, icon, color] of [
    ["created", "fa-pencil", "secondary"],
    ["offered", "fa-envelope-o", "secondary"],
    ["signed", "fa-pencil-square-o", "primary"],
    ["unsigned", "fa-eraser", "warning"],
    ["activated", "fa-handshake-o", "success"],
    ["paid", "fa-check", "success"],
    ["partly_paid", "fa-adjust", "info"],
    ["payment_undone", "fa-reply", "danger"],
    ["reminded", "fa-bell-o", "secondary"],
    ["not_reminded", "fa-bell-slash-o", "warning"],
    ["missed", "fa-exclamation", "warning"],
    ["broken", "fa-chain-broken", "danger"],
    ["reactivated", "fa-refresh", "primary"],
    ["replaced", "fa-files-o", "secondary"],
    ["reopened", "fa-undo", "warning"],
    ["completed", "fa-flag-checkered", "success"],
    ["cancelled", "fa-ban", "secondary"],
]) {
    eventRegistry.add(kind, { icon, color });
}
