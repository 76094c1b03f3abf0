from odoo import api, fields, models
from odoo.tools import SQL


class UtilityUsageSubject(models.Model):
    """What a usage event was about: a figure, a list or report, a document, a filter.

    Made by the server from its own vocabulary, when one is used for the first time. So
    no text that somebody typed can become one.
    """

    _name = "utility.usage.subject"
    _description = "Subject of Usage"
    _order = "kind, key"

    kind = fields.Selection(
        selection=[
            ("figure", "Figure"),
            ("chart", "Chart"),
            ("model", "Screen or report"),
            ("document", "Document"),
            ("filter", "Filter"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True)

    _key_unique = models.Constraint(
        "unique(kind, key)", "There is a subject of this key already."
    )

    @api.depends("kind", "key")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for subject in self:
            label = getattr(subject, f"_label_{subject.kind}", str)
            subject.display_name = label(subject.key) or subject.key

    def _label_figure(self, key):
        return (
            self.env["utility.tile"].sudo().search([("figure", "=", key)], limit=1).name
        )

    def _label_model(self, key):
        return self.env["ir.model"].sudo()._get(key).name

    def _label_document(self, key):
        report = self.env["ir.actions.report"].sudo()
        return report.search([("report_name", "=", key)], limit=1).name

    def _label_filter(self, key):
        model, _slash, name = key.partition("/")
        if model not in self.env:
            return key
        label = self._filters(model).get(name)
        field = self.env[model]._fields.get(name)
        if field:
            label = field._description_string(self.env)
        return f"{self._label_model(model)}: {label or name}"

    # -------------------------------------------------------------------------
    # VOCABULARY
    # -------------------------------------------------------------------------

    @api.model
    def _is_known(self, kind, key):
        """Whether the product itself has a subject of this name.

        :param str kind: one of the selection of `kind`
        :param key: anything: what a browser sent
        """
        check = getattr(self, f"_knows_{kind}", None)
        return bool(check and isinstance(key, str) and len(key) <= 128 and check(key))

    @api.model
    def _knows_figure(self, key):
        return key in self.env["utility.figure"]._figures()

    @api.model
    def _knows_chart(self, key):
        """One chart (``chart_by_day``), or all of them (``charts``)."""
        charts = getattr(self.env["utility.figure"], "_charts", dict)()
        return key == "charts" or key.removeprefix("chart_") in charts

    @api.model
    def _knows_model(self, key):
        """Models of the product, and those of Odoo that its lists show."""
        return key in self.env and (
            key.startswith("utility.")
            or key in ("account.payment", "account.move", "account.move.line")
        )

    @api.model
    def _knows_document(self, key):
        return key in self.env["ir.actions.report"]._utility_documents()

    @api.model
    def _knows_filter(self, key):
        model, _slash, name = key.partition("/")
        return self._knows_model(model) and (
            name in self.env[model]._fields or name in self._filters(model)
        )

    @api.model
    def _filters(self, model):
        """Names and labels of the filters in the search views of a model.

        Also ``custom`` (a filter that a user built) and ``favorite`` (a saved search):
        what these are called is the user's own text.
        """
        return {
            "custom": self.env._("built by the user"),
            "favorite": self.env._("saved search"),
        } | self.env["ir.ui.view"].sudo()._utility_filters(model)

    @api.model
    def _get(self, names):
        """Subjects by their names; those that were never used are made.

        :param names: set of (kind, key), checked by `_is_known`
        :return: {(kind, key): id}
        """
        if not names:
            return {}
        found = self._find(names)
        if missing := names - found.keys():
            # Two browsers may be the first at the same time
            self.env.execute_query_dict(
                SQL(
                    """
                    INSERT INTO utility_usage_subject (kind, key) VALUES %s
                    ON CONFLICT DO NOTHING RETURNING id
                    """,
                    SQL(", ").join(SQL("%s", name) for name in sorted(missing)),
                )
            )
            found = self._find(names)
        return found

    @api.model
    def _find(self, names):
        subjects = self.sudo().search_fetch(
            [("key", "in", [key for _kind, key in names])], ["kind", "key"]
        )
        return {(subject.kind, subject.key): subject.id for subject in subjects}
