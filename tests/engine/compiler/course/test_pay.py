"""What is paid for a measure: each form of pay with each kind of value, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.language.program import Limit
from rules import compile_program, load_program
from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners, sales, told

SECTIONS = """
records: {partners: {fields: {region: {type: choice, values: [na, emea], optional: true}}}}
parameters:
  by_day: [{from: 2026-01-01, value: 1%}, {from: 2026-07-01, value: 2%}]
  goal: {by: [tier], values: {bronze: 100 USD, silver: 400 USD}}
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
segments: {large: {when: [revenue >= 1_000 USD]}}
tiers: {ladder: [bronze, silver], silver: {requires: [revenue >= 500 USD]}}
benefits:
  share: {value: percent, by: [tier], values: {silver: 10%}}
  prize: {value: money, is: 7 USD, when: [region is emea]}
  rank: {value: level, levels: [low, high], is: low}
incentives:
  x: {kind: rebate, payee: partner, KEYS}
"""
SOLD = ("S1|P1|sale|2026-03-01|300.00", "S2|P1|sale|2026-08-01|800.00")
"""Bronze with 300 in March, silver and large with 1,100 in August."""


def each(keys: str, region: str = "na", *lines: str) -> list[str]:
    """The amounts of both sales, or of both quarters; `-` is undecided."""
    records = {"partners": rows("partner_id region", f"P1|{region}"), "sales": sales(*(lines or SOLD))}
    return decide(SECTIONS.replace("KEYS", keys), "2026-12-31", records).amounts()


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("1%", ["3.00", "8.00"]),
        ("by_day", ["3.00", "16.00"]),  # 2% from July on
        ("by_day * 2", ["6.00", "32.00"]),
        ("{by: [tier], values: {bronze: 1%, silver: 5%}}", ["3.00", "40.00"]),
        ("{by: [tier], values: {bronze: by_day, silver: by_day}}", ["3.00", "16.00"]),
        ("{by: [large], values: {'true': 5%, 'false': 1%}}", ["3.00", "40.00"]),
        ("{by: [region], values: {na: 1%, emea: 2%}}", ["3.00", "8.00"]),
        (
            "{by: [region, tier], values: {na: {bronze: 1%, silver: 2%}, emea: {bronze: 3%, silver: 4%}}}",
            ["3.00", "16.00"],
        ),
        ("{by: [revenue], bands: [{from: 0 USD, value: 1%}, {from: 1_100 USD, value: 5%}]}", ["3.00", "40.00"]),
        ("{by: [tier], values: {bronze: {by: [region], values: {na: 2%, emea: 3%}}, silver: 1%}}", ["6.00", "8.00"]),
        ("benefits.share", ["80.00"]),  # bronze has none
        ("benefits.share / 4", ["20.00"]),
    ],
)
@pytest.mark.parametrize("grain", ["of: amount", "period: quarter, sum: amount"])
def test_a_rate_is_a_value(rate: str, expected: list[str], grain: str) -> None:
    """Read on the sale's day, or on the quarter's last: both tell the same of these two sales."""
    assert each(f"{grain}, rate: {rate}") == expected


def test_rate_by_tier_and_by_date_is_one_incentive() -> None:
    """A commission: bronze 1%, from July on 2%; silver 5%, from July on 6%."""
    text = SECTIONS.replace(
        "kind: rebate, payee: partner, KEYS", "kind: commission, payee: partner, of: amount, rate: r"
    )
    versions = (("2026-01-01", "1%", "5%"), ("2026-07-01", "2%", "6%"))
    dated = ", ".join(
        f"{{from: {day}, by: [tier], values: {{bronze: {low}, silver: {high}}}}}" for day, low, high in versions
    )
    text = text.replace("parameters:", f"parameters:\n  r: [{dated}]")
    lines = (
        "S1|P1|sale|2026-03-01|300.00",
        "S2|P2|sale|2026-06-30|500.00",
        "S3|P1|sale|2026-07-01|100.00",
        "S4|P2|sale|2026-07-02|100.00",
    )
    found = decide(text, "2026-12-31", {"partners": partners("P1", "P2"), "sales": sales(*lines)})
    assert sorted(found.earned("source_id", "amount")) == [
        ("S1", "3.00"), ("S2", "25.00"), ("S3", "2.00"), ("S4", "6.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("amount: 50 USD", ["50.00", "50.00"]),
        ("amount: {by: [tier], values: {bronze: 10 USD, silver: goal}}", ["10.00", "400.00"]),
        ("of: amount, amount: 7 USD, per: 200 USD", ["7.00", "28.00"]),  # one full 200 of 300, four of 800
        ("of: amount, amount: {by: [tier], values: {bronze: 1 USD, silver: 2 USD}}, per: 100 USD", ["3.00", "16.00"]),
        ("period: quarter, sum: amount, amount: 7 USD, per: 200 USD", ["7.00", "28.00"]),
        ("amount: amount * 0.5 - 50 USD", ["100.00", "350.00"]),
        ("amount: 5 USD / 3", ["1.67", "1.67"]),  # rounded right after
    ],
)
def test_amounts(keys: str, expected: list[str]) -> None:
    """Paid once, or for every full part of the measure."""
    limits = ", limits: [{at_most: 9_999 USD, per: partner}]" if "per:" in keys else ""
    assert each(keys + limits) == expected


@pytest.mark.parametrize(("region", "expected"), [("emea", ["7.00", "7.00"]), ("na", []), ("-", ["-", "-"])])
def test_a_benefit_is_paid_where_it_is_granted(region: str, expected: list[str]) -> None:
    """Not granted there is no earning; where that cannot be decided, an undecided one."""
    assert each("amount: benefits.prize", region) == expected


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        # goal is 100 for bronze: 100 at 1% and 200 at 10%; 400 for silver: 400 at 1% and 400 at 10%
        ("[{from: 0 USD, rate: 1%}, {from: goal, rate: 10%}]", ["21.00", "44.00"]),
        ("[{from: 0 USD, rate: 1%}, {from: goal * 1.5, rate: 10%}]", ["16.50", "26.00"]),
        ("[{from: 0 USD, rate: {by: [tier], values: {bronze: 1%, silver: 2%}}}]", ["3.00", "16.00"]),
        ("[{from: 0 USD, rate: 1%}, {from: goal, rate: 10%, up_to: goal * 2}], beyond: nothing", ["11.00", "44.00"]),
    ],
)
@pytest.mark.parametrize("grain", ["of: amount", "period: quarter, sum: amount"])
def test_bands_are_values(bands: str, expected: list[str], grain: str) -> None:
    """Edges and rates are read on the day judged."""
    assert each(f"{grain}, bands: {bands}") == expected


def test_bands_that_are_amounts() -> None:
    """The amount of the only band, by the tier of the sale's day."""
    bands = "[{from: 0 USD, amount: {by: [tier], values: {bronze: 5 USD, silver: 9 USD}}}]"
    assert each(f"of: amount, bands: {bands}") == ["5.00", "9.00"]


