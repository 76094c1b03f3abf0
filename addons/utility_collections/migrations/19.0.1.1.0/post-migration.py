from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Complete the companies: num formats, accounts, what is shipped for each."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # pylint: disable-next=no-search-all
    env["res.company"].search([])._utility_setup()
