def migrate(cr, version):
    """Name the entries that took expired credit back (KPI-07)."""
    # They are matched with the item of the expiry, as was the note's own item before
    cr.execute(
        """
        UPDATE utility_credit_application application
           SET revival_move_id = revival.move_id
          FROM account_partial_reconcile part
          JOIN account_move_line revival ON revival.id = part.credit_move_id
          JOIN account_move entry ON entry.id = revival.move_id
         WHERE application.kind = 'expired'
           AND application.reversed_at IS NOT NULL
           AND application.revival_move_id IS NULL
           AND part.debit_move_id = application.line_id
           AND entry.move_type = 'entry'
           AND entry.origin_payment_id IS NULL
           AND NOT EXISTS (
                SELECT FROM utility_credit_note note WHERE note.move_id = entry.id
               )
        """
    )
