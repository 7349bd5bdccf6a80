"""Where the last band ends: what is paid below, at and above its `up_to`, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest

from cli.render.explain_text import render_explanation
from engine.authoring.guide.document import Text
from engine.authoring.guide.incentives import band_table, headline, incentive_section
from engine.authoring.wording.offers import say_paid
from engine.authoring.wording.voice import Naming, Voice
from engine.explain.explain import explain
from engine.reference.evaluate import evaluate
from tests.guides import planned
from tests.tiny import decide, filled, findings, partners, plan, program, sales, told

RATES = "[{from: 0 USD, rate: 1%}, {from: 100 USD, rate: 2%, up_to: 200 USD}]"
AMOUNTS = "[{from: 0 USD, amount: 10 USD}, {from: 100 USD, amount: 30 USD, up_to: 200 USD}]"
REBATE = "kind: rebate, payee: partner, period: quarter, sum: amount"
LATE = "[{from: goal, rate: 2%, up_to: 200 USD}]"
NONE = ""


def ending(method: str, bands: str = RATES, grain: str = "period: quarter, sum: amount") -> str:
    """A program whose last band ends."""
    keys = f"kind: rebate, {grain}, method: {method}, bands: {bands}, beyond: nothing, payee: partner"
    return f"parameters: {{goal: 50 USD}}\nincentives:\n  r: {{{keys}}}\n"


@pytest.mark.parametrize("grain", ["period: quarter, sum: amount", "of: amount"])
@pytest.mark.parametrize(
    ("method", "bands", "below", "at", "above"),
    [
        ("whole", RATES, "4.00", NONE, NONE),  # 2% of 199.99; nothing at all
        ("marginal", RATES, "3.00", "3.00", "3.00"),  # 1 + 2% of 99.99; 1 + 2
        ("whole", AMOUNTS, "30.00", NONE, NONE),
        ("marginal", AMOUNTS, "40.00", "40.00", "40.00"),  # 10 + 30 * 99.99 / 100; 10 + 30
    ],
)
def test_what_is_paid(grain: str, method: str, bands: str, below: str, at: str, above: str) -> None:
    """A cent below the end, at it, and above: from the end on, `whole` pays nothing and `marginal` nothing more."""
    text = ending(method, bands, grain)
    for measure, expected in (("199.99", below), ("200.00", at), ("200.01", above), ("900.00", above)):
        records = {"partners": partners(), "sales": sales(f"S1|P1|sale|2026-01-01|{measure}")}
        assert decide(text, "2026-03-31", records).amounts() == ([expected] if expected else []), measure


def lines(method: str, measure: str, bands: str = RATES) -> list[str]:
    """What `rung explain` says of the bands at this measure."""
    compiled = plan(ending(method, bands), "2026-12-31")
    world = filled(compiled, {"partners": partners(), "sales": sales(f"S1|P1|sale|2026-01-01|{measure}")})
    said = render_explanation(explain(compiled, evaluate(compiled, world), "P1", source={}), 100).splitlines()
    start = next(place for place, each in enumerate(said) if each.strip().startswith("measure"))
    end = next(place for place, each in enumerate(said) if each.strip().startswith("earned"))
    return [" ".join(each.rpartition("  ")[0].split()) for each in said[start + 1 : end]]


@pytest.mark.parametrize(
    ("method", "measure", "expected"),
    [
        ("whole", "199.99", ["2% of 199.99 USD 3.9998 USD"]),
        ("whole", "200.00", ["nothing on 200.00 USD, from 200.00 USD on 0.00 USD"]),
        ("whole", "250.00", ["nothing on 250.00 USD, from 200.00 USD on 0.00 USD"]),
        ("marginal", "199.99", ["1% of 100.00 USD 1.00 USD", "2% of 99.99 USD 1.9998 USD"]),
        ("marginal", "200.00", ["1% of 100.00 USD 1.00 USD", "2% of 100.00 USD 2.00 USD"]),
        (
            "marginal",
            "250.00",
            [
                "1% of 100.00 USD 1.00 USD",
                "2% of 100.00 USD 2.00 USD",
                "nothing on 50.00 USD, from 200.00 USD on 0.00 USD",
            ],
        ),
    ],
)
def test_why_nothing_is_paid(method: str, measure: str, expected: list[str]) -> None:
    """An explanation says on how much the bands pay nothing, and from where on."""
    assert lines(method, measure) == expected


@pytest.mark.parametrize("method", ["whole", "marginal"])
def test_below_the_first_band(method: str) -> None:
    """49 do not reach the first band, which begins at a goal of 50."""
    assert lines(method, "49.00", LATE) == ["nothing on 49.00 USD, below 50.00 USD 0.00 USD"]


@pytest.mark.parametrize(
    ("method", "said"),
    [("whole", "nothing at all from 200 USD on"), ("marginal", "nothing more from 200 USD on")],
)
def test_what_is_said(method: str, said: str) -> None:
    """The summary, the table of bands, the sentence below it and the phrase for authors say the same."""
    text = program(ending(method))
    voice, (incentive,) = Voice(text, Naming.PLAIN, date(2026, 1, 1)), text.incentives
    assert say_paid(incentive, Voice(text)).endswith(f", and {said}")
    assert headline(incentive, voice) == f"1% to 2% of amount, {said}, each calendar quarter, to partners"
    assert band_table(incentive, voice).rows[-1] == ("From 200 USD on", said.removesuffix(" from 200 USD on"))
    section = incentive_section(text, voice, planned)
    assert section is not None
    assert any(isinstance(each, Text) and each.text.endswith(f"The bands pay {said}.") for each in section.blocks)


@pytest.mark.parametrize("method", ["whole", "marginal"])
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (f"bands: {RATES}", ["RNG305 8`200 USD`: no band covers values from 200 USD on"]),
        (f"bands: {RATES.replace('200 USD', '{by: [region], values: {a: 200 USD, b: 300 USD}}')}", [
            "RNG305 8`{by: [region], values: {a: 200 USD, b: 300 USD}}`: no band covers values from here on"
        ]),
        (f"bands: {RATES}, beyond: error", ["RNG103 8`error`: `beyond` cannot be `error`"]),
        (f"bands: {RATES}, beyond: 0 USD", ["RNG103 8`0 USD`: `beyond` cannot be `0 USD`"]),
        (
            "bands: [{from: 0 USD, rate: 1%}], beyond: nothing",
            ["RNG300 8`beyond`: `beyond` goes with an `up_to` of the last band"],
        ),
        (
            "bands: [{from: 0 USD, rate: 1%, up_to: 5 USD}, {from: 5 USD, rate: 1%}], beyond: nothing",
            ["RNG300 8`beyond`: `beyond` goes with an `up_to` of the last band"],
        ),
        (
            f"bands: {RATES.replace('200', '100')}, beyond: nothing",
            ["RNG306 8`100 USD`: this band does not end above its start"],
        ),
        (
            f"bands: {RATES.replace('200', '50')}, beyond: nothing",
            ["RNG306 8`50 USD`: this band does not end above its start"],
        ),
    ],
)  # fmt: skip
def test_findings(method: str, keys: str, expected: list[str]) -> None:
    """An end needs `beyond: nothing`, `beyond` needs an end, and the end lies above the start of its band."""
    fields = "records: {partners: {fields: {region: {type: choice, values: [a, b]}}}}\n"
    assert told(f"{fields}incentives:\n  r: {{{REBATE}, method: {method}, {keys}}}\n") == expected


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("5 EUR", "5 USD"),
        ("5", "5 USD"),
        ("colour", "5 USD"),
        ("5 USD", "goal"),
        ("9 USD", "{by: [tier], values: {a: 5 USD}}"),
    ],
)  # fmt: skip
def test_an_end_between_bands_is_where_the_next_begins(end: str, start: str) -> None:
    """Another value there would not be read, so it is refused, whatever it is; the same value twice is taken."""
    head = "parameters: {goal: 5 USD}\ntiers: {ladder: [a]}\nmetrics: {used: {formula: goal / 1 USD}}\n"

    def found(end: str) -> list[str]:
        bands = f"bands: [{{from: 0 USD, rate: 1%, up_to: {end}}}, {{from: {start}, rate: 2%}}]"
        return [each for each in told(f"{head}incentives:\n  r: {{{REBATE}, {bands}}}\n") if "`used`" not in each]

    assert found(end) == [f"RNG300 10`{end}`: only the last band may end at a value of its own"]
    assert found(start) == []


def test_a_table_of_very_many_bands_is_refused() -> None:
    """Each band pays on top of all below it: fifty are accepted, and of one more the number is told."""
    for count, expected in ((50, []), (51, [("RNG107", "`bands` has 51 items")])):
        rows_ = ", ".join(
            f"{{from: {each} USD, rate: {{by: [tier], values: {{a: 1%, b: 2%}}}}}}" for each in range(count)
        )
        text = f"""
tiers: {{ladder: [a, b], b: {{requires: [region is 'emea']}}}}
incentives: {{x: {{kind: rebate, period: quarter, sum: amount, payee: partner, method: marginal, bands: [{rows_}]}}}}
"""
        assert [(each.code, each.message) for each in findings(text)] == expected
