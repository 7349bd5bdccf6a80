"""Words that fit the schema and not the records: every kind says what is wrong, and none fails."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from engine.language.catalogue import IncentiveKind
from engine.language.records import standard_tables
from rules import KINDS
from tests.tiny import told

pytestmark = pytest.mark.search

TABLES = (*(each.name for each in standard_tables("USD", 2)), "nowhere")
FIELDS = ("colour", "amount", "partner", "name", "recorded_on")
PER = ("partner", "seller", "customer", "colour", "period", "quarter", "amount")
PAYS = (
    "rate: 1%, of: amount",
    "rate: 1%, of: value",
    "amount: 5 USD",
    "amount: 5 USD, per: 2, of: quantity",
    "period: quarter, sum: amount, rate: 1%",
)
ORDERS = ("", "own", "limit")
STEP = 47  # shares no factor with any of the numbers of words, so that every pair of them is met


def _texts(kind: IncentiveKind) -> Iterator[tuple[str, str]]:
    """Tables, with an incentive of the kind on them."""
    payees = kind.schema["properties"]["payee"]["enum"]  # type: ignore[index]  # as its schema has it
    words = list(product(TABLES, payees, PAYS, PER, ORDERS, FIELDS))
    for table, payee, pay, per, order, field in words[::STEP]:
        own = f", order: [{field}]" if order == "own" else ""
        limit = f", order: [{field}]" if order == "limit" else ""
        yield (
            table,
            f"""
incentives:
  x: {{kind: {kind.name}, from: {table}, payee: {payee}, during: {{from: 2026-01-01, before: 2026-06-01}}, {pay}{own},
      limits: [{{at_most: 5 USD, per: [{per}]{limit}}}]}}
""",
        )


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_no_word_makes_a_check_fail(kind: IncentiveKind) -> None:
    """Some programs are right, most are told what is wrong; one on a table that is not there always is."""
    right = 0
    for table, text in _texts(kind):
        found = told(text)
        right += not found
        assert found or table != "nowhere", text
    assert right
