from odoo import fields, models


class UtilityCollectionEvent(models.Model):
    _inherit = "utility.collection.event"

    kind = fields.Selection(
        selection_add=[
            ("disconnection_refused", "Disconnection refused"),
            ("disconnection_held", "Disconnection on hold"),
            ("disconnection_resumed", "Disconnection goes on"),
            ("disconnection_stopped",),
        ],
        ondelete={
            "disconnection_refused": "cascade",
            "disconnection_held": "cascade",
            "disconnection_resumed": "cascade",
        },
    )
