from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class UtilityCollectionEvent(models.Model):
    """What happened to an account in collections: one timeline for all concerns.

    Cases, notices, requests, promises, disputes and disconnections write here, so that
    the consumer's page, milestones (COL-10) and reports read one history.
    """

    _name = "utility.collection.event"
    _description = "Collections Timeline Event"
    _inherit = ["utility.collection.record", "utility.timeline"]

    utility_account_id = fields.Many2one(ondelete="cascade", readonly=True)
    case_id = fields.Many2one(ondelete="cascade")
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
            ("dispute_reopened", "Dispute reopened"),
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
            ("recovery_returned", "Not recovered after all"),
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
        events = self.browse()
        by_company = defaultdict(list)
        for record in records.sudo():
            account = record if are_accounts else record.utility_account_id
            case_id = (
                case.id if case else "case_id" in record._fields and record.case_id.id
            )
            row = (
                account.id,
                case_id or None,
                amounts.get(record.id, 0.0),
                notes.get(record.id) or None,
                None if are_accounts else record.id,
            )
            by_company[account.company_id].append(row)
        for company, rows in by_company.items():
            ids = [row[-1] for row in rows]
            events |= self._insert(
                kind,
                company,
                [row[:-1] for row in rows],
                None if are_accounts else (records._name, ids),
            )
        return events.sudo()

    @api.model
    def _insert(self, kind, company, rows, records=None):
        """Tell what happened to very many accounts of a company, with one statement.

        :param str kind: of the selection `kind`
        :param list rows: (account id, case id or None, amount, note or None)
        :param records: of what they tell: a record for all, or a model's name and a
            list of ids, one a row; default: of each row's case
        :return: the new events
        """
        if not rows:
            return self.browse()
        model, ids = None, [None] * len(rows)
        if isinstance(records, tuple):
            model, ids = records
        elif records:
            model, ids = records._name, records.ids * len(rows)
        self.flush_model()
        accounts, cases, amounts, notes = map(list, zip(*rows, strict=True))
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO utility_collection_event (
                       kind, utility_account_id, case_id, amount, note, company_id,
                       res_model, res_id, user_id, happened_at,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(kind)s, item.account_id, item.case_id, item.amount, item.note,
                       %(company)s,
                       COALESCE(%(model)s,
                           CASE WHEN item.case_id IS NOT NULL THEN %(case)s END),
                       COALESCE(item.res_id, item.case_id),
                       %(uid)s, %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(accounts)s, %(cases)s::integer[],
                              %(amounts)s::numeric[], %(notes)s::varchar[],
                              %(ids)s::integer[])
                       WITH ORDINALITY
                       AS item(account_id, case_id, amount, note, res_id, place)
              ORDER BY item.place
             RETURNING id
                """,
                kind=kind,
                company=company.id,
                model=model,
                case="utility.collection.case",
                ids=ids,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                accounts=accounts,
                cases=cases,
                amounts=amounts,
                notes=notes,
            )
        )
        self.env["utility.collection.case"].invalidate_model(["event_ids"], flush=False)
        return self.browse(event_id for (event_id,) in inserted)
