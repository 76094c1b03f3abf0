from odoo import http
from odoo.http import request

_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


class ReceiptController(http.Controller):
    @http.route(
        "/payment-receipt/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def verify_receipt(self, token, **kwargs):
        """Tell anybody whether a receipt is ours; nothing personal (DOC-02)."""
        payment_sudo = request.env["account.payment"]._receipt_by_token(token)
        html = request.env["ir.qweb"]._render(
            "utility_payments.receipt_verification",
            {"payment": payment_sudo, "company": payment_sudo.company_id},
        )
        return request.make_response(
            f"<!DOCTYPE html>\n{html}",
            headers={"Content-Type": "text/html; charset=utf-8", **_HEADERS}.items(),
            status=200 if payment_sudo else 404,
        )
