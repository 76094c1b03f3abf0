import { localization } from "@web/core/l10n/localization";
import { escapeRegExp } from "@web/core/utils/strings";

/**
 * Read an amount strictly: a wrong key or a comma for a point is no amount, where Odoo's
 * own fields would book 12 for "12x" and 14,550 for "145,50".
 *
 * @param {string} text as typed, with or without the currency's symbol
 * @param {string} [symbol] of the currency
 * @returns {{value: number, decimals: number} | null} null for what isn't an amount
 */
export function parseAmount(text, symbol = "") {
    const { decimalPoint, thousandsSep } = localization;
    const point = escapeRegExp(decimalPoint);
    const separator = escapeRegExp(thousandsSep || "");
    let bare = text.replace(symbol, "").replace(/\s/g, "");
    const grouped = new RegExp(`^-?\\d{1,3}(${separator}\\d{3})+(${point}\\d*)?$`);
    if (thousandsSep && grouped.test(bare)) {
        bare = bare.replaceAll(thousandsSep, "");
    } else if (!new RegExp(`^-?(\\d+(${point}|\\.)?\\d*|(${point}|\\.)\\d+)$`).test(bare)) {
        return null;
    }
    const plain = bare.replace(decimalPoint, ".");
    const fraction = (plain.split(".")[1] || "").replace(/0+$/, "");
    return { value: Number(plain), decimals: fraction.length };
}
