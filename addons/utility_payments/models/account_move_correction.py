from odoo import Command, api, models

from .collect.post import QUIET


class AccountMove(models.Model):
    """Entries that correct the ledger: what was posted is never edited."""

    _inherit = "account.move"

    def _utility_receivable_items(self):
        """The items of a document that are a consumer's debt, first due first."""
        return self.line_ids.filtered("utility_account_id").sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )

    def _utility_residual(self):
        """What is open on a document, in company currency.

        :rtype: float
        """
        self.ensure_one()
        return self.company_currency_id.round(
            sum(self._utility_receivable_items().mapped("amount_residual"))
        )

    @api.model
    def _book_corrections(self, corrections):
        """Create and post entries on consumer accounts, all at once.

        Superuser only: the door that calls it has checked its caller.

        :param list[dict] corrections: each with ``account`` (utility.account),
            ``date``, ``ref``, ``lines``: a list of dicts with ``account_id`` (general
            ledger), ``balance`` (company currency, debit positive), ``name``,
            ``currency_id`` with ``amount_currency``, ``date_maturity``,
            ``utility_account_id``; optionally ``journal`` (default: the company's
            journal of corrections), ``name`` (default: the next correction number) and
            ``payment`` (the payment whose entry it is)
        :return: the posted entries, in order; their lines are in the order given
        """
        accounts = self.env["utility.account"].union(
            *(entry["account"] for entry in corrections)
        )
        for company, own in accounts.grouped("company_id").items():
            # Odoo asks each entry's contact; read together, that is one query.
            partners = own.commercial_partner_id.with_company(company)
            partners.mapped("property_account_position_id")
        quiet = self.with_context(**QUIET, skip_analytic_sync=True)
        moves = quiet.create([quiet._correction_vals(entry) for entry in corrections])
        moves._post(soft=False)
        return moves.with_env(self.env)

    @api.model
    def _correction_vals(self, correction):
        account = correction["account"]
        company = account.company_id
        journal = correction.get("journal") or company.utility_correction_journal_id
        partner_id = account.commercial_partner_id.id
        payment = correction.get("payment")
        lines = []
        for line in correction["lines"]:
            amount_currency = line.get("amount_currency", line["balance"])
            lines.append(
                Command.create(
                    {
                        "partner_id": partner_id,
                        "currency_id": company.currency_id.id,
                        "amount_currency": amount_currency,
                        "date_maturity": correction["date"],
                        "display_type": "product",
                        "product_uom_id": False,
                        "quantity": 1.0,
                        "tax_ids": [],
                        "analytic_distribution": False,
                        "price_subtotal": amount_currency,
                        "price_total": amount_currency,
                        **line,
                    }
                )
            )
        return {
            "move_type": "entry",
            "name": correction.get("name", False),
            "ref": correction["ref"],
            "date": correction["date"],
            "journal_id": journal.id,
            "company_id": company.id,
            "partner_id": partner_id,
            "currency_id": company.currency_id.id,
            "utility_account_id": account.id,
            "origin_payment_id": payment.id if payment else False,
            "always_tax_exigible": True,
            "line_ids": lines,
        }
