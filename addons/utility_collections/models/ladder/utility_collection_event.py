from odoo import api, fields, models


class UtilityCollectionEvent(models.Model):
    """What happened to an account in collections: one timeline for all concerns.

    Cases, notices, requests, promises, disputes and disconnections write here, so that
    the consumer's page, milestones (COL-10) and reports read one history.
    """

    _name = "utility.collection.event"
    _description = "Collections Timeline Event"
    _inherit = "utility.timeline"

    utility_account_id = fields.Many2one(
        comodel_name="utility.account",
        string="Account",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="utility_account_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        comodel_name="utility.collection.case",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    res_model = fields.Char(
        string="Record Model", readonly=True, help="Of what the event tells."
    )
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    kind = fields.Selection(
        selection=[
            ("overdue", "First overdue"),
            ("opened", "Collections opened"),
            ("step", "Step taken"),
            ("step_failed", "Step failed"),
            ("moved", "Moved to another process"),
            ("paused", "Collections paused"),
            ("resumed", "Collections resumed"),
            ("closed", "Collections closed"),
            ("cleared", "Debt cleared"),
            ("notice_sent", "Notice sent"),
            ("notice_not_sent", "Notice not sent"),
            ("request_opened", "Service request opened"),
            ("request_done", "Service request done"),
            ("request_cancelled", "Service request cancelled"),
            ("promise_made", "Promise made"),
            ("promise_kept", "Promise kept"),
            ("promise_broken", "Promise broken"),
            ("promise_cancelled", "Promise cancelled"),
            ("promise_reopened", "Promise open again"),
            ("dispute_opened", "Dispute opened"),
            ("dispute_resolved", "Dispute resolved"),
            ("plan_broken", "Plan broken"),
            ("plan_completed", "Plan completed"),
            ("disconnection_ordered", "Disconnection ordered"),
            ("disconnection_dispatched", "Disconnection dispatched"),
            ("disconnection_stopped", "Disconnection stopped"),
            ("disconnected", "Disconnected"),
            ("reconnection_ordered", "Reconnection ordered"),
            ("reconnected", "Reconnected"),
            ("agency", "Handed to an agency"),
            ("agency_returned", "Returned by the agency"),
            ("written_off", "Written off"),
            ("recovered", "Written-off debt recovered"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)

    @api.model
    def _log(self, kind, records, notes=None, amounts=None, case=None):
        """Tell what happened to records that have a `utility_account_id`, or accounts.

        :param str kind: of the selection `kind`
        :param records: what it happened to
        :param dict notes: {record id: sentence}
        :param dict amounts: {record id: amount in company currency}
        :param case: of the records, where they have no field `case_id`
        :return: the new events
        """
        notes, amounts = notes or {}, amounts or {}
        are_accounts = records._name == "utility.account"
        return self.sudo().create(
            [
                {
                    "kind": kind,
                    "utility_account_id": (
                        record.id if are_accounts else record.utility_account_id.id
                    ),
                    "case_id": (
                        case.id
                        if case
                        else "case_id" in record._fields and record.case_id.id
                    ),
                    "res_model": not are_accounts and record._name,
                    "res_id": not are_accounts and record.id,
                    "user_id": self.env.uid,
                    "note": notes.get(record.id),
                    "amount": amounts.get(record.id, 0.0),
                }
                for record in records
            ]
        )
