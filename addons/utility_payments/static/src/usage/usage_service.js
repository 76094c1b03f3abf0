import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

const ROUTE = "/web/dataset/call_kw/utility.usage.event/log";
const WAIT = 10000;
const MOST = 25;
// What the server takes beside the event; all else are its properties.
const COLUMNS = ["subject", "duration", "contact_mode"];

/**
 * Counts what is used, where the company wants it (USE-01):
 *
 *     env.services.utility_usage?.log("drill_down", { subject: tile.figure });
 *
 * `log` comes back at once and never fails. Events are sent together, after a while, when
 * there are many, or when the page is left. Where it is off no request is made. The server
 * drops what it doesn't know: see `utility.usage.event`.
 */
export const usageService = {
    start(env) {
        let queue = [];
        let timer = null;

        const isOn = () =>
            (session.utility_usage_companies || []).includes(user.activeCompany?.id);

        function request() {
            browser.clearTimeout(timer);
            timer = null;
            const events = queue;
            queue = [];
            return {
                model: "utility.usage.event",
                method: "log",
                args: [events],
                kwargs: { context: user.context },
            };
        }

        async function send() {
            if (!queue.length) {
                return;
            }
            try {
                await rpc(ROUTE, request(), { silent: true });
            } catch {
                // Statistics are lost rather than in the way of work.
            }
        }

        /** The page may be gone before an answer: this request outlives it. */
        function sendOnLeaving() {
            if (!queue.length) {
                return;
            }
            browser
                .fetch(ROUTE, {
                    method: "POST",
                    headers: { "Content-Type": "application/json" },
                    body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: request() }),
                    keepalive: true,
                })
                .catch(() => {});
        }

        document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "hidden") {
                sendOnLeaving();
            }
        });
        browser.addEventListener("pagehide", sendOnLeaving);

        /**
         * @param {string} event a value of `utility.usage.event.event`
         * @param {Object} [properties] `subject` (figure, model, `model/filter`), `duration`
         *   in seconds, and what `_property_rules` of the model has
         */
        function log(event, properties = {}) {
            if (!isOn()) {
                return;
            }
            const values = { event, properties: {} };
            for (const [key, value] of Object.entries(properties)) {
                if (COLUMNS.includes(key)) {
                    values[key] = value;
                } else {
                    values.properties[key] = value;
                }
            }
            values.properties.phone = env.isSmall;
            queue.push(values);
            if (queue.length >= MOST) {
                send();
            } else if (!timer) {
                timer = browser.setTimeout(send, WAIT);
            }
        }

        return { log, send };
    },
};

registry.category("services").add("utility_usage", usageService);
