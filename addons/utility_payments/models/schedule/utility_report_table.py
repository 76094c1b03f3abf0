import ast
import html
import json
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import dateutil as safe_dateutil
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time

from ...tools.expression import check_expression
from ...tools.workbook import plain

_CHUNK = 500
_COLUMNS = 200
_UNSHOWN = ("binary", "json", "properties", "properties_definition")
_NUMBERS = ("integer", "float", "monetary")


@dataclass
class Table:
    """What a favourite shows: a header, and rows of cells as they come.

    ``columns`` are (label, kind), kinds as `tools.workbook.Formats` knows them;
    ``rows`` is an iterator of (list of (value, kind), whether it is a total); ``count``
    of rows is known beforehand; ``told`` are sentences on what was left out.
    """

    title: str
    columns: list
    rows: object
    count: int
    told: list = field(default_factory=list)


class UtilityReportTable(models.AbstractModel):
    """Reads a favourite as its owner sees it: grouped as pivot or chart, or a list.

    Everything goes through the ORM with the rights, language, time zone and company of
    the environment: record rules and hidden fields apply.
    """

    _name = "utility.report.table"
    _description = "Table of a Favourite"

    @api.model
    def _read_favourite(self, favourite_sudo, limit):
        """The table of a favourite.

        :param favourite_sudo: an `ir.filters`, which others may have shared
        :param int limit: rows at most
        :rtype: Table
        :raises UserError: when the favourite names what isn't there, or nobody may see
        """
        Model = self._model(favourite_sudo)
        try:
            context = self._evaluate(favourite_sudo.context or "{}")
            domain = Domain(self._evaluate(favourite_sudo.domain or "[]"))
            action = self._window(favourite_sudo)
            if action and action.domain:
                domain &= Domain(self._evaluate(action.domain))
            order = ", ".join(json.loads(favourite_sudo.sort or "[]"))
            rows, columns, measures = self._groups(context)
            if rows or columns or "pivot_measures" in context:
                table = self._grouped(Model, domain, rows, columns, measures, limit)
            else:
                table = self._listed(Model, domain, order, action, limit)
        except (AccessError, UserError):
            raise
        except (
            ArithmeticError,
            AttributeError,
            KeyError,
            SyntaxError,
            TypeError,
            ValueError,
        ) as error:
            raise UserError(
                self.env._(
                    "The favourite “%(name)s” can't be read any more (%(error)s): open"
                    " it, choose its filters and groups anew, and save it.",
                    name=favourite_sudo.name,
                    error=plain(error).strip().split("\n")[0][:200],
                )
            ) from error
        table.title = favourite_sudo.name
        return table

    @api.model
    def _model(self, favourite_sudo):
        name = favourite_sudo.model_id
        if name not in self.env:
            raise UserError(
                self.env._(
                    "The favourite “%(name)s” is of records that are gone with their"
                    " add-on.",
                    name=favourite_sudo.name,
                )
            )
        Model = self.env[name]
        Model.check_access("read")
        return Model

    @api.model
    def _window(self, favourite_sudo):
        """The screen of the favourite, or None."""
        action = favourite_sudo.action_id
        if not action or action.type != "ir.actions.act_window":
            return None
        return self.env["ir.actions.act_window"].sudo().browse(action.id).exists()

    @api.model
    def _evaluate(self, text):
        """A domain or context as the web client would evaluate it."""
        if not isinstance(text, str):
            return text
        try:
            return ast.literal_eval(text.strip())
        except (SyntaxError, ValueError):
            return safe_eval(
                self._allowed(text),
                {
                    "uid": self.env.uid,
                    "context": dict(self.env.context),
                    "allowed_company_ids": self.env.companies.ids,
                    "active_id": False,
                    "active_ids": [],
                    "time": safe_time,
                    "datetime": safe_datetime,
                    "relativedelta": safe_dateutil.relativedelta.relativedelta,
                    "context_today": lambda: fields.Date.context_today(self),
                    "current_date": fields.Date.to_string(
                        fields.Date.context_today(self)
                    ),
                },
            )

    @api.model
    def _allowed(self, text):
        """The text, unless it would do more than a search bar needs.

        :raises ValueError: a sentence that names what isn't allowed
        """
        try:
            return check_expression(text)
        except ValueError as error:
            raise ValueError(
                self.env._(
                    "“%(part)s” may not stand in a favourite that is sent", part=error
                )
            ) from None

    @api.model
    def _groups(self, context):
        """(row groups, column groups, measures or None) of a favourite.

        A pivot's own groups come first, then a chart's, then those of the search.
        """
        searched = context.get("group_by") or []
        if isinstance(searched, str):
            searched = [searched]
        if any(key.startswith("pivot_") for key in context):
            return (
                list(context.get("pivot_row_groupby") or searched),
                list(context.get("pivot_column_groupby") or []),
                list(context.get("pivot_measures") or []),
            )
        if "graph_groupbys" in context or "graph_measure" in context:
            measure = context.get("graph_measure") or "__count"
            return list(context.get("graph_groupbys") or searched), [], [measure]
        return list(searched), [], None

    # -------------------------------------------------------------------------
    # GROUPED
    # -------------------------------------------------------------------------

    @api.model
    def _grouped(self, Model, domain, rows, columns, measures, limit):
        rows = [self._groupby(Model, name) for name in rows]
        columns = [self._groupby(Model, name) for name in columns]
        if measures is None:
            measures = self._list_measures(Model)
        measures = [self._measure(Model, name) for name in measures or ["__count"]]
        aggregates = [aggregate for aggregate, _label, _kind in measures]
        cut = len(rows)

        def read(groupby, **options):
            return [
                (tuple(row[: len(groupby)]), row[len(groupby) :])
                for row in Model._read_group(domain, groupby, aggregates, **options)
            ]

        told = []
        keys = read(rows, limit=limit + 1) if rows else read([])
        if len(keys) > limit:
            keys = keys[:limit]
            told.append(
                self.env._(
                    "Only the first %(limit)s rows are here: narrow the favourite to"
                    " see all.",
                    limit=limit,
                )
            )
        head_totals = dict(read(columns)) if columns else {}
        heads = list(head_totals)
        if len(heads) > _COLUMNS:
            heads = heads[:_COLUMNS]
            told.append(
                self.env._("Only the first %(limit)s columns are here.", limit=_COLUMNS)
            )
        cells = {}
        if columns:
            for key, values in read(rows + columns):
                cells[key[:cut], key[cut:]] = values
        [(_empty, total)] = read([])
        kinds = [kind for _aggregate, _label, kind in measures]
        header = [(self._group_name(Model, name), "text") for name in rows]
        if not rows:
            header = [("", "text")]
        for head in heads:
            name = " / ".join(
                str(self._group_value(Model, spec, value)[0])
                for spec, value in zip(columns, head, strict=True)
            )
            header += [
                (f"{name}: {label}" if len(measures) > 1 else name, kind)
                for _aggregate, label, kind in measures
            ]
        header += [
            (
                self.env._("Total: %(measure)s", measure=label) if columns else label,
                kind,
            )
            for _aggregate, label, kind in measures
        ]
        blank = [None] * len(kinds)

        def lines():
            for key, values in keys if rows else []:
                line = [
                    self._group_value(Model, spec, value)
                    for spec, value in zip(rows, key, strict=True)
                ]
                for head in heads:
                    line += self._cells(cells.get((key, head), blank), kinds)
                yield line + self._cells(values, kinds), False
            line = [(self.env._("Total"), "text")] + [(None, "text")] * max(cut - 1, 0)
            for head in heads:
                line += self._cells(head_totals[head], kinds)
            yield line + self._cells(total, kinds), True

        return Table("", header, lines(), (len(keys) if rows else 0) + 1, told)

    @api.model
    def _cells(self, values, kinds):
        return [
            (value or 0 if value is not None and value is not False else None, kind)
            for value, kind in zip(values, kinds, strict=True)
        ]

    @api.model
    def _field(self, Model, name):
        """A field that the user may read, by its name or a path."""
        first, _dot, rest = name.partition(".")
        found = Model._fields.get(first)
        if not found or not Model._has_field_access(found, "read"):
            raise UserError(
                self.env._(
                    "“%(field)s” is no field of %(model)s any more, or hidden from"
                    " %(user)s: choose the groups and measures of the favourite anew.",
                    field=name,
                    model=Model._description,
                    user=self.env.user.name,
                )
            )
        return self._field(self.env[found.comodel_name], rest) if rest else found

    @api.model
    def _groupby(self, Model, name):
        """A group as `_read_group` takes it: dates by month unless told otherwise."""
        path, _colon, unit = name.partition(":")
        found = self._field(Model, path)
        if found.type in ("date", "datetime") and not unit:
            return f"{path}:month"
        return name

    @api.model
    def _measure(self, Model, name):
        """(aggregate, label, kind of its values) of a measure."""
        if name == "__count":
            return "__count", self.env._("Count"), "count"
        path, _colon, function = name.partition(":")
        found = self._field(Model, path)
        aggregator = function or found.aggregator
        if not aggregator:
            aggregator = "sum" if found.type in _NUMBERS else "count_distinct"
        kind = "count"
        if aggregator not in ("count", "count_distinct"):
            integer = found.type == "integer" and aggregator in ("sum", "min", "max")
            kind = "count" if integer else "number"
            if found.type == "monetary":
                kind = "amount"
        return f"{path}:{aggregator}", self._label(Model, path), kind

    @api.model
    def _label(self, Model, path):
        found = self._field(Model, path)
        return found._description_string(self.env) or path

    @api.model
    def _group_name(self, Model, spec):
        path, _colon, unit = spec.partition(":")
        label = self._label(Model, path)
        units = {
            "hour": self.env._("hour"),
            "day": self.env._("day"),
            "week": self.env._("week"),
            "month": self.env._("month"),
            "quarter": self.env._("quarter"),
            "year": self.env._("year"),
        }
        return f"{label} ({units.get(unit, unit)})" if unit else label

    @api.model
    def _group_value(self, Model, spec, value):
        """What names a group, as (value, kind)."""
        path, _colon, unit = spec.partition(":")
        found = self._field(Model, path)
        if found.type == "boolean":
            return (self.env._("Yes") if value else self.env._("No")), "text"
        if value is False or value is None:
            return self.env._("None"), "text"
        if isinstance(value, models.BaseModel):
            return (value.display_name if value else self.env._("None")), "text"
        if found.type == "selection":
            labels = dict(found._description_selection(self.env))
            return labels.get(value, value), "text"
        if isinstance(value, (date, datetime)):
            return self._time_value(value, unit)
        if found.type in _NUMBERS or isinstance(value, (int, float)):
            return value, "number" if isinstance(value, float) else "plain"
        return str(value), "text"

    @api.model
    def _time_value(self, value, unit):
        if unit == "hour":
            return value.replace(tzinfo=None), "datetime"
        day = value.date() if isinstance(value, datetime) else value
        if unit == "day":
            return day, "date"
        if unit == "week":
            year, week, _weekday = day.isocalendar()
            return f"{year}-W{week:02}", "text"
        if unit == "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}", "text"
        if unit == "year":
            return day.year, "plain"
        return format_date(self.env, day, date_format="MMMM yyyy"), "text"

    # -------------------------------------------------------------------------
    # A LIST
    # -------------------------------------------------------------------------

    @api.model
    def _listed(self, Model, domain, order, action, limit):
        columns = self._list_columns(Model, action)
        ids = Model.search(domain, order=order or None, limit=limit + 1).ids
        told = []
        if len(ids) > limit:
            told.append(
                self.env._(
                    "Only the first %(limit)s of %(count)s rows are here: narrow the"
                    " favourite to see all.",
                    limit=limit,
                    count=Model.search_count(domain),
                )
            )
            ids = ids[:limit]

        def lines():
            for start in range(0, len(ids), _CHUNK):
                records = Model.browse(ids[start : start + _CHUNK])
                records.fetch([name for name, _label in columns])
                for record in records:
                    yield [self._cell(record, name) for name, _label in columns], False
                # Only one chunk is in memory
                self.env.invalidate_all(flush=False)

        header = [(label, self._kind(Model._fields[name])) for name, label in columns]
        return Table("", header, lines(), len(ids), told)

    @api.model
    def _list_arch(self, Model, action=None):
        view_id = False
        if action:
            own = action.view_ids.filtered(lambda view: view.view_mode == "list")
            view_id = own[:1].view_id.id or (
                action.view_id.id if action.view_id.type == "list" else False
            )
        return etree.fromstring(Model.get_view(view_id, "list")["arch"])

    @api.model
    def _list_columns(self, Model, action):
        """(name, label) of the columns that the list shows at first."""
        columns = []
        for node in self._list_arch(Model, action).iterfind("field"):
            name = node.get("name")
            found = Model._fields.get(name)
            if (
                not found
                or found.type in _UNSHOWN
                or not Model._has_field_access(found, "read")
                or node.get("optional") == "hide"
                or node.get("widget") == "handle"
                or node.get("column_invisible") in ("1", "True", "true")
                or any(name == known for known, _label in columns)
            ):
                continue
            columns.append((name, node.get("string") or self._label(Model, name)))
        return columns or [("display_name", self._label(Model, "display_name"))]

    @api.model
    def _list_measures(self, Model):
        """What a grouped list tells of each group: how many, and its sums."""
        return ["__count"] + [
            node.get("name")
            for node in self._list_arch(Model).iterfind("field")
            if (node.get("sum") or node.get("avg"))
            and (found := Model._fields.get(node.get("name")))
            and found.aggregator
            and found.store
            and Model._has_field_access(found, "read")
        ]

    @api.model
    def _kind(self, found):
        return {
            "integer": "count",
            "float": "number",
            "monetary": "amount",
            "date": "date",
            "datetime": "datetime",
        }.get(found.type, "text")

    @api.model
    def _cell(self, record, name):
        """The value of a field of a record, as (value, kind)."""
        found = record._fields[name]
        value = record[name]
        kind = self._kind(found)
        if found.type == "boolean":
            return (self.env._("Yes") if value else self.env._("No")), "text"
        if found.type in _NUMBERS:
            return value, kind
        if not value:
            return None, "text"
        if found.relational or found.type == "reference":
            return ", ".join(value.mapped("display_name")), "text"
        if found.type == "selection":
            return dict(found._description_selection(self.env)).get(value, value), kind
        if found.type == "datetime":
            local = fields.Datetime.context_timestamp(self, value)
            return local.replace(tzinfo=None), kind
        if found.type == "html":
            return html.unescape(html2plaintext(value)), kind
        return value, kind

    # -------------------------------------------------------------------------
    # WRITING
    # -------------------------------------------------------------------------

    @api.model
    def _write_table(self, sheet, formats, table, progress=None):
        """Write a table from the first row on, row by row.

        :param progress: function of the number of rows written
        :return: number of rows, totals left out
        """
        for column, (label, kind) in enumerate(table.columns):
            width = 28 if kind == "text" and column < 3 else 18
            sheet.set_column(column, column, max(width, min(len(str(label)) + 2, 40)))
        sheet.freeze_panes(1, 0)
        for column, (label, kind) in enumerate(table.columns):
            style = "head" if kind in ("text", "date", "datetime") else "head_right"
            sheet.write_string(0, column, plain(label), formats(style))
        row, totals = 0, 0
        for row, (cells, total) in enumerate(table.rows, start=1):
            totals += total
            for column, (value, kind) in enumerate(cells):
                self._write_cell(sheet, formats, row, column, value, kind, total)
            if progress:
                progress(row)
        if table.count and table.columns:
            sheet.autofilter(0, 0, max(row - totals, 1), len(table.columns) - 1)
        return row - totals

    @api.model
    def _write_cell(self, sheet, formats, row, column, value, kind, total):
        style = formats(kind, "total" if total else "")
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(
                row, column, datetime.combine(value, datetime.min.time()), style
            )
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, column, value, style)
        else:
            # Never `write`: a text that begins with = is no formula
            sheet.write_string(row, column, plain(value), style)
