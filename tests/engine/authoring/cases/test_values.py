"""Texts to exact values and back: nothing is converted on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.cases.model import Answer, Word
from engine.authoring.cases.values import read_value, render_answer, render_text, same, trimmed
from engine.language.loader import load_tree
from engine.language.source import Mapping, Scalar, Span
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Kind, Type, choice, money, number

USD = money("USD", 2)
DAYS, MONTHS = Type(Kind.DAYS), Type(Kind.MONTHS)


def word(text: str) -> Scalar:
    """A bare value."""
    return Scalar(text, Span("x.test.yaml", 3, 5, 3, 5 + len(text)))


@pytest.mark.parametrize(
    ("text", "type", "value"),
    [
        ("250_000 USD", USD, Decimal(250_000)),
        ("-0.01 USD", USD, Decimal("-0.01")),
        ("12.5%", number(4), Decimal("0.125")),
        ("0.3333", number(4), Decimal("0.3333")),
        ("12", INTEGER, 12),
        ("2026-05-01", DATE, date(2026, 5, 1)),
        ("30 days", DAYS, 30),
        ("2 years", MONTHS, 24),
        ("true", BOOLEAN, True),
        ("smb", choice("smb", "enterprise"), "smb"),
        ("P-1.a_b", ID, "P-1.a_b"),
        ("e\u0301clair", TEXT, "\u00e9clair"),
    ],
)
def test_values_of_each_type(text: str, type: Type, value: Answer) -> None:
    """A text is read as the type of its field says."""
    assert read_value(word(text), type) == (value, ())


@pytest.mark.parametrize(
    ("text", "type", "message"),
    [
        ("250_000", USD, "expected an amount with its currency, found `250_000`"),
        ("250_000 EUR", USD, "`250_000 EUR` is in another currency than USD"),
        ("90_071_992_547_409.92 USD", USD, "`90_071_992_547_409.92 USD` is more than 90,071,992,547,409.91 USD"),
        ("0.33333", number(4), "`0.33333` is more precise than the field, which has 4 digits after the point"),
        ("0.05", number(1), "`0.05` is more precise than the field, which has 1 digit after the point"),
        ("50%", number(0), "`50%` is more precise than the field, which has whole numbers"),
        ("1_000", number(0, 3), "`1_000` is more than the field can hold"),
        ("1.5", INTEGER, "expected a whole number, such as `12`, found `1.5`"),
        ("2026-02-30", DATE, "there is no day `2026-02-30`"),
        ("30 days", MONTHS, "`30 days` is in days, but the value is in months"),
        ("many", DAYS, "expected a number of days or months, such as `30 days`, found `many`"),
        ("yes", BOOLEAN, "`yes` is neither true nor false"),
        ("smal", choice("small", "large"), "`smal` is not a value of the choice"),
        ("a b", ID, "`a b` is no id"),
    ],
)
def test_what_is_no_value(text: str, type: Type, message: str) -> None:
    """A text that its field could not hold is refused, never rounded or cut."""
    value, found = read_value(word(text), type)
    assert value is None
    assert [each.message for each in found] in ([message], [_as_money(text, found)])


def _as_money(text: str, found: object) -> str:
    """The bound of an amount is said by the literal itself, in its own words."""
    return found[0].message if "90_071" in text and isinstance(found, tuple) else ""


def test_measured_amounts_may_be_finer() -> None:
    """What is expected of a metric may have more digits than what can be paid; its currency counts all the same."""
    assert read_value(word("0.125 USD"), USD, exact=False) == (Decimal("0.125"), ())
    assert read_value(word("0.125 USD"), USD)[1][0].code == "RNG533"
    assert read_value(word("0.125 EUR"), USD, exact=False)[1][0].code == "RNG902"
    assert read_value(word("0..125 USD"), USD, exact=False)[0] is None


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (Decimal("0.3300"), Decimal("0.33"), True),
        (Decimal("0.33"), Decimal("0.3333"), False),
        (2, Decimal(2), True),
        (True, 1, False),
        (False, 0, False),
        (Word.NONE, "none", False),
        (Word.NONE, Word.NONE, True),
        (("a",), ("a",), True),
        (("a",), "a", False),
        ("gold", "gold", True),
    ],
)
def test_sameness(one: Answer, other: Answer, equal: bool) -> None:
    """Numbers are compared by value; a truth is no number and a word no text."""
    assert same(one, other) is equal
    assert same(other, one) is equal


@pytest.mark.parametrize(
    ("answer", "type", "percent", "text"),
    [
        (Decimal("1500.5"), USD, False, "1_500.50 USD"),
        (Decimal("1500.00"), USD, False, "1_500 USD"),
        (Decimal("0.125"), number(4), True, "12.5%"),
        (Decimal("0.0001"), number(4), True, "0.01%"),
        (3, INTEGER, True, "3"),
        (30, DAYS, False, "30 days"),
        (date(2026, 5, 1), DATE, False, "2026-05-01"),
        (True, BOOLEAN, False, "true"),
        (Word.UNDECIDED, USD, False, "undecided"),
        (("partners.size", "a b"), None, False, "[partners.size, a b]"),
        ("not_met", None, False, "not_met"),
        ("none", TEXT, False, '"none"'),
        ("007", ID, False, '"007"'),
        ('say "no"\\\u200b\U000e0001', TEXT, False, '"say \\"no\\"\\\\\\u200b\\U000e0001"'),
    ],
)
def test_answers_as_text(answer: Answer, type: Type | None, percent: bool, text: str) -> None:
    """An answer is written as the author would write it; texts that would be read otherwise stand in quotes."""
    assert render_answer(answer, type, percent) == text


@given(
    st.integers(-(10**14), 10**14), st.sampled_from([USD, number(4), money("JPY", 0), money("KWD", 3)]), st.booleans()
)
def test_numbers_come_back(units: int, type: Type, percent: bool) -> None:
    """What is written is read as the same number."""
    value = Decimal(units).scaleb(-type.scale)
    if type.kind is Kind.NUMBER and abs(units) >= 10**12:
        return
    read, found = read_value(word(render_answer(value, type, percent)), type)
    assert (read, found) == (value, ())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), min_size=1))
def test_texts_come_back(text: str) -> None:
    """What is written as a text is read by YAML as that text, and falls into no trap."""
    tree, found = load_tree(f"name: {render_text(text)}\nlist: [{render_text(text)}]\n".encode(), "x.yaml")
    assert found == ()
    assert isinstance(tree, Mapping)
    value = tree.get("name")
    assert isinstance(value, Scalar)
    assert value.text == text


def test_needless_zeros() -> None:
    """Digits stay as long as they say something."""
    assert [str(trimmed(each, 2)) for each in (Decimal("1.10"), Decimal("2.00"), Fraction(1, 8))] == [
        "1.10",
        "2",
        "0.125",
    ]
