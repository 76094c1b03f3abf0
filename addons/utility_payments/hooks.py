def post_init_hook(env):
    """Give every company its channels, payment modes, journals and num formats."""
    env["res.company"].search([])._utility_setup()


def uninstall_hook(env):
    """Leave what others need: see each step."""
    # They would write into a table that is gone
    env["utility.collection.day"]._drop_triggers()
    # Posted payments were booked with these method lines
    ours = env.ref("utility_payments.account_payment_method_utility_in")
    lines = env["account.payment.method.line"].search(
        [("payment_method_id", "=", ours.id)]
    )
    lines.payment_method_id = env.ref("account.account_payment_method_manual_in")
