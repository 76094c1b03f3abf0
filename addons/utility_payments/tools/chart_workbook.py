"""The charts of the landing page as a workbook: a sheet for each (KPI-06)."""

import io
import re
from datetime import date

import xlsxwriter

from .slices import DAY, MONTH

# A cell of text that begins so is marked as text: nobody's name becomes a formula.
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
# The last two would end the name where a drawing refers to its sheet.
_FORBIDDEN_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\!']")
_SHEET_NAME_LENGTH = 31
_CHART_TYPES = {"bars": "column", "slices": "bar", "lines": "line"}
_FIRST_ROW = 4


def date_format(pattern):
    """Excel's number format of a date format of Odoo, such as %m/%d/%Y."""
    codes = {
        "%d": "dd",
        "%m": "mm",
        "%Y": "yyyy",
        "%y": "yy",
        "%b": "mmm",
        "%B": "mmmm",
    }
    return re.sub(r"%.", lambda found: codes.get(found[0], ""), pattern) or "yyyy-mm-dd"


def workbook(charts, summary, money, day):
    """Draw the workbook.

    :param list charts: as in `collection_charts`
    :param dict summary: ``sheet`` and ``title`` of the first sheet, and ``rows``, pairs
        of texts
    :param str money: number format of amounts
    :param str day: number format of dates
    :rtype: bytes
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": summary["title"]})
    formats = _formats(book, money, day)
    names = set()
    sheet = book.add_worksheet(_sheet_name(summary["sheet"], names))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    _text(sheet, formats, 0, 0, summary["title"], "title")
    for row, (label, value) in enumerate(summary["rows"], start=2):
        _text(sheet, formats, row, 0, label, "label")
        _text(sheet, formats, row, 1, value, "text")
    for chart in charts:
        sheet = book.add_worksheet(_sheet_name(chart["name"], names))
        _write_chart(book, sheet, formats, chart)
    book.close()
    return content.getvalue()


def _formats(book, money, day):
    displays = {
        "money": money,
        "count": "#,##0",
        "percent": "0.0%",
        "change": "+0.0%;-0.0%;0.0%",
        "days": "0.0",
        DAY: day,
        MONTH: "mmm yyyy",
    }
    shared = {"valign": "vcenter"}
    total = {"bold": True, "top": 1, "bg_color": "#F3F4F6"}
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True, "font_color": "#4B5563"}),
        "label": book.add_format({"font_color": "#4B5563"}),
        "head": book.add_format(
            {"bold": True, "bottom": 1, "align": "right", "text_wrap": True, **shared}
        ),
        "head_first": book.add_format({"bold": True, "bottom": 1, **shared}),
    }
    for quoted in (False, True):
        mark = {"quote_prefix": quoted}
        formats["text", quoted] = book.add_format(mark)
        formats["text_total", quoted] = book.add_format(total | mark)
    for display, number in displays.items():
        formats[display] = book.add_format({"num_format": number})
        formats[f"{display}_total"] = book.add_format({"num_format": number, **total})
    # Dates stand on the left, as the other labels do.
    for unit in (DAY, MONTH):
        formats[unit].set_align("left")
    return formats


def _sheet_name(name, taken):
    """A name that Excel takes, and that no sheet has yet."""
    clean = _FORBIDDEN_IN_SHEET_NAMES.sub(" ", name).strip() or "-"
    result = clean[:_SHEET_NAME_LENGTH]
    number = 1
    while result.lower() in taken:
        number += 1
        end = f" ({number})"
        result = clean[: _SHEET_NAME_LENGTH - len(end)] + end
    taken.add(result.lower())
    return result


def _text(sheet, formats, row, column, text, style):
    """Write a text that stays one, whatever it begins with."""
    if (style, False) in formats:
        style = (style, text.startswith(_FORMULA_MARKS))
    sheet.write_string(row, column, text, formats[style])


def _write_chart(book, sheet, formats, chart):
    columns = chart["columns"]
    _text(sheet, formats, 0, 0, chart["name"], "title")
    _text(sheet, formats, 1, 0, chart["note"], "note")
    head = _FIRST_ROW - 1
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(columns), 15)
    sheet.write_blank(head, 0, None, formats["head_first"])
    for place, column in enumerate(columns, start=1):
        sheet.write_string(head, place, column["label"], formats["head"])
    sheet.freeze_panes(_FIRST_ROW, 1)
    for row, part in enumerate(chart["parts"], start=_FIRST_ROW):
        _write_label(sheet, formats, row, part, chart["unit"])
        _write_values(sheet, formats, row, part, columns)
    if chart["total"]:
        row = _FIRST_ROW + len(chart["parts"])
        _text(sheet, formats, row, 0, chart["total"]["label"], "text_total")
        _write_values(sheet, formats, row, chart["total"], columns, "_total")
    _draw_chart(book, sheet, chart)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_label(sheet, formats, row, part, unit):
    if unit in (DAY, MONTH):
        sheet.write_datetime(row, 0, date.fromisoformat(part["key"]), formats[unit])
    else:
        _text(sheet, formats, row, 0, part["label"], "text")


def _write_values(sheet, formats, row, part, columns, style=""):
    for place, column in enumerate(columns, start=1):
        display = column["display"]
        value = part.get(column["name"], False)
        if value is False:
            sheet.write_blank(row, place, None, formats[display + style])
            continue
        if display in ("percent", "change"):
            value /= 100
        sheet.write_number(row, place, value, formats[display + style])


def _draw_chart(book, sheet, chart):
    """Excel's own chart beside the figures."""
    kind = _CHART_TYPES.get(chart["shape"])
    parts = [part for part in chart["parts"] if not part.get("apart")]
    if not kind or not parts:
        return
    drawing = book.add_chart({"type": kind})
    first, last = _FIRST_ROW, _FIRST_ROW + len(parts) - 1
    colors = {"value": "#1D5FB4", "previous": "#A9B4C4"}
    names = [column["name"] for column in chart["columns"]]
    for name in ("value", "previous"):
        if name not in names:
            continue
        place = names.index(name) + 1
        paint = {"color": colors[name]}
        drawing.add_series(
            {
                "name": [sheet.name, first - 1, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
                "fill": paint,
                "line": paint | {"width": 2},
            }
        )
    drawing.set_title({"name": chart["name"], "name_font": {"size": 12}})
    drawing.set_legend({"position": "bottom"})
    if kind == "bar":
        drawing.set_y_axis({"reverse": True})
    drawing.set_size({"width": 720, "height": 380})
    sheet.insert_chart(first - 1, len(names) + 2, drawing)
