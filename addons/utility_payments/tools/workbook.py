"""Cells of workbooks: their formats, and texts that no program runs."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIMIT = 32767
_STYLES = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1f4e79"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#eef2f6", "text_wrap": True},
    "strong": {"bold": True},
    "muted": {"italic": True, "font_color": "#6b7280"},
    "text": {},
    "note": {"italic": True, "font_color": "#6b7280"},
    "total": {"bold": True, "top": 1},
    "good": {"bold": True, "font_color": "#15803d"},
    "bad": {"bold": True, "font_color": "#b91c1c"},
    "": {},
    "group_1": {"bold": True},
}
_STYLES["head_right"] = _STYLES["head"] | {"align": "right"}


def plain(value):
    """Text as a cell takes it: without control characters, and not too long.

    Write it with `write_string`: then it is never read as a formula.
    """
    return _CONTROL.sub("", str(value if value is not None else ""))[:_LIMIT]


def number_format(decimals):
    """Excel's format of amounts: thousands, and negative ones with a sign."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def money_format(symbol, decimals, before):
    """Excel's number format of a currency.

    :param str symbol: such as €
    :param int decimals: digits after the point
    :param bool before: whether the symbol stands before the number
    """
    number = number_format(decimals)
    # Nothing can be escaped inside of quotes.
    quoted = '"' + symbol.replace('"', "") + '"'
    positive = f"{quoted}{number}" if before else f"{number} {quoted}"
    return f"{positive};-{positive}"


class Formats:
    """The formats of one workbook, made once each.

    :param workbook: an xlsxwriter Workbook
    :param currency: gives decimals and symbol of amounts; may be an empty record
    """

    def __init__(self, workbook, currency=None):
        self._workbook = workbook
        self._made = {}
        self.decimals = currency.decimal_places if currency else 2
        money = number_format(self.decimals)
        if currency:
            money = money_format(
                currency.symbol, self.decimals, currency.position == "before"
            )
        self._kinds = {
            "money": {"num_format": money, "align": "right"},
            "amount": {"num_format": number_format(self.decimals), "align": "right"},
            "number": {"num_format": "#,##0.##", "align": "right"},
            "plain": {"num_format": "0", "align": "left"},
            "count": {"num_format": "#,##0", "align": "right"},
            "percent": {"num_format": "0.0%", "align": "right"},
            "days": {"num_format": "0.0", "align": "right"},
            "date": {"num_format": "yyyy-mm-dd", "align": "left"},
            "datetime": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        }

    def __call__(self, kind, style=""):
        """The format of a kind of value, in a style."""
        key = kind, style
        if key not in self._made:
            values = self._kinds.get(kind, _STYLES.get(kind, {})) | _STYLES[style]
            self._made[key] = self._workbook.add_format({"valign": "top", **values})
        return self._made[key]
