from odoo import models


class UtilityCollectionMonth(models.Model):
    """Sums of the folded days of a month, which long periods are read from.

    Its date is the first of the month. Only the scheduled action that folds days
    writes here; what add-ons add to `utility.collection.day` is here as well.
    """

    _name = "utility.collection.month"
    _inherit = "utility.collection.day"
    _description = "Collection by Month"

    def init(self):
        """Override: the triggers are those of the days."""
