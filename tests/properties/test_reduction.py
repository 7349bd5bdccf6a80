"""A failing case is made small, and stays one that fails."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.properties.programs import Case
from tests.properties.reduction import prove, reduced

CASE = Case(
    {
        "rung": "1",
        "metrics": {"m1": {"from": "sales", "sum": "amount"}, "m2": {"from": "sales", "count": "records"}},
        "tiers": {"ladder": ["bronze", "silver"], "silver": {"requires": ["m1 >= 1", {"any": ["m2 > 1", "m1 > 1"]}]}},
    },
    date(2026, 1, 1),
    {"sales": [{"sale_id": f"{place}"} for place in range(9)], "partners": [{"partner_id": "p"}]},
)


class Wanted(Exception):
    """What the check of this test fails with."""


def has_fault(case: Case) -> None:
    """Fail where amounts are added and there are two sales."""
    if "sum: amount" in case.text and len(case.records["sales"]) >= 2:
        raise Wanted("here")


def test_reduced() -> None:
    """Only what the fault needs is left."""
    small = reduced(CASE, has_fault)
    assert small.sections == {"rung": "1", "metrics": {"m1": {"sum": "amount"}}}
    assert {name: len(rows) for name, rows in small.records.items()} == {"sales": 2, "partners": 0}


def test_no_more_steps_than_given() -> None:
    """What has been reduced when the steps are used up is returned."""
    assert reduced(CASE, has_fault, steps=0) == CASE


def test_prove_tells_the_small_case() -> None:
    """The message of a failed proof holds the small case; a sound case passes."""
    with pytest.raises(AssertionError, match=re.escape("small:\nrung: 1\nmetrics:\n  m1: {sum: amount}\n")):
        prove(CASE, has_fault)
    prove(Case(CASE.sections, CASE.as_of, {"sales": []}), has_fault)
