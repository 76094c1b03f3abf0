def migrate(cr, version):
    """Fill what is new in allocations with one statement, instead of one by one.

    Odoo computes only columns that aren't there yet; with millions of allocations, and
    with the triggers of the sums by day, that would take hours.
    """
    cr.execute(
        """
        ALTER TABLE utility_payment_allocation
                ADD COLUMN IF NOT EXISTS amount_standing numeric,
                ADD COLUMN IF NOT EXISTS collection_days integer
        """
    )
    cr.execute(
        """
        UPDATE utility_payment_allocation allocation
           SET amount_standing = COALESCE(allocation.amount_applied, 0)
                   - COALESCE(allocation.reversed_amount, 0),
               collection_days = COALESCE(
                   payment.date - COALESCE(document.invoice_date, document.date), 0
               )
          FROM account_payment payment, account_move document
         WHERE payment.id = allocation.payment_id
           AND document.id = allocation.move_id
        """
    )
