from odoo import api, fields, models
from odoo.tools import SQL


class UtilityServiceRequest(models.Model):
    """Requests that the machine opens, for many accounts at once (COL-05).

    Rows are inserted, not created one by one. An account that has an unresolved
    request of the type gets no second one: what is there is left out, and what another
    run inserts at the same time is kept out by a unique index.
    """

    _inherit = "utility.service.request"

    @api.model
    def _open_many(self, request_type, targets, origin, schedule=None, user=None):
        """Open requests of a type for accounts of one company; superuser.

        :param request_type: `utility.service.request.type`
        :param dict targets: {account id: case id, or False}
        :param str origin: of the selection
        :param schedule: `utility.service.request.schedule`, where one opens them
        :param user: the owner; default: by the rule of the type
        :return: (requests, accounts for which nobody was found who could do it)
        """
        Account = self.env["utility.account"]
        accounts = Account.browse(self._filter_targets(request_type, targets, schedule))
        if not accounts:
            return self.browse(), accounts
        company = accounts[:1].company_id
        owners = self._find_owners(request_type, accounts, user)
        without = accounts.filtered(lambda account: account.id not in owners)
        accounts -= without
        if not accounts:
            return self.browse(), without
        today = company._utility_today()
        category = request_type.category_id or company._get_request_category()
        names = self.env["ir.sequence"]._utility_draw(
            "utility.request", company, len(accounts)
        )
        requests = self._insert_rows(
            [
                {
                    "name": name,
                    "utility_account_id": account.id,
                    "company_id": company.id,
                    "case_id": targets[account.id] or None,
                    "user_id": owners[account.id],
                    "type_id": request_type.id,
                    "category_id": category.id or None,
                    "state": "new",
                    "origin": origin,
                    "schedule_id": schedule.id if schedule else None,
                    "opened_on": today,
                    "date_deadline": fields.Date.add(today, days=request_type.days),
                }
                for name, account in zip(names, accounts, strict=True)
            ]
        )
        Account.invalidate_model(["service_request_ids", "open_request_count"])
        if schedule:
            schedule.invalidate_recordset(["request_ids", "request_count"])
        requests._fill_opened()
        return requests, without

    @api.model
    def _filter_targets(self, request_type, targets, schedule):
        """The accounts that have no unresolved request of the type, in order.

        What a schedule opened today is there, though somebody has closed it already.
        """
        self.flush_model(
            ["utility_account_id", "type_id", "state", "schedule_id", "opened_on"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id
                  FROM utility_account account
                 WHERE account.id = ANY(%(accounts)s)
                   AND NOT EXISTS (
                       SELECT FROM utility_service_request request
                        WHERE request.utility_account_id = account.id
                          AND request.type_id = %(type)s
                          AND (
                              request.state NOT IN ('done', 'cancelled')
                              OR request.schedule_id = %(schedule)s
                             AND request.opened_on = %(today)s
                          )
                   )
              ORDER BY account.id
                """,
                accounts=list(targets),
                type=request_type.id,
                schedule=schedule.id if schedule else None,
                today=schedule and schedule.company_id._utility_today() or None,
            )
        )
        return [account_id for (account_id,) in rows]

    @api.model
    def _find_owners(self, request_type, accounts, user):
        """Who does it, for each account; {account id: user id}.

        :param user: who is asked first
        """
        company = accounts[:1].company_id
        others = company.utility_plan_user_id | self._get_recovery_users(company)[:1]
        owners = {}
        # One answer for all accounts of the same people
        for (wanted, recovery), mine in accounts.grouped(
            lambda account: (
                account.collector_id
                if request_type.owner_rule == "collector"
                else account.recovery_user_id,
                account.recovery_user_id,
            )
        ).items():
            for candidate in (user or others[:0], wanted, recovery, *others):
                if candidate and not self._get_owner_problem(candidate, mine[:1]):
                    owners |= dict.fromkeys(mine.ids, candidate.id)
                    break
        return owners

    @api.model
    def _get_recovery_users(self, company):
        """The Recovery Executives of a company, the first one first."""
        group = self.env.ref("utility_consumers.group_recovery_executive")
        return group.all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        ).sorted("id")

    def _fill_opened(self):
        """Give requests that were inserted their procedure, and tell of them."""
        self.env["utility.service.request.step"]._insert_rows(
            [
                {
                    **vals,
                    "request_id": request.id,
                    "company_id": request.company_id.id,
                }
                for request in self
                for vals in request._get_step_vals()
            ]
        )
        self.invalidate_recordset(["step_ids"])
        self._follow_opening()
