from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import SearchTerm, digits, fold, parse_amount, parse_date, search_document

WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_fold(self):
        """CON-02: case and accents don't matter."""
        for text, folded in (
            ("  Zoë  MÜLLER ", "zoe muller"),
            ("Straße", "strasse"),
            ("Ørsted Łódź", "orsted lodz"),
            ("İzmir", "izmir"),
            (False, ""),
        ):
            self.assertEqual(fold(text), folded)

    def test_digits(self):
        """CON-02: a phone number is found however it is written."""
        self.assertEqual(digits("+1 (555) 010-0199"), "15550100199")
        self.assertEqual(digits(False), "")

    @given(WORDS)
    def test_fold_is_stable(self, text):
        """CON-02: what is stored and what is searched meet after folding."""
        self.assertEqual(fold(fold(text)), fold(text))

    @given(WORDS, WORDS)
    def test_document_has_sections(self, name, address):
        """CON-02: no text breaks out of its section."""
        document = search_document("WU-1", name, "555", "a@b.c", address)
        self.assertEqual(len(document.split("\n")), 5)

    @given(WORDS)
    def test_term_patterns_are_escaped(self, text):
        """CON-02: what a user types is never a wildcard."""
        term = SearchTerm.parse(text)
        if term:
            for word, pattern in zip(term.words, term.word_patterns, strict=True):
                inner = pattern.strip("%").lstrip(" ")
                for sign in "%_":
                    if sign in word and sign in inner:
                        self.assertIn("\\" + sign, pattern)

    def test_term(self):
        """CON-02: the parts of a search text."""
        self.assertIsNone(SearchTerm.parse("  () "))
        self.assertIsNone(SearchTerm.parse(None))
        term = SearchTerm.parse("José (WU-10001)")
        self.assertEqual(term.words, ("jose", "wu-10001"))
        self.assertEqual(SearchTerm.parse("jo").word_patterns, ["% jo%"])
        self.assertEqual(SearchTerm.parse("50%").word_patterns, ["%50\\%%"])
        self.assertEqual(SearchTerm.parse("0555-010 01").phone, "55501001")
        self.assertEqual(SearchTerm.parse("WU-10001").phone, "")
        self.assertTrue(SearchTerm.parse("INV-2025-001234").is_document_number)
        self.assertFalse(SearchTerm.parse("john").is_document_number)

    def test_parse_amount(self):
        """REC-05: amounts are exact; each wrong one has its own code."""
        for value, expected in (
            (145.5, (Decimal("145.5"), "")),
            ("145.50", (Decimal("145.50"), "")),
            (" 7 ", (Decimal("7"), "")),
            ("12,5", (Decimal(), "not_a_number")),
            ("abc", (Decimal(), "not_a_number")),
            ("nan", (Decimal(), "not_a_number")),
            (float("inf"), (Decimal(), "not_a_number")),
            (True, (Decimal(), "not_a_number")),
            (None, (Decimal(), "not_a_number")),
            ([1], (Decimal(), "not_a_number")),
            (0, (Decimal(), "not_positive")),
            (-1, (Decimal(), "not_positive")),
            ("1.234", (Decimal(), "too_many_decimals")),
            (1e12, (Decimal(), "amount_above_limit")),
            ("1e999999999", (Decimal(), "amount_above_limit")),
            ("1e-999999999", (Decimal(), "too_many_decimals")),
            ("-1e999999999", (Decimal(), "amount_above_limit")),
        ):
            with self.subTest(value=value):
                self.assertEqual(parse_amount(value, 2), expected)
        self.assertEqual(parse_amount(-1, 2, signed=True), (Decimal(-1), ""))

    @given(st.integers(min_value=1, max_value=10**13 - 1))
    def test_parse_amount_keeps_every_cent(self, cents):
        """REC-05: no cent is lost between text, float and exact amount."""
        exact = Decimal(cents).scaleb(-2)
        if exact < Decimal("1e12"):
            self.assertEqual(parse_amount(str(exact), 2), (exact, ""))
            self.assertEqual(parse_amount(float(exact), 2), (exact, ""))

    def test_parse_date(self):
        """CON-05: dates of files and systems."""
        day = date(2025, 4, 20)
        self.assertEqual(parse_date("2025-04-20"), day)
        self.assertEqual(parse_date("2025-04-20 10:00:00"), day)
        self.assertEqual(parse_date(day), day)
        self.assertEqual(parse_date(datetime(2025, 4, 20, 9)), day)
        self.assertIsNone(parse_date("20.04.2025"))
        self.assertIsNone(parse_date(5))
