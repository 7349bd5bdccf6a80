"""Rendered expressions: parsing gives the same tree again, with as few brackets as the grammar needs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.expression import MAX_CHARACTERS, parse_expression, render_expression
from engine.language.rendering import render_number
from engine.language.source import Scalar, Span
from engine.language.syntax import (
    Arithmetic,
    Call,
    Comparing,
    Day,
    Duration,
    Expression,
    Logic,
    Membership,
    Missing,
    Money,
    Name,
    Negation,
    Negative,
    Number,
    Ranging,
    Text,
    Truth,
)

HERE = Span("", 1, 1, 1, 1)
AT = st.just(HERE)


def bare(expression: Expression) -> Expression:
    """The tree without its places."""
    changes: dict[str, object] = {"span": HERE}
    for each in fields(expression):
        value = getattr(expression, each.name)
        if isinstance(value, tuple):
            changes[each.name] = tuple(bare(item) for item in value)
        elif is_dataclass(value) and not isinstance(value, Span):
            changes[each.name] = bare(cast(Expression, value))
    return replace(expression, **changes)  # type: ignore[arg-type] # fields by name


def parsed(text: str) -> Expression:
    """The tree of a text, without places."""
    expression, findings = parse_expression(Scalar(text, Span("", 1, 1, 1, len(text) + 1)))
    assert expression is not None, findings
    return bare(expression)


DECIMALS = st.decimals(0, 10**12, places=4, allow_nan=False)
WORDS = st.sampled_from(["revenue", "tier", "item.line", "emea", "min", "as_of", "window.start"])
LITERALS = st.one_of(
    st.builds(Number, DECIMALS, AT),
    st.builds(lambda value: Number(value / 100, HERE, percent=True), st.integers(0, 10**6).map(Decimal)),
    st.builds(Money, st.integers(0, 10**14).map(lambda cents: Decimal(cents).scaleb(-2)), st.just("USD"), AT),
    st.builds(Money, st.integers(0, 10**14).map(Decimal), st.just("JPY"), AT),
    st.builds(Duration, st.integers(0, 2520), st.sampled_from(["days", "months"]), AT),
    st.builds(Day, st.dates(date(1990, 1, 1), date(2199, 12, 31)), AT),
    st.builds(Text, st.text(st.characters(exclude_characters="\r\n"), max_size=8), AT),
    st.builds(Truth, st.booleans(), AT),
)
NAMES = st.builds(Name, WORDS, AT)
OPTIONS = st.lists(NAMES | LITERALS, min_size=1, max_size=3).map(tuple)


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Every node over smaller trees."""
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner, AT),
        st.builds(Negative, inner, AT),
        st.builds(Comparing, st.sampled_from(["<", "<=", ">", ">=", "is", "is not"]), inner, inner, AT),
        st.builds(Membership, inner, OPTIONS, st.booleans(), AT),
        st.builds(Ranging, inner, inner, inner, AT),
        st.builds(Missing, inner, st.booleans(), AT),
        st.builds(Logic, st.sampled_from(["and", "or"]), several, AT),
        st.builds(Negation, inner, AT),
        st.builds(Call, st.sampled_from(["min", "max"]), several, AT),
        st.builds(lambda value: Call("abs", (value,), HERE), inner),
    )


@given(st.recursive(NAMES | LITERALS, larger, max_leaves=12))
def test_parsing_the_text_gives_the_tree_again(expression: Expression) -> None:
    """Whatever the tree, its text means the same tree."""
    text = render_expression(expression)
    if len(text) <= MAX_CHARACTERS:
        assert parsed(text) == expression


@pytest.mark.parametrize(
    "text",
    [
        "(revenue - revenue_before) / revenue_before >= 10%",
        "a - (b - c) - d",
        "a / (b * c)",
        "-(a + b) * -c",
        "not (a and b) or not c and d",
        "(a or b) and c",
        "(a and b) and c",
        "(a < b) is true",
        "not a between 1 and 2",
        "entry not in [sale, 'x''y', -1]",
        "closed_on is not missing",
        "days_between(closed_on, as_of) <= 30 days",
        "1 month",
        "1_234_567.50 USD",
        "12.5%",
        "2026-02-01",
        "true",
        "false",
    ],
)
def test_canonical_texts_stay_as_they_are(text: str) -> None:
    """A text with no needless bracket and the usual spaces is its own canonical form."""
    assert render_expression(parsed(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a)+(b))", "a + b"),
        ("(a * b) + c", "a * b + c"),
        ("2 years", "24 months"),
        ("1 days", "1 day"),
        ("250000 USD", "250_000 USD"),
        ("not (not a)", "not not a"),
    ],
)
def test_other_texts_become_canonical(text: str, canonical: str) -> None:
    """Needless brackets go, digits are grouped, years are months."""
    assert render_expression(parsed(text)) == canonical


def test_numbers_keep_all_digits_whatever_the_context() -> None:
    """No exponent, and no rounding by the ambient context."""
    with localcontext(Context(prec=3)):
        assert render_number(Decimal("1E+6")) == "1_000_000"
        assert render_number(Decimal("-123456789.0001")) == "-123_456_789.0001"
        assert render_expression(Number(Decimal("1.234567"), HERE, percent=True)) == "123.4567%"
