"""A currency that was forgotten in a parameter is found where the value is written, not where it is read."""

from __future__ import annotations

import pytest

from engine.language.diagnostic import Diagnostic
from tests.tiny import decide, findings, partners, sales, text

PARAMETERS = "parameters:\n  need: {}\n"
METRICS = "metrics:\n  revenue: {from: sales, sum: amount, window: trailing 12 months}\n"
TIERS = "tiers: {{ladder: [registered, silver, gold], requires: [{}]}}\n"
PAID = """\
incentives:
  one: {{kind: commission, from: sales, of: amount, {}, payee: partner}}
"""
BY_TIER = "{by: [tier], values: {registered: 1000, silver: 25000, gold: 100_000 USD}}"
ALL_BARE = "{by: [tier], values: {registered: 1000, silver: 25000, gold: 100000}}"
DATED = "[{from: 2026-01-01, value: 25_000 USD}, {from: 2026-07-01, value: 30000}]"
COMPARED = METRICS + TIERS.format("revenue >= need")
LIMITED = PAID.format("rate: 1%, limits: [{at_most: need, per: [partner, year]}]")


def of(parameter: str, rest: str) -> list[Diagnostic]:
    """What is said of units."""
    return [each for each in findings(PARAMETERS.format(parameter) + rest) if each.code == "RNG201"]


def places(found: list[Diagnostic], sections: str) -> list[str]:
    """The texts that findings are about."""
    lines = text(sections).splitlines()
    spans = [each.span for each in found if each.span is not None]
    return [lines[each.line - 1][each.column - 1 : each.end_column - 1] for each in spans]


@pytest.mark.parametrize(
    ("parameter", "rest", "told"),
    [
        ("25000", COMPARED, {"25000": "25_000 USD"}),
        (BY_TIER, COMPARED, {"25000": "25_000 USD"}),  # of silver; that of gold is right
        (ALL_BARE, COMPARED, {"25000": "25_000 USD", "100000": "100_000 USD"}),
        ("25000", METRICS + TIERS.format("need <= revenue"), {"25000": "25_000 USD"}),
        ("25000", METRICS + TIERS.format("revenue between need and 1_000_000 USD"), {"25000": "25_000 USD"}),
        ("25000", METRICS + TIERS.format("revenue - need > 0 USD"), {"25000": "25_000 USD"}),
        ("25000", METRICS + TIERS.format("'max(revenue, need) > 9 USD'"), {"25000": "25_000 USD"}),
        ("500", LIMITED, {"500": "500 USD"}),
        ("{by: [entry], values: {sale: 5, return: 6, adjustment: 7}}", LIMITED, {"5": "5 USD"}),
        ("50", PAID.format("amount: need, per: 100 USD"), {"50": "50 USD"}),
    ],
)
def test_the_value_is_marked_and_its_cure_cures(parameter: str, rest: str, told: dict[str, str]) -> None:
    """The place is the value's, the cure is its own number with the currency; written there, nothing is left."""
    found = of(parameter, rest)
    sections = PARAMETERS.format(parameter) + rest
    assert {place: each.help for place, each in zip(places(found, sections), found, strict=True)} == {
        value: f"write `{cure}`" for value, cure in told.items()
    }
    assert all(each.code == "RNG201" and each.related for each in found)
    cured = parameter
    for value, cure in told.items():
        cured = cured.replace(f" {value}" if " " in cured else value, f" {cure}" if " " in cured else cure)
    if "by: [entry]" not in parameter and parameter != BY_TIER:
        assert of(cured, rest) == []


def test_of_dated_values_the_one_without_currency_is_told_apart() -> None:
    """Versions are compared with each other first; all of them without a currency are found at the value in force."""
    (found,) = of(DATED, COMPARED)
    assert places([found], PARAMETERS.format(DATED) + COMPARED) == ["30000"]
    bare = DATED.replace("25_000 USD", "25000")
    assert set(places(of(bare, COMPARED), PARAMETERS.format(bare) + COMPARED)) <= {"25000", "30000"}


@pytest.mark.parametrize("parameter", ["10%", "0.5"])
def test_a_share_stays_where_it_is_read(parameter: str) -> None:
    """A percentage has no currency to add: here the line may read the wrong parameter."""
    found = of(parameter, COMPARED)
    assert set(places(found, PARAMETERS.format(parameter) + COMPARED)) == {"need"}


def test_a_parameter_that_is_right_decides() -> None:
    """Its value is still what the line compares with."""
    known = {"partners": partners(), "sales": sales("S1|P1|sale|2026-06-01|30000.00")}
    assert decide(PARAMETERS.format("25_000 USD") + COMPARED, "2026-06-30", known).tier() == "gold"
