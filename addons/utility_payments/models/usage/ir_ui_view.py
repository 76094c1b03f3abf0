from lxml import etree

from odoo import api, models, tools


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.model
    @tools.ormcache("model", "self.env.lang", cache="templates")
    def _utility_filters(self, model):
        """Names and labels of the filters in all search views of a model.

        :rtype: dict[str, str]
        """
        views = self.search([("model", "=", model), ("type", "=", "search")])
        return {
            node.get("name"): node.get("string") or node.get("name")
            for view in views
            for node in etree.fromstring(view.arch).iter("filter")
            if node.get("name")
        }
