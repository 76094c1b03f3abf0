from odoo import fields, models


class UtilityCollectionStep(models.Model):
    """A rung of a ladder: what is done, from which day and amount on (COL-04)."""

    _name = "utility.collection.step"
    _description = "Collections Step"
    _order = "process_id, days_overdue, sequence, id"

    name = fields.Char(required=True, translate=True)
    process_id = fields.Many2one(
        comodel_name="utility.collection.process",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="process_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    days_overdue = fields.Integer(
        required=True,
        help="Days since the oldest debt that may be collected was due.",
    )
    amount_min = fields.Monetary(
        string="Minimum Amount",
        help="The step waits while less than this may be collected.",
    )
    action = fields.Selection(
        selection=[
            ("letter", "Letter"),
            ("email", "E-mail"),
            ("sms", "SMS"),
            ("call", "Personal call"),
            ("visit", "Visit"),
            ("disconnection_warning", "Disconnection warning"),
            ("disconnection", "Disconnection"),
            ("external_agency", "External agency"),
            ("write_off", "Write-off"),
        ],
        required=True,
    )

    def _take(self, cases):
        """Do what this step says for cases that have come to it; superuser.

        One method for each action, `_take_<action>(cases)`, set-based, in the folder
        of the concern that does it. The case itself is advanced by its run, and who
        is to be told later (a letter, an e-mail) is written down as to be told.

        :param cases: of one company, open, whose accounts stand at this step
        """
        self.ensure_one()
        return getattr(self, f"_take_{self.action}")(cases)
