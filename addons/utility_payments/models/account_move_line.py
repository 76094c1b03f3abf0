from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepare_reconciliation_amls(self, values_list, shadowed_aml_values=None):
        """Override of `account`: match no more of a pair than the plan's cap.

        The context key ``utility_caps`` holds triples: id of the credit, id of the
        debit, and at most how much of the debit is matched, in company currency. So a
        part of an open item is matched by Odoo's own engine.
        """
        ids = {values["aml"].id for values in values_list}
        caps = {
            debit_id: amount
            for credit_id, debit_id, amount in self.env.context.get("utility_caps", ())
            if ids == {credit_id, debit_id}
        }
        withheld = []
        for values in values_list:
            line = values["aml"]
            if line.id not in caps:
                continue
            residual = values["amount_residual"]
            sign = 1 if residual > 0 else -1
            extra = line.company_currency_id.round(abs(residual) - caps[line.id])
            if extra <= 0:
                continue
            share = extra / abs(residual)
            extra_currency = line.currency_id.round(
                abs(values["amount_residual_currency"]) * share
            )
            values["amount_residual"] -= sign * extra
            values["amount_residual_currency"] -= sign * extra_currency
            withheld.append((values, sign * extra, sign * extra_currency))
        results, exhausted = super()._prepare_reconciliation_amls(
            values_list, shadowed_aml_values
        )
        for values, extra, extra_currency in withheld:
            values["amount_residual"] += extra
            values["amount_residual_currency"] += extra_currency
            exhausted.discard(values["aml"].id)
        return results, exhausted
