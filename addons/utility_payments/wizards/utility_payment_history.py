from odoo import api, fields, models

# Texts of the file, as the door takes them.
_VALUES = (
    "account",
    "amount",
    "mode",
    "channel",
    "date",
    "reference",
    "payer",
    "note",
    "received_by",
)
_MANDATORY = ("number", "account", "amount", "mode", "date")


class UtilityPaymentHistory(models.TransientModel):
    """A file of payments that another system took (CFG-04).

    Only the target of Odoo's importer: rows go to ``record_collections`` and nothing is
    stored here. A file is recorded whole or not at all, and twice changes nothing.
    """

    _name = "utility.payment.history"
    _description = "Payment History to Import"

    number = fields.Char(
        required=True,
        help="Number of the payment in the other system: a row with a number that was"
        " imported before isn't recorded again.",
    )
    account = fields.Char(string="Account Number", required=True)
    # Not a number: Odoo's importer would read 1O0.00 as 10.00
    amount = fields.Char(required=True, help="Digits and a point, such as 145.50.")
    mode = fields.Char(
        string="Payment Mode", required=True, help="Code, such as cash or cheque."
    )
    channel = fields.Char(help="Code, such as walk_in or bank; walk_in if empty.")
    date = fields.Date(required=True)
    documents = fields.Char(
        help="Numbers of the bills paid, separated by commas; oldest due first if"
        " empty."
    )
    reference = fields.Char()
    payer = fields.Char(string="Paid By")
    note = fields.Char()
    received_by = fields.Char(help="Login of who took the money.")

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: the files to start from (CFG-04)."""
        return [
            {
                "label": self.env._("Payment history (XLSX)"),
                "template": "/utility_payments/static/xls/payment_history.xlsx",
            },
            {
                "label": self.env._("Payment history (CSV)"),
                "template": "/utility_payments/static/xls/payment_history.csv",
            },
        ]

    @api.model
    def load(self, fields, data):
        """Override of `base`: record the rows through the door, all or nothing.

        :return: as `base` does; `ids` are those of the payments
        :raises AccessError: when the caller isn't a Billing Manager
        """
        self.check_access("create")
        missing = [name for name in _MANDATORY if name not in fields]
        if missing:
            labels = self.fields_get(missing, ["string"])
            return self._import_result(
                [
                    self._import_message(
                        0,
                        self.env._(
                            "No column is matched with %(columns)s: begin with the"
                            " template, or match the columns by hand.",
                            columns=", ".join(
                                labels[name]["string"] for name in missing
                            ),
                        ),
                    )
                ]
            )
        rows = [dict(zip(fields, row, strict=False)) for row in data]
        messages = [
            self._import_message(
                index,
                self.env._(
                    "The row has no number: give each payment the number that it had."
                ),
            )
            for index, row in enumerate(rows)
            if not (row.get("number") or "").strip()
        ]
        if messages:
            return self._import_result(messages)
        savepoint = self.env.cr.savepoint()
        outcomes = self.env["account.payment"].record_collections(
            [self._prepare_request(row) for row in rows]
        )
        messages = [
            self._import_message(index, outcome["error"]["message"])
            for index, outcome in enumerate(outcomes)
            if outcome["error"]
        ]
        savepoint.close(rollback=bool(messages))
        return self._import_result(
            messages, [outcome["payment_id"] for outcome in outcomes]
        )

    @api.model
    def _prepare_request(self, row):
        request = {name: row.get(name) or False for name in _VALUES}
        request["amount"] = row.get("amount") or ""
        request["idempotency_key"] = f"history/{row['number'].strip()}"
        request["note"] = row.get("note") or self.env._(
            "Payment %(number)s of the previous system", number=row["number"].strip()
        )
        request["documents"] = [
            number.strip()
            for number in (row.get("documents") or "").split(",")
            if number.strip()
        ]
        return request

    @api.model
    def _import_message(self, index, message):
        return {
            "type": "error",
            "record": index,
            "rows": {"from": index, "to": index},
            "message": message,
            "field": "account",
        }

    @api.model
    def _import_result(self, messages, ids=()):
        return {
            "ids": False if messages else list(ids),
            "messages": messages,
            "nextrow": 0,
        }
