from odoo import fields, models
from odoo.tools import SQL


class UtilityPaymentKey(models.Model):
    """Idempotency keys of recorded payments (REC-13).

    A key is claimed before the payment exists, so that two transactions with the same
    key meet here and nowhere later.
    """

    _name = "utility.payment.key"
    _description = "Payment Idempotency Key"
    _log_access = False
    _rec_name = "key"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="cascade"
    )
    key = fields.Char(required=True)
    digest = fields.Char(required=True)
    payment_id = fields.Many2one(
        comodel_name="account.payment", index="btree_not_null", ondelete="cascade"
    )
    outcome = fields.Json()

    _key_unique = models.UniqueIndex("(company_id, key)")

    def _claim(self, claims):
        """Claim keys for requests; the loser of a race gets a serialization failure.

        :param claims: list of (company id, key, digest), each (company, key) once
        :return: {(company id, key): record} of the keys that were taken before, with
            their first digest and outcome; all others are claimed now
        """
        if not claims:
            return {}
        rows = SQL(", ").join(SQL("(%s, %s, %s)", *claim) for claim in claims)
        claimed = {
            (company_id, key)
            for company_id, key in self.env.execute_query(
                SQL(
                    """
                    INSERT INTO utility_payment_key (company_id, key, digest)
                    VALUES %s
                    ON CONFLICT (company_id, key) DO NOTHING
                    RETURNING company_id, key
                    """,
                    rows,
                )
            )
        }
        taken = [claim for claim in claims if claim[:2] not in claimed]
        if not taken:
            return {}
        records = self.search(
            [
                ("company_id", "in", list({claim[0] for claim in taken})),
                ("key", "in", [claim[1] for claim in taken]),
            ]
        )
        return {
            (record.company_id.id, record.key): record
            for record in records
            if (record.company_id.id, record.key) not in claimed
        }

    def _settle(self, posted, released):
        """Keep the outcome of posted requests; free the keys of rejected ones.

        :param posted: list of (company id, key, payment id, outcome)
        :param released: list of (company id, key)
        """
        if released:
            self.env.execute_query(
                SQL(
                    "DELETE FROM utility_payment_key WHERE (company_id, key) IN (%s)"
                    " RETURNING id",
                    SQL(", ").join(SQL("(%s, %s)", *pair) for pair in released),
                )
            )
        if posted:
            Json = self._fields["outcome"]
            rows = SQL(", ").join(
                SQL(
                    "(%s::int, %s::varchar, %s::int, %s::jsonb)",
                    company_id,
                    key,
                    payment_id,
                    Json.convert_to_column(outcome, self),
                )
                for company_id, key, payment_id, outcome in posted
            )
            self.env.execute_query(
                SQL(
                    """
                    UPDATE utility_payment_key AS claim
                       SET payment_id = v.payment_id, outcome = v.outcome
                      FROM (VALUES %s) AS v(company_id, key, payment_id, outcome)
                     WHERE claim.company_id = v.company_id AND claim.key = v.key
                    RETURNING claim.id
                    """,
                    rows,
                )
            )
        if posted or released:
            self.invalidate_model()
