from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


def post_init_hook(env):
    """Complete the companies, and make notes of the overpayments from before."""
    env["res.company"].search([])._utility_setup()
    env["utility.credit.note"]._adopt_excess()


def uninstall_hook(env):
    """Let refund requests and notes go before the reasons that they name.

    Odoo removes data records first, and what is in use can't be removed. The money of
    the notes stays in the ledger, as open items of the consumers.
    """
    leaving = {MODULE_UNINSTALL_FLAG: True}
    for requests in (
        env["utility.payment.adjustment"].search([("kind", "=", "refund")]),
        env["utility.credit.note"].search([("id", "!=", False)]),
    ):
        requests.with_context(**leaving).unlink()
