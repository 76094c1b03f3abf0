from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Date the returns of before, and make the alert rules that are shipped."""
    # By the entry that took the money back
    cr.execute(
        """
        UPDATE account_payment payment
           SET returned_on = entry.date
          FROM utility_payment_adjustment adjustment
          JOIN account_move entry ON entry.id = adjustment.reversal_move_id
         WHERE adjustment.payment_id = payment.id
           AND payment.utility_state = 'returned'
           AND payment.returned_on IS NULL
        """
    )
    _make_alert_rules(api.Environment(cr, SUPERUSER_ID, {}))


def _make_alert_rules(env):
    """Give companies of before the alert rules that are shipped (KPI-08)."""
    env["res.company"].search([])._utility_setup()
