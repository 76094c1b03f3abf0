from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class UtilityBillEntry(models.TransientModel):
    _name = "utility.bill.entry"
    _description = "Bill or Service Charge to Record"
    _rec_name = "number"

    account_id = fields.Many2one(comodel_name="utility.account", required=True)
    kind = fields.Selection(
        selection=[("bill", "Bill"), ("service", "Service charge")],
        required=True,
        default="bill",
    )
    number = fields.Char(help="The billing system's own number, if it has one.")
    date = fields.Date(default=lambda self: self.env.company._utility_today())
    due_date = fields.Date(
        compute="_compute_due_date", store=True, readonly=False, precompute=True
    )
    period_start = fields.Date(string="Period From")
    period_end = fields.Date(string="Period To")
    service_name = fields.Char()
    service_date = fields.Date()
    reference = fields.Char()
    source = fields.Char(
        help="Code of the billing system's journal; empty for the company's own."
    )
    # Not Monetary: it would round away what the door has to refuse
    amount = fields.Float(
        digits=(16, 6),
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="Total of the document; with lines their sum.",
    )
    line_ids = fields.One2many(
        comodel_name="utility.bill.entry.line",
        inverse_name="entry_id",
        string="Consumption and Charges",
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    consumer_name = fields.Char(related="account_id.consumer_name")
    move_id = fields.Many2one(comodel_name="account.move", readonly=True)
    outcome = fields.Selection(
        selection=[("posted", "Recorded"), ("duplicate", "Was recorded before")],
        readonly=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("date")
    def _compute_due_date(self):
        company = self.env.company
        for entry in self:
            entry.due_date = entry.date and company._utility_due_date(entry.date)

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for entry in self:
            if entry.line_ids:
                entry.amount = sum(entry.line_ids.mapped("amount"))

    # === ACTIONS === #

    def action_record(self):
        """Record the document and open it.

        :raise ValidationError: with the door's own sentence
        """
        self.ensure_one()
        self._record_or_raise()
        return self.env["account.move"]._get_utility_document_action(self.move_id)

    def action_record_and_new(self):
        """Record the document and offer the next one of the same account."""
        self.ensure_one()
        self._record_or_raise()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "utility_consumers.utility_bill_entry_action"
        )
        action["context"] = {"default_kind": self.kind}
        return action

    # === IMPORT === #

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: the files to start from (CFG-04)."""
        return [
            {
                "label": self.env._("Bills and service charges (XLSX)"),
                "template": "/utility_consumers/static/xls/bills.xlsx",
            },
            {
                "label": self.env._("Bills and service charges (CSV)"),
                "template": "/utility_consumers/static/xls/bills.csv",
            },
        ]

    @api.model
    def load(self, fields, data):
        """Override of `base`: what is imported is recorded, all of it or nothing.

        Account numbers are looked up together; each row that can't be recorded gets
        one message.
        """
        self.env["account.move"]._check_utility_bills_role()
        fields, data, messages = self._resolve_account_column(fields, data)
        if messages:
            return {"ids": False, "messages": messages, "nextrow": 0}
        savepoint = self.env.cr.savepoint()
        result = super().load(fields, data)
        if result["ids"]:
            entries = self.browse(result["ids"])
            result["messages"] += entries._record(fields, data)
        failed = any(message["type"] == "error" for message in result["messages"])
        if failed:
            result.update(ids=False, nextrow=0)
        savepoint.close(rollback=failed)
        return result

    @api.model
    def _resolve_account_column(self, fields, data):
        """Replace the column of account numbers by one of database ids.

        :return: fields, data and the messages about numbers that don't exist
        """
        if "account_id" not in fields:
            if not {"account_id/id", "account_id/.id"} & set(fields):
                return (
                    fields,
                    data,
                    [
                        self._get_import_message(
                            0,
                            self.env._(
                                "No column is matched with the account; one must hold "
                                "the account numbers."
                            ),
                        )
                    ],
                )
            return fields, data, []
        column = fields.index("account_id")
        numbers = [row[column] for row in data if row[column]]
        accounts = self.env["utility.account"]._find_by_numbers(
            list(set(numbers)), self.env.company
        )
        messages = [
            self._get_import_message(
                index,
                self.env._(
                    "There is no account %(account)s in %(company)s; check the account "
                    "number.",
                    account=row[column],
                    company=self.env.company.name,
                ),
            )
            for index, row in enumerate(data)
            if row[column] and row[column] not in accounts
        ]
        fields = [*fields[:column], "account_id/.id", *fields[column + 1 :]]
        data = [
            [
                *row[:column],
                str(accounts[row[column]].id) if row[column] in accounts else "",
                *row[column + 1 :],
            ]
            for row in data
        ]
        return fields, data, messages

    def _get_import_message(self, index, message):
        return {
            "type": "error",
            "record": index,
            "rows": {"from": index, "to": index},
            "message": message,
            "field": "account_id",
        }

    # === BUSINESS METHODS === #

    def _record_or_raise(self):
        outcome = self._record_through_door()[0]
        if outcome["status"] == "rejected":
            raise ValidationError(outcome["error"]["message"])

    def _record(self, fields, data):
        """Record imported entries; return messages about those that were refused."""
        # A row that only continues the lines above has no account of its own
        column = next(
            index for index, name in enumerate(fields) if name.startswith("account_id")
        )
        starts = [index for index, row in enumerate(data) if row[column]]
        return [
            self._get_import_message(start, outcome["error"]["message"])
            for start, outcome in zip(starts, self._record_through_door(), strict=False)
            if outcome["status"] == "rejected"
        ]

    def _record_through_door(self):
        """Send the entries through `record_bills` and keep what became of them."""
        if self.filtered("outcome"):
            raise UserError(self.env._("This document is recorded already."))
        outcomes = self.env["account.move"].record_bills(
            [entry._prepare_request() for entry in self]
        )
        for entry, outcome in zip(self, outcomes, strict=True):
            if outcome["status"] != "rejected":
                entry.write(
                    {
                        "move_id": outcome["move_id"],
                        "number": outcome["number"],
                        "outcome": outcome["status"],
                    }
                )
        return outcomes

    def _prepare_request(self):
        self.ensure_one()
        names = (
            "kind",
            "number",
            "date",
            "due_date",
            "period_start",
            "period_end",
            "service_name",
            "service_date",
            "reference",
            "source",
        )
        request = {name: self[name] for name in names}
        request["account"] = self.account_id.id
        if self.line_ids:
            request["lines"] = [
                {"name": line.name, "quantity": line.quantity, "price": line.price}
                for line in self.line_ids
            ]
        else:
            request["amount"] = self.amount
        return request
