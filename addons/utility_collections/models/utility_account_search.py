import re

from odoo import models
from odoo.tools import SQL

from odoo.addons.utility_consumers.models.utility_account_search import (
    HIT_LIMIT,
    RANK_DOCUMENT,
)
from odoo.addons.utility_consumers.tools import like_escape

# The end of PP-2025-0034/1, which names an installment
INSTALLMENT = re.compile(r"/\d{0,4}$")


class UtilityAccount(models.Model):
    _inherit = "utility.account"

    def _get_hit_conditions(self, term, alias):
        """Extend CON-02: the number of a payment plan, or of an installment."""
        conditions = super()._get_hit_conditions(term, alias)
        if term.is_document_number:
            self.env["utility.payment.plan"].flush_model(["number"])
            number = INSTALLMENT.sub("", term.text)
            conditions.append(
                (
                    SQL(
                        "%s IN (SELECT utility_account_id FROM utility_payment_plan"
                        " WHERE lower(number) LIKE %s LIMIT %s)",
                        SQL.identifier(alias, "id"),
                        f"{like_escape(number)}%",
                        HIT_LIMIT,
                    ),
                    RANK_DOCUMENT,
                )
            )
        return conditions
