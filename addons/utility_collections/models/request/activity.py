from odoo import models

from .utility_service_request import RESOLVED

ACTIVITY_TYPE = "utility_collections.mail_activity_type_service_request"


class UtilityServiceRequest(models.Model):
    """What follows on opening and closing: activity, timeline, usage (COL-05)."""

    _inherit = "utility.service.request"

    def _follow_opening(self):
        """Tell the timeline, put it on the owners' lists, and count it."""
        requests_sudo = self.sudo()
        self.env["utility.collection.event"]._log(
            "request_opened",
            requests_sudo,
            {request.id: request.type_id.name for request in requests_sudo},
        )
        requests_sudo._add_activities()
        for company, requests in requests_sudo.grouped("company_id").items():
            self.env["utility.usage.event"]._log_many(
                [
                    {
                        "event": "collection_action",
                        "request_type": request._get_usage_type(),
                    }
                    for request in requests
                ],
                company,
            )

    def _count_closed(self):
        """Count what was closed: an inquiry that is resolved is one that is done."""
        Usage = self.env["utility.usage.event"]
        for company, requests in self.grouped("company_id").items():
            Usage._log_many(
                [
                    {
                        "event": "inquiry_resolved",
                        "inquiry_category": request.type_id.inquiry_category,
                        "contact_mode": request.contact_mode,
                        "duration": (
                            request.done_at - request.create_date
                        ).total_seconds(),
                        "request_type": request._get_usage_type(),
                    }
                    for request in requests
                    if request.state == "done"
                ],
                company,
            )

    def _get_usage_type(self):
        return self.type_id.code or "own"

    # -------------------------------------------------------------------------
    # ACTIVITIES
    # -------------------------------------------------------------------------

    def _add_activities(self):
        """Have an activity for each owner; superuser."""
        activity_type = self.env.ref(ACTIVITY_TYPE)
        model_id = self.env["ir.model"]._get_id(self._name)
        # Without the mail that Odoo would send for each of them.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": request.id,
                    "activity_type_id": activity_type.id,
                    "summary": (
                        f"{request.type_id.with_context(lang=request.user_id.lang).name}"
                        f" {request.consumer_name or ''}"
                    ).strip(),
                    "user_id": request.user_id.id,
                    "date_deadline": request.date_deadline,
                    "automated": True,
                }
                for request in self
            ]
        )

    def _get_activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                ("automated", "=", True),
            ]
        )

    def _move_activities(self):
        """Keep the activities with the owner and the due date; superuser."""
        for activity in self._get_activities():
            request = self.browse(activity.res_id)
            activity.with_context(mail_activity_quick_update=True).write(
                {
                    "user_id": request.user_id.id,
                    "date_deadline": request.date_deadline,
                }
            )

    def _close_activities(self, feedback):
        """Mark the activities of closed requests as done; superuser."""
        self._get_activities().action_feedback(feedback=feedback)

    def _pass_on(self, users):
        """Give what users leave undone to those who do it now; superuser.

        Odoo removes the activities of a user who is archived.
        """
        requests = self.search(
            [("user_id", "in", users.ids), ("state", "not in", RESOLVED)]
        )
        for owner, mine in requests.grouped(
            lambda request: request._get_default_owner()
        ).items():
            if owner and owner not in users:
                mine._get_activities().unlink()
                mine.write({"user_id": owner.id})
                mine._add_activities()