def test_bands_that_do_not_ascend_where_they_are_read() -> None:
    """Bronze: 100 at 1%, 100 at 5%, 100 at 10%. For silver 200 is not above 400, so nothing can be decided."""
    bands = "[{from: 0 USD, rate: 1%}, {from: goal, rate: 5%}, {from: 200 USD, rate: 10%}]"
    assert each(f"of: amount, bands: {bands}") == ["16.00", "-"]


def test_whole_bands_by_tier() -> None:
    """300 reaches bronze's goal of 100: 2% of all; 800 reaches silver's 400: 2% of all; 90 does not: 1%."""
    bands = "method: whole, bands: [{from: 0 USD, rate: 1%}, {from: goal, rate: 2%}]"
    assert each(f"of: amount, {bands}") == ["6.00", "16.00"]
    assert each(f"of: amount, {bands}", "na", "S1|P1|sale|2026-03-01|90.00") == ["0.90"]


TODAY = "`as_of` is not allowed in the records of an incentive: each later run would change what they earned"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("of: amount, rate: region", "RNG201 19`region`: expected a number, found a choice"),
        ("of: amount, rate: 1 USD", "RNG201 19`1 USD`: expected a number, found an amount in USD"),
        ("of: quantity, rate: 1%", "RNG201 19`quantity`: expected an amount of money, found a whole number"),
        (
            "of: quantity, amount: 5, per: 1, limits: [{at_most: 9 USD, per: partner}]",
            "RNG201 19`5`: expected an amount of money, found a number",
        ),
        (
            "of: quantity, amount: 5 USD, per: 1 USD, limits: [{at_most: 9 USD, per: partner}]",
            "RNG201 19`quantity`: expected an amount of money, found a whole number",
        ),
        (
            "of: amount, amount: 5 USD, per: 1, limits: [{at_most: 9 USD, per: partner}]",
            "RNG201 19`amount`: expected a number, found an amount in USD",
        ),
        (
            "of: quantity, bands: [{from: 0, rate: 1%}]",
            "RNG201 19`1%`: a rate needs an amount of money, but the measure is a whole number",
        ),
        ("of: amount, bands: [{from: 0 USD, amount: 5}]", "RNG201 19`5`: expected an amount of money, found a number"),
        ("of: amount, bands: [{from: 0 USD, rate: region}]", "RNG201 19`region`: expected a number, found a choice"),
        (
            "of: amount, bands: [{from: 0 USD, rate: 1%}, {from: region, rate: 1%}]",
            "RNG201 19`region`: expected an amount of money, found a choice",
        ),
        (
            "of: amount, bands: [{from: 0 USD, rate: 1%, up_to: 5}], beyond: nothing",
            "RNG201 19`5`: expected an amount of money, found a number",
        ),
        (
            "of: amount, bands: [{from: 0 USD, amount: region}]",
            "RNG201 19`region`: expected an amount of money, found a choice",
        ),
        ("of: amount, rate: colour", "RNG200 19`colour`: unknown name `colour`"),
        ("of: colour, rate: 1%", "RNG200 19`colour`: unknown name `colour`"),
        ("of: amount, rate: {by: [tier], values: {silver: 1%}}", "RNG212 19`silver`: there is no value for `bronze`"),
        ("of: amount, rate: benefits.rank", "RNG201 19`benefits.rank`: expected a number, found a choice"),
        ("of: amount, bands: [{from: 0 USD, rate: +}]", ""),
        ("of: amount, rate: 1%, limits: [{at_most: +, per: partner}]", ""),
        ("of: amount, rate: benefits.prize", "RNG201 19`benefits.prize`: expected a number, found an amount in USD"),
        (
            "of: amount, rate: as_of",
            f"RNG213 19`as_of`: {TODAY}",
        ),
    ],
)
def test_findings(keys: str, expected: str) -> None:
    """Each slip is told once, at its place."""
    found = [each for each in told(SECTIONS.replace("KEYS", keys)) if not each.startswith("RNG211")]
    assert found == [expected] if expected else len(found) == 1  # of syntax, told elsewhere


def test_a_benefit_with_a_slip_is_told_once() -> None:
    """Who pays by it is not told again."""
    text = SECTIONS.replace("KEYS", "of: amount, rate: benefits.share").replace("{silver: 10%}", "{silver: 10 USD}")
    found = [each for each in told(text) if not each.startswith("RNG211")]
    assert [each.split(" ")[0] for each in found] == ["RNG201"]


def test_an_amount_that_is_a_limit_too_is_told_once() -> None:
    """A kind may limit what it pays to its own amount: what is wrong with the amount is one finding."""
    text = f"{HEAD}incentives:\n  x: {{kind: spiff, amount: 5_000, payee: partner}}\n"
    parsed, _ = load_program(text.encode(), "tiny.yaml")
    assert parsed is not None
    (incentive,) = parsed.incentives
    assert incentive.amount is not None
    limit = Limit(incentive.amount, ("partner",), incentive.span)
    _, found = compile_program(replace(parsed, incentives=(replace(incentive, limits=(limit,)),)), date(2026, 6, 30))
    assert [each.message for each in found] == ["expected an amount of money, found a number"]
