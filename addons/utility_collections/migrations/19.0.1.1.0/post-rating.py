def migrate(cr, version):
    """Ratings that people gave stay: they become given ones, in effect until changed.

    The rating in effect was written by Billing Managers alone; from now on it is
    calculated where nobody gave one (CON-08).
    """
    cr.execute(
        """
        UPDATE utility_account
           SET rating_override = credit_rating,
               rating_reason = 'Given before ratings were calculated',
               rating_on = CURRENT_DATE
         WHERE credit_rating IS NOT NULL
           AND rating_override IS NULL
        """
    )
