def post_init_hook(env):
    """Complete the companies that are there already."""
    env["res.company"].search([])._utility_setup()
