from lxml import etree

from odoo import models


class IrQweb(models.AbstractModel):
    """Templates of mails are compiled once for many mails, not for each of them.

    Odoo keeps compiled views; the body of a mail template it compiles for each record,
    which is most of the time that writing a mail takes. Who writes many asks for it by
    a dict in the context, which holds what was compiled as long as it lives.
    """

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        compiled = self.env.context.get("utility_compiled")
        if compiled is None or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        # The source is that of a language already.
        key = (
            etree.tostring(template),
            *map(self.env.context.get, self._get_template_cache_keys()),
            self.env.context.get("raise_on_forbidden_code_for_model"),
        )
        if key not in compiled:
            compiled[key] = super()._generate_code_uncached(template)
        return compiled[key]
