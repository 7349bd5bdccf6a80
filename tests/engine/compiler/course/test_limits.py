"""Limits: what is left of each, in the order written; values in whole units."""

from __future__ import annotations

from datetime import date

import pytest

from rules import compile_program, load_program
from tests.ridge.records import rows
from tests.tiny import decide, partners, sales, text, told

KEYS = "kind: spiff, of: amount, rate: 100%, payee: partner"


def limited(limits: str, keys: str = KEYS, sections: str = "") -> str:
    """A program with one incentive under these limits."""
    return f"{sections}\nincentives:\n  x: {{{keys}, limits: [{limits}]}}\n"


@pytest.mark.parametrize(
    ("at_most", "expected"),
    [
        ("-5 USD", "RNG315 8`-5 USD`: a limit below zero would take money instead of paying it"),
        ("5", "RNG201 8`5`: expected an amount of money, found a number"),
        ("q", "RNG200 8`q`: unknown name `q`"),
        ("region", "RNG201 8`region`: expected an amount of money, found a text"),
        ("5 EUR", "RNG202 8`5 EUR`: this amount is in EUR, the program's currency is USD"),
        ("5 USX", "RNG530 8`USX`: `USX` is not a currency code of ISO 4217"),
    ],
)
def test_findings(at_most: str, expected: str) -> None:
    """A limit is an amount in the program's currency, zero or more."""
    assert told(limited(f"{{at_most: {at_most}, per: partner}}")) == [expected]


def test_a_parameter_below_zero() -> None:
    """A plain parameter is known when the program is read, so it is refused like what is written there."""
    text = limited("{at_most: p, per: partner}", sections="parameters: {p: -5 USD}")
    assert [each.split(":")[-1] for each in told(text)] == [" a limit below zero would take money instead of paying it"]


LINES = ("S1|P1|sale|2026-01-10|60.00", "S2|P1|sale|2026-02-10|60.00", "S3|P1|sale|2026-02-11|60.00")


def amounts(limits: str, sections: str = "") -> list[str]:
    """What three sales of 60 earn."""
    text = limited(limits, sections=sections)
    return decide(text, "2026-12-31", {"partners": partners(), "sales": sales(*LINES)}).amounts()


def test_one_limit_after_the_other() -> None:
    """50 for each sale, then 80 a month of what is left of them: 50, 50 and 30."""
    each, month = "{at_most: 50 USD, per: [sale_id]}", "{at_most: 80 USD, per: [partner, month]}"
    order = "order: [closed_on]"
    text = limited(f"{each}, {month}", f"{KEYS}, {order}")
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": sales(*LINES)})
    assert found.amounts() == ["50.00", "50.00", "30.00"]
    assert [
        tuple(str(row[name]) for name in ("source_id", "limit", "room", "taken", "left"))
        for row in found.outputs["allocations"]
    ] == [
        ("S1", "1", "50.00", "50.00", "0.00"),
        ("S1", "2", "80.00", "50.00", "30.00"),
        ("S2", "1", "50.00", "50.00", "0.00"),
        ("S2", "2", "80.00", "50.00", "30.00"),
        ("S3", "1", "50.00", "50.00", "0.00"),
        ("S3", "2", "30.00", "30.00", "0.00"),
    ]


@pytest.mark.parametrize(
    ("at_most", "paid"),
    [
        ("10.01 USD * 0.333", "3.33"),  # 3.33333, of which a third of a cent is no room
        ("10.01 USD / 3", "3.33"),  # 3.33666..
        ("1.25 USD * 2", "2.50"),
        ("2 USD", "2.00"),
    ],
)
def test_a_limit_of_parts_of_a_cent(at_most: str, paid: str) -> None:
    """Only whole cents are paid, and never more than the limit."""
    assert amounts(f"{{at_most: {at_most}, per: partner}}") == [paid]


def test_a_limit_that_changes_by_day() -> None:
    """100 in January, 150 from February on, of all that the partner earned: 60, 60 and 30."""
    dated = "parameters: {cap: [{from: 2026-01-01, value: 100 USD}, {from: 2026-02-01, value: 150 USD}]}"
    assert amounts("{at_most: cap, per: partner}", dated) == ["60.00", "60.00", "30.00"]


def test_a_limit_of_nothing() -> None:
    """Nothing is left of nothing."""
    assert amounts("{at_most: 0 USD, per: partner}") == []


def test_an_undecided_limit() -> None:
    """Where the limit cannot be read nothing can be said of what is left of it."""
    text = limited(
        "{at_most: {by: [size], values: {small: 10 USD, large: 20 USD}}, per: partner}",
        sections="records: {partners: {fields: {size: {type: choice, values: [small, large], optional: true}}}}",
    )
    records = {
        "partners": rows("partner_id size", "P1|-", "P2|large"),
        "sales": sales("S1|P1|sale|2026-01-10|60.00", "S2|P2|sale|2026-01-10|60.00"),
    }
    assert decide(text, "2026-12-31", records).earned("source_id", "amount") == [("S1", "-"), ("S2", "20.00")]


@pytest.mark.parametrize("order", ["order: [nothing]", "order: [amount, min(1)]"])
@pytest.mark.parametrize("keys", [KEYS, "kind: rebate, sum: amount, rate: 1%, payee: partner, period: month"])
def test_an_order_that_nothing_has_is_a_finding_and_no_fault_of_the_compiler(keys: str, order: str) -> None:
    """`check` reports it; a program that is compiled all the same compiles without the word."""
    of_all = limited("{at_most: 5 USD, per: partner}", f"{keys}, {order}")
    of_one = limited(f"{{at_most: 5 USD, per: partner, {order}}}", keys)
    for each in (of_all, of_one):
        assert told(each)
        program, _ = load_program(text(each).encode(), "tiny.yaml")
        assert program is not None
        plan, found = compile_program(program, date(2026, 12, 31))
        assert plan is not None and not found
