from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


def post_init_hook(env):
    """Complete the companies that are there already."""
    env["res.company"].search([])._utility_setup()


def uninstall_hook(env):
    """Leave payments that nobody misses a plan for; what they paid stays paid.

    Odoo removes data records first, and what other records name can't be removed:
    templates of plans, types of service requests, categories of disputes.
    """
    env.flush_all()
    # They would write into a table that is gone
    env["utility.debt.group"]._drop_database()
    _remove_requests(env)
    _remove_what_names_data(env)
    # In the ledger an installment was always a payment of what its plan covered.
    env.cr.execute(
        """
        UPDATE utility_payment_allocation AS allocation
           SET amount_billed = ABS(move.amount_total_signed)
          FROM account_move move
         WHERE move.id = allocation.move_id
           AND allocation.installment_id IS NOT NULL
        """
    )
    env.cr.execute(
        """
        UPDATE account_payment AS payment
           SET utility_type = COALESCE((
                    SELECT MIN(move.utility_kind)
                      FROM utility_payment_allocation allocation
                      JOIN account_move move ON move.id = allocation.move_id
                     WHERE allocation.payment_id = payment.id
               ), 'bill')
         WHERE utility_type = 'installment'
        """
    )
    for table in ("utility_payment_allocation", "utility_credit_application"):
        env.cr.execute(f"UPDATE {table} SET installment_id = NULL")
    env.cr.execute("UPDATE utility_payment_plan SET previous_id = NULL")
    env.invalidate_all(flush=False)
    plans = env["utility.payment.plan"].search([("id", "!=", False)])
    plans.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()


def _remove_requests(env):
    """Remove service requests with their activities, and what opens them."""
    env.cr.execute("UPDATE utility_service_request SET previous_id = NULL")
    env.invalidate_all(flush=False)
    for model in ("utility.service.request", "utility.service.request.schedule"):
        env[model].with_context(active_test=False).search([]).unlink()
    env.flush_all()


def _remove_what_names_data(env):
    """Remove disputes, the tags of rules, and activities of our own types."""
    env.cr.execute("DELETE FROM utility_dispute")
    env.cr.execute("DELETE FROM utility_disconnection_rule_tag_rel")
    env.cr.execute(
        """
        DELETE FROM mail_activity
         WHERE activity_type_id IN (
               SELECT res_id
                 FROM ir_model_data
                WHERE module = 'utility_collections' AND model = 'mail.activity.type'
               )
        """
    )
    env.invalidate_all(flush=False)
