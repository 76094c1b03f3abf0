from odoo import fields, models


class UtilityCollectionEvent(models.Model):
    """Each event is looked at once by the rules of milestones (COL-10).

    Rows that are written by SQL are waiting as well: nothing said is not done.
    """

    _inherit = "utility.collection.event"

    milestones_done = fields.Boolean(readonly=True, copy=False)

    _milestone_idx = models.Index("(company_id, id) WHERE milestones_done IS NOT TRUE")

    def _get_sentence(self):
        """What happened, in one line and in the language of the context."""
        self.ensure_one()
        event = self.sudo()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        parts = [f"{kinds[event.kind]}: {event.utility_account_id.display_name}"]
        if event.amount:
            parts.append(event.currency_id.format(event.amount))
        if event.note:
            parts.append(event.note)
        return ", ".join(parts)

    def _is_true_to_consumer(self):
        """Whether the consumer's sentence holds: debt that was given up isn't paid."""
        self.ensure_one()
        return self.kind != "cleared" or not self.utility_account_id.has_write_off

    def _get_consumer_sentence(self):
        """What happened, to the consumer and in the language of the context."""
        self.ensure_one()
        account = self.sudo().utility_account_id.number
        return {
            "cleared": self.env._(
                "Nothing is overdue on account %(account)s any more. Thank you.",
                account=account,
            ),
            "promise_kept": self.env._(
                "You paid what you promised on account %(account)s. Thank you.",
                account=account,
            ),
            "disconnection_stopped": self.env._(
                "The disconnection of account %(account)s was stopped.", account=account
            ),
            "disconnected": self.env._(
                "The supply of account %(account)s was disconnected. Call us to have it"
                " reconnected.",
                account=account,
            ),
            "reconnection_ordered": self.env._(
                "The reconnection of account %(account)s is ordered.", account=account
            ),
            "reconnected": self.env._(
                "The supply of account %(account)s is connected again.", account=account
            ),
        }[self.kind]
