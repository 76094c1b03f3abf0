from odoo.tests import tagged

from .common import PaymentsCommon

# Editable computed fields that the door gives as Odoo would have derived them.
GIVEN = {
    "destination_account_id",
    "display_type",
    "outstanding_account_id",
    "product_uom_id",
    "quantity",
}


@tagged("post_install", "-at_install")
class TestRecordDerived(PaymentsCommon):
    """What the door gives or writes by SQL equals what Odoo derives."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.8)])

    def record_all_kinds(self):
        """Payments in full, in part, above, with change, abroad; the payments."""
        self.company.utility_overpayment_amount = 1000
        self.company.utility_similar_hours = 0
        accounts = [self.make_account(f"Consumer {i}") for i in range(6)]
        for account in accounts:
            self.make_bill(100, account=account, number=f"D-{account.number}")
            self.make_bill(60, account=account, kind="service")
        outcomes = self.record(
            self.request(100, account=accounts[0].number),
            self.request(33.33, account=accounts[1].number, reference="ref 1"),
            self.request(120.5, account=accounts[2].number),
            self.request(100, account=accounts[3].number, tendered=150),
            self.request(90, account=accounts[4].number, currency="EUR"),
            self.request(60, account=accounts[5].number, type="service"),
        )
        self.assertEqual({o["status"] for o in outcomes}, {"posted"}, outcomes)
        return self.env["account.payment"].browse([o["payment_id"] for o in outcomes])

    def test_stored_values_equal_derived_ones(self):
        """design.md, Entries: every stored computed value is the ORM's own."""
        payments = self.record_all_kinds()
        moves = payments.move_id
        documents = payments.allocation_ids.move_id
        for records in (payments, moves, moves.line_ids, documents, documents.line_ids):
            for name, field in records._fields.items():
                if not (field.store and field.compute and field.column_type):
                    continue
                if not field.readonly and name not in GIVEN:
                    # A choice with a computed default.
                    continue
                stored = [record[name] for record in records]
                self.env.add_to_compute(field, records)
                records._recompute_field(field)
                derived = [record[name] for record in records]
                with self.subTest(field=f"{records._name}.{name}"):
                    self.assertEqual(stored, derived)
