import { registry } from "@web/core/registry";

// The timeline of an account in collections: icon and colour of what happens beside its
// case, whose own are in ladder/.
const eventRegistry = registry.category("utility_payment_timeline");
for (const [kind, icon, color] of [
    ["notice_sent", "fa-envelope-o", "secondary"],
    ["notice_not_sent", "fa-ban", "secondary"],
    ["request_opened", "fa-tasks", "secondary"],
    ["request_done", "fa-check", "success"],
    ["request_cancelled", "fa-ban", "secondary"],
    ["promise_made", "fa-handshake-o", "primary"],
    ["promise_kept", "fa-check", "success"],
    ["promise_broken", "fa-chain-broken", "danger"],
    ["promise_cancelled", "fa-ban", "secondary"],
    ["dispute_opened", "fa-balance-scale", "warning"],
    ["dispute_resolved", "fa-check", "success"],
    ["plan_broken", "fa-chain-broken", "danger"],
    ["plan_completed", "fa-flag-checkered", "success"],
    ["disconnection_ordered", "fa-bolt", "danger"],
    ["disconnection_refused", "fa-ban", "secondary"],
    ["disconnection_dispatched", "fa-truck", "danger"],
    ["disconnection_held", "fa-pause", "warning"],
    ["disconnection_resumed", "fa-play", "secondary"],
    ["disconnection_stopped", "fa-hand-paper-o", "success"],
    ["disconnected", "fa-power-off", "danger"],
    ["reconnection_ordered", "fa-plug", "primary"],
    ["reconnected", "fa-plug", "success"],
    ["agency", "fa-share", "danger"],
    ["agency_returned", "fa-reply", "warning"],
    ["written_off", "fa-eraser", "danger"],
    ["recovered", "fa-money", "success"],
    ["recovery_returned", "fa-reply", "danger"],
]) {
    eventRegistry.add(kind, { icon, color });
}
