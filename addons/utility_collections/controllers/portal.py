from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

# The highest id that PostgreSQL's integers hold: others are no page at all.
PLAN = "/my/payment-plans/<int(max=2147483647):plan_id>"


class PaymentPlanPortal(CustomerPortal):
    """The consumer's payment plans online: see, sign, download (PLN-01, ONL-01)."""

    def _prepare_home_portal_values(self, counters):
        """Extend: how many plans there are, and how many are there to be signed."""
        values = super()._prepare_home_portal_values(counters)
        Plan_sudo = request.env["utility.payment.plan"].sudo()
        domain = Plan_sudo._portal_domain(request.env.user.partner_id)
        if "payment_plan_count" in counters:
            values["payment_plan_count"] = Plan_sudo.search_count(domain)
        if "payment_plan_sign_count" in counters:
            values["payment_plan_sign_count"] = len(
                Plan_sudo.search(domain).filtered(lambda plan: plan._can_sign_online())
            )
        return values

    @http.route(
        ["/my/payment-plans", "/my/payment-plans/page/<int(max=99999):page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_payment_plans(self, page=1, **kwargs):
        """List the consumer's own plans, the newest first."""
        Plan_sudo = request.env["utility.payment.plan"].sudo()
        domain = Plan_sudo._portal_domain(request.env.user.partner_id)
        pager = portal_pager(
            url="/my/payment-plans",
            total=Plan_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        plans_sudo = Plan_sudo.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values() | {
            "plans": plans_sudo,
            "page_name": "payment_plan",
            "default_url": "/my/payment-plans",
            "pager": pager,
        }
        return request.render("utility_collections.portal_my_payment_plans", values)

    @http.route(PLAN, type="http", auth="public", methods=["GET"], website=True)
    def portal_payment_plan(
        self, plan_id, access_token=None, report_type=None, message=None, **kwargs
    ):
        """Show one plan, or its agreement as PDF."""
        try:
            plan_sudo = self._get_payment_plan(plan_id, access_token)
        except (AccessError, MissingError):
            # The same answer for plans of others as for those that don't exist.
            return request.redirect("/my")
        if report_type:
            return self._show_report(
                model=plan_sudo,
                report_type="pdf",
                report_ref="utility_collections.action_report_agreement",
                download=bool(kwargs.get("download")),
            )
        values = self._get_page_view_values(
            plan_sudo,
            access_token,
            {
                "plan": plan_sudo,
                "page_name": "payment_plan",
                "message": message if message in ("signed", "changed") else None,
                "res_company": plan_sudo.company_id,
                "rows": plan_sudo.installment_ids.sorted("sequence"),
                "covered": plan_sudo._agreement_covered(),
                "can_sign": plan_sudo._can_sign_online(),
                "sign_url": plan_sudo.get_portal_url(
                    suffix="/sign", query_string=f"&terms={plan_sudo._terms_digest()}"
                ),
            },
            "my_payment_plans_history",
            False,
        )
        return request.render("utility_collections.portal_payment_plan", values)

    @http.route(f"{PLAN}/sign", type="jsonrpc", auth="public", website=True)
    def portal_payment_plan_sign(
        self, plan_id, access_token=None, name=None, signature=None, terms=None
    ):
        """Sign a plan; the answer is what Odoo's signature form understands."""
        query = request.httprequest.args
        try:
            plan_sudo = self._get_payment_plan(
                plan_id, access_token or query.get("access_token")
            )
        except (AccessError, MissingError):
            return {"error": request.env._("There is no such payment plan.")}
        if not plan_sudo._can_sign_online():
            return {
                "error": request.env._(
                    "There is nothing to sign: the plan was signed already, or it is"
                    " no longer offered."
                )
            }
        try:
            with request.env.cr.savepoint():
                plan_sudo._refresh_draft()
        except UserError as error:
            return {
                "error": request.env._(
                    "This plan can't be signed any more; please contact us. %(reason)s",
                    reason=error,
                )
            }
        if plan_sudo._terms_digest() != (terms or query.get("terms")):
            return {
                "force_refresh": True,
                "redirect_url": plan_sudo.get_portal_url(
                    query_string="&message=changed"
                ),
            }
        try:
            with request.env.cr.savepoint():
                plan_sudo._sign_online(name, signature, request.env.user)
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": plan_sudo.get_portal_url(query_string="&message=signed"),
        }

    def _get_payment_plan(self, plan_id, access_token):
        """The plan, as superuser, of a consumer who may see it.

        :raises AccessError, MissingError: for a plan of others, or none
        """
        # What isn't text of letters and digits is no token, and can't be compared.
        if not isinstance(access_token, str) or not access_token.isascii():
            access_token = None
        return self._document_check_access(
            "utility.payment.plan", plan_id, access_token=access_token
        )
