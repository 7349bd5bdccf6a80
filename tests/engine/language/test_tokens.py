"""Tokens: kinds and places, and that nothing of the text is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.tokens import KEYWORDS, OPERATORS, TokenKind, shortened, tokenize


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("1 - 2", "NUMBER MINUS NUMBER"),
        ("1-2", "NUMBER MINUS NUMBER"),
        ("5%", "PERCENT"),
        ("5 USD", "MONEY"),
        ("5\n  USD", "MONEY"),
        ("5 USDT", "NUMBER NAME"),
        ("30 days", "DURATION"),
        ("30 daysy", "NUMBER NAME"),
        ("2026-02-01", "DAY"),
        ("2026 - 02", "NUMBER MINUS"),  # the second is refused: it starts with a zero
        ("in", "IN"),
        ("india", "NAME"),
        ("a.b", "NAME"),
        ("min(a)", "NAME LPAR NAME RPAR"),
        ("'a''b'", "TEXT"),
        ("a<=b", "NAME COMPARE NAME"),
        ("[1, 2]", "LSQB NUMBER COMMA NUMBER RSQB"),
        ("[1,2]", "LSQB NUMBER COMMA NUMBER RSQB"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    """The longest reading wins, and words are not cut."""
    tokens, _ = tokenize(text)
    assert " ".join(token.kind for token in tokens) == kinds


@given(st.text("ab1 25.%'_<=>+-*/()[],USD\n", max_size=40))
def test_tokens_cover_the_text_up_to_the_fault(text: str) -> None:
    """Between tokens there is only white space, and the fault begins after the last of them."""
    tokens, fault = tokenize(text)
    position = 0
    for token in tokens:
        assert text[token.start : token.end] == token.text
        assert text[position : token.start].strip(" \t\r\n") == ""
        position = token.end
    end = fault.start if fault else len(text)
    assert text[position:end].strip(" \t\r\n") == ""


def test_every_keyword_and_operator_is_one_token() -> None:
    """The tables and the pattern agree."""
    for word, kind in {**KEYWORDS, **OPERATORS}.items():
        tokens, fault = tokenize(word)
        assert fault is None
        assert [(token.kind, token.text) for token in tokens] == [(kind, word)]


def test_kinds_are_the_terminals_of_the_grammar() -> None:
    """Names and values of the kinds agree, as the grammar relies on."""
    assert all(re.fullmatch("[A-Z]+", kind.name) and kind.name == kind.value for kind in TokenKind)


def test_long_texts_are_shortened_for_messages() -> None:
    """Forty characters on one line."""
    assert shortened("a\n  b") == "a b"
    assert shortened("x" * 40) == "x" * 40
    assert shortened("x" * 41) == "x" * 37 + "..."
