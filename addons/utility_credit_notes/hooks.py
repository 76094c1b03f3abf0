def post_init_hook(env):
    """Complete the companies: num format and accounts of credit notes."""
    companies = env["res.company"].search([])
    companies._utility_setup()
