from odoo import api, models


class UtilityCreditNote(models.Model):
    """A credit note settles the dispute that it was made for (COL-09)."""

    _inherit = "utility.credit.note"

    @api.model_create_multi
    def create(self, vals_list):
        notes = super().create(vals_list)
        if len(notes) == 1:
            self.env["utility.dispute"]._expect(notes)
        return notes

    def _execute(self):
        res = super()._execute()
        self.env["utility.dispute"].sudo()._resolve_expected(self.sudo())
        return res


class UtilityPaymentAdjustment(models.Model):
    """An adjustment settles the dispute that it was requested for (COL-09)."""

    _inherit = "utility.payment.adjustment"

    @api.model_create_multi
    def create(self, vals_list):
        adjustments = super().create(vals_list)
        if len(adjustments) == 1:
            self.env["utility.dispute"]._expect(adjustments)
        return adjustments

    def _execute(self):
        res = super()._execute()
        self.env["utility.dispute"].sudo()._resolve_expected(self.sudo())
        return res
