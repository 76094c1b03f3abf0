from odoo.tests import tagged

from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestSearch(UtilityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.john = cls.make_account(
            "John Doe",
            number="QX-70001",
            phone="+1 (555) 010-0199",
            email="john.doe@example.com",
            service_address="123 Main Street, Springfield",
        )
        cls.jose = cls.make_account(
            "José Müller-Straße", number="QX-70002", service_address="9 Oak Avenue"
        )
        cls.joan = cls.make_account("Mary Johnson", number="QX-170001")
        cls.bill = cls.make_bill(cls.jose, 10, number="BILL-2025-998877")

    def search(self, text, user=None, **kwargs):
        Account = self.env["utility.account"].with_user(user or self.customer_executive)
        pairs = Account.name_search(text, **kwargs)
        return self.env["utility.account"].browse(pair[0] for pair in pairs)

    def test_every_kind_of_term(self):
        """CON-02: name, number, phone, e-mail, address, bill number; partly too."""
        for text, account in (
            ("qx-70001", self.john),
            ("John Doe", self.john),
            ("doe john", self.john),
            ("JOSE MULLER", self.jose),
            ("strasse", self.jose),
            ("010-0199", self.john),
            ("5550100199", self.john),
            ("john.doe@", self.john),
            ("123 main", self.john),
            ("BILL-2025-998877", self.jose),
            ("bill-2025-9988", self.jose),
            ("John Doe (QX-70001)", self.john),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.search(text)[:1], account)

    def test_nothing_found(self):
        """CON-02: no match is an empty answer."""
        for text in ("zzqqxx", "100%", "_____", "john zzqqxx", "\\"):
            with self.subTest(text=text):
                self.assertFalse(self.search(text))

    def test_best_match_first(self):
        """CON-02: exact number, then its tail, then names that begin so."""
        self.assertEqual(self.search("70001").ids, [self.john.id, self.joan.id])
        self.assertEqual(self.search("QX-70001")[:1], self.john)
        found = self.search("john")
        self.assertEqual(found.ids[:2], [self.john.id, self.joan.id])

    def test_short_terms_begin_words(self):
        """CON-02: two letters find beginnings of words only."""
        self.assertIn(self.joan, self.search("jo"))
        self.assertNotIn(self.joan, self.search("hn"))

    def test_blank_shows_the_first(self):
        """CON-02: an empty box offers accounts, as any list does."""
        self.assertEqual(len(self.search("", limit=2)), 2)

    def test_one_implementation(self):
        """CON-02: the list and many2one boxes find what name_search finds."""
        Account = self.env["utility.account"].with_user(self.customer_executive)
        expected = self.search("john").ids
        domain = [("display_name", "ilike", "john")]
        self.assertEqual(Account.search(domain).ids, expected)
        listed = Account.web_search_read(domain, {"number": {}}, limit=80)
        self.assertEqual([values["id"] for values in listed["records"]], expected)
        self.assertEqual(
            [
                values["id"]
                for values in Account.web_name_search("john", {"display_name": {}})
            ],
            expected,
        )
        self.assertEqual(Account.search_count(domain), len(expected))

    def test_pages(self):
        """CON-02: the pages of a searched list follow each other."""
        Account = self.env["utility.account"]
        domain = [("display_name", "ilike", "qx-")]
        both = Account.search(domain)
        self.assertEqual(
            Account.search(domain, limit=1) + Account.search(domain, offset=1, limit=9),
            both,
        )

    def test_with_other_conditions(self):
        """CON-02: the search combines with filters, also as their negation."""
        Account = self.env["utility.account"]
        mine = [("id", "in", (self.john | self.jose | self.joan).ids)]
        closed = self.john
        closed.action_close()
        self.assertEqual(
            Account.search(
                [("display_name", "ilike", "john"), ("state", "=", "active"), *mine]
            ),
            self.joan,
        )
        self.assertEqual(
            Account.search([("display_name", "not ilike", "john"), *mine]), self.jose
        )
        self.assertEqual(
            self.search("john", domain=[("state", "=", "closed"), *mine]), closed
        )
        either = [
            "|",
            ("display_name", "ilike", "jose"),
            ("display_name", "ilike", "doe"),
        ]
        self.assertEqual(Account.search(either + mine), self.john | self.jose)

    def test_exact(self):
        """CFG-04: imports name an account by its number or as exports write it."""
        Account = self.env["utility.account"]
        for text in ("QX-70001", "qx-70001", "John Doe (QX-70001)"):
            self.assertEqual(
                Account.name_search(text, operator="=")[0][0], self.john.id
            )
        self.assertFalse(Account.name_search("QX-7", operator="="))

    def test_record_rules_inside(self):
        """ROL-01: a collector's search knows only the assigned accounts."""
        self.assertFalse(self.search("john", user=self.field_collector))
        self.john.collector_id = self.field_collector
        self.assertEqual(self.search("john", user=self.field_collector), self.john)
        self.assertEqual(self.search("QX-70001", user=self.field_collector), self.john)

    def test_search_text_follows(self):
        """CON-02: a new name or phone number is found at once."""
        self.john.partner_id.write({"name": "Jon Roe", "phone": "777 123 4567"})
        self.assertEqual(self.search("roe"), self.john)
        self.assertEqual(self.search("1234567"), self.john)
        self.assertNotIn(self.john, self.search("john 010"))

    def test_query_count(self):
        """CON-02: a search takes at most three queries."""
        self.search("warm up")
        for text in ("john", "jo", "qx-70001", "bill-2025-998877", "0100199", "none"):
            self.env.flush_all()
            self.env.invalidate_all()
            Account = self.env["utility.account"].with_user(self.customer_executive)
            before = self.env.cr.sql_log_count
            Account.name_search(text, limit=8)
            with self.subTest(text=text):
                self.assertLessEqual(self.env.cr.sql_log_count - before, 3)

    def test_formatted_name(self):
        """CON-03: the suggestions show who and where."""
        name = self.john.with_context(formatted_display_name=True).display_name
        self.assertIn("--QX-70001 · 123 Main Street, Springfield--", name)
