"""Benefits by tier: a tier that is not listed has what the next lower listed one has, and a change reaches it."""

from __future__ import annotations

import pytest

from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.essence import essence
from engine.language.program import Program
from tests.tiny import program

LADDER = "a, b, c, d"


def read(values: str, ladder: str = LADDER, by: str = "tier") -> Program:
    """A program with one benefit by tier."""
    metric = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n"
    tiers = ", ".join(f"{each}: {{requires: [m > {at} USD]}}" for at, each in enumerate(ladder.split(", ")) if at)
    regions = "records: {partners: {fields: {region: {type: choice, values: [x, y], optional: true}}}}\n"
    benefit = f"benefits: {{share: {{value: percent, by: [{by}], values: {values}}}}}\n"
    return program(f"{regions}{metric}tiers: {{ladder: [{ladder}], {tiers}}}\n{benefit}")


def told(old: Program, new: Program) -> list[str]:
    """The sentences about the benefit; all clauses together make the new one."""
    changes = compare_programs(old, new)
    assert essence(swapped(old, new, {each.clause for each in changes})) == essence(new)
    return [each.sentence for each in changes if each.path.startswith("benefits")]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "{a: 10%, b: 100%}",
            "{a: 10%, b: 50%, c: 50%}",
            ["b now gets 50% of `share`, was 100%", "c now gets 50% of `share`, was 100%; so does d"],
        ),
        ("{a: 10%, b: 50%}", "{a: 10%, b: 40%}", ["b now gets 40% of `share`, was 50%; so do c and d"]),
        ("{a: 10%, b: 50%}", "{a: 9%, b: 50%}", ["a now gets 9% of `share`, was 10%"]),
        ("{a: 10%, b: 50%, c: 60%}", "{a: 10%, c: 60%}", ["b now gets 10% of `share`, was 50%"]),
        ("{a: 10%, b: 50%}", "{b: 50%}", ["a no longer gets `share`, was 10%"]),
        ("{c: 50%}", "{a: 10%, c: 50%}", ["a now gets 10% of `share`; so does b"]),
        ("{b: 50%}", "{b: 50%, c: 50%}", ["`share` is written otherwise: every tier has the value that it had"]),
    ],
)
def test_what_a_tier_has(old: str, new: str, sentences: list[str]) -> None:
    """Each tier whose value differs is named, with the value it had, whether or not it is listed."""
    assert told(read(old), read(new)) == sentences


def test_what_changes_nothing_decides_nothing() -> None:
    """An entry that repeats what its tier had."""
    (change,) = compare_programs(read("{b: 50%}"), read("{b: 50%, c: 50%}"))
    assert not change.decides


def test_beside_another_key() -> None:
    """By tier and region, values reach upwards in each region alone."""
    old, new = ("{a: {x: 10%, y: 10%}, c: {x: 30%}}", "{a: {x: 10%, y: 9%}, c: {x: 30%}}")
    both = (read(each, by="tier, region") for each in (old, new))
    assert told(*both) == ["a y now gets 9% of `share`, was 10%; so do b y, c y and d y"]


def test_a_tier_that_is_gone_takes_its_value_with_it() -> None:
    """With c goes what d had of it: d has what a has."""
    assert told(read("{a: 10%, c: 50%}"), read("{a: 10%}", "a, b, d")) == [
        "c no longer gets `share`, was 50%",
        "d now gets 10% of `share`, was 50%",
    ]
