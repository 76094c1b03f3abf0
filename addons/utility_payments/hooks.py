def post_init_hook(env):
    """Give every company its channels, payment modes, journals and num formats."""
    env["res.company"].search([])._utility_setup()
