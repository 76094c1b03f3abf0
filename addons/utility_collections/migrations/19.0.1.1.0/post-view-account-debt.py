from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Enable View Account Debt for Recovery Executives, as new databases do (COL-03).

    The role belongs to another add-on and its record isn't updated any more.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("utility_consumers.group_recovery_executive")._apply_group(
        env.ref("utility_collections.group_view_account_debt")
    )
