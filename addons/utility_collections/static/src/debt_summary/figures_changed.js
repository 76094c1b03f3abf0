import { onWillDestroy, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";

// As the landing page: a batch counts once, and nothing is read more often
const DEBOUNCE = 1000;
const INTERVAL = 5000;

/**
 * Call back when figures of a company changed: a moment later, every five seconds at
 * most, and only while somebody looks.
 *
 * @param {() => Promise} read
 */
export function useFiguresChanged(read) {
    const bus = useService("bus_service");
    let timer = null;
    let readAt = 0;
    let isStale = false;
    let isLeft = false;
    const wake = () => {
        if (!isStale || isLeft || timer || document.visibilityState === "hidden") {
            return;
        }
        const wait = Math.max(DEBOUNCE, readAt + INTERVAL - Date.now());
        timer = browser.setTimeout(async () => {
            isStale = false;
            readAt = Date.now();
            try {
                await read();
            } finally {
                timer = null;
                wake();
            }
        }, wait);
    };
    const changed = () => {
        isStale = true;
        wake();
    };
    bus.start();
    bus.subscribe("utility_payments/figures", changed);
    // What was posted while nothing was heard
    useBus(bus, "BUS:RECONNECT", changed);
    useExternalListener(document, "visibilitychange", wake);
    // Also when it was never mounted
    onWillDestroy(() => {
        bus.unsubscribe("utility_payments/figures", changed);
        browser.clearTimeout(timer);
        isLeft = true;
    });
}
