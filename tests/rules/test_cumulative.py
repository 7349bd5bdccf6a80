"""`cumulative: true`: a tier also requires the own lines of the tiers below it. Tiers here are worked out by hand."""

from __future__ import annotations

import pytest

from engine.authoring.wording.programs import needed
from tests.ridge.records import rows
from tests.tiny import decide, findings, program, told

pytestmark = pytest.mark.search

FIELDS = """
records: {partners: {fields: {score: {type: integer, optional: true}, stars: {type: integer, optional: true}}}}
"""
LADDER = """
tiers:
  ladder: [registered, silver, gold, platinum]
  cumulative: WORD
  silver: {requires: [score >= 10], by_invitation: true}
  gold: {requires: [stars >= 3]}
  platinum: {requires: [stars >= 5]}
"""
CUMULATIVE, PLAIN = (FIELDS + LADDER.replace("WORD", word) for word in ("true", "false"))


@pytest.mark.parametrize(
    ("partner", "cumulative", "plain"),
    [
        ("10|5", ("platinum", "platinum"), ("platinum", "platinum")),
        ("9|5", ("registered", "registered"), ("platinum", "platinum")),  # without the score of silver
        ("9|3", ("registered", "registered"), ("gold", "gold")),
        ("10|3", ("gold", "gold"), ("gold", "gold")),
        ("-|5", ("registered", "platinum"), ("platinum", "platinum")),  # the line taken over is open
        ("-|4", ("registered", "gold"), ("gold", "gold")),
        ("10|-", ("registered", "platinum"), ("registered", "platinum")),
    ],
)
def test_tiers_take_over_the_lines_below(partner: str, cumulative: tuple[str, str], plain: tuple[str, str]) -> None:
    """Floor and ceiling with the word and without it. The invitation of silver is for silver alone."""
    records = {"partners": rows("partner_id score stars", f"P1|{partner}")}
    assert decide(CUMULATIVE, "2026-06-30", records).status()[:2] == cumulative
    assert decide(PLAIN, "2026-06-30", records).status()[:2] == plain


def test_a_line_taken_over_reads_the_values_of_the_tier() -> None:
    """Silver's own line asks for 2 stars of silver and for 4 of gold, whose lines do not name stars."""
    text = (
        FIELDS
        + """
parameters: {needed: {by: [tier], values: {silver: 2, gold: 4}}}
tiers:
  ladder: [registered, silver, gold]
  cumulative: true
  silver: {requires: [stars >= needed]}
  gold: {requires: [score >= 10]}
"""
    )
    for stars, tier in ((1, "registered"), (2, "silver"), (3, "silver"), (4, "gold")):
        records = {"partners": rows("partner_id score stars", f"P1|10|{stars}")}
        assert decide(text, "2026-06-30", records).tier() == tier


def test_a_tier_may_add_nothing() -> None:
    """Gold by invitation asks for what silver asks, and its nomination; without the word, for the nomination alone."""
    text = (
        FIELDS
        + """
tiers:
  ladder: [registered, silver, gold]
  cumulative: WORD
  silver: {requires: [score >= 10]}
  gold: {by_invitation: true}
"""
    )
    nominated = rows("partner_id tier from before", "P1|gold|2026-01-01|-")
    records = {"partners": rows("partner_id score stars", "P1|9|-"), "nominations": nominated}
    assert decide(text.replace("WORD", "true"), "2026-06-30", records).tier() == "registered"
    assert decide(text.replace("WORD", "false"), "2026-06-30", records).tier() == "gold"


def test_a_tier_without_any_line() -> None:
    """A tier that adds nothing is no finding where it takes over lines; where it has none, every partner has it."""
    text = FIELDS + "tiers: {ladder: [base, silver, gold], cumulative: WORD, silver: {requires: [score >= 10]}}\n"
    assert not [each for each in told(text.replace("WORD", "true")) if each.startswith("RNG309")]
    assert [each for each in told(text.replace("WORD", "false")) if each.startswith("RNG309")]


def test_designations_are_cumulative_by_the_same_word() -> None:
    """Each designation says it for itself."""
    text = (
        FIELDS
        + """
designations:
  expert: {ladder: [none, one, two], cumulative: WORD, one: {requires: [score >= 10]}, two: {requires: [stars >= 3]}}
"""
    )
    records = {"partners": rows("partner_id score stars", "P1|9|3", "P2|10|3")}
    for word, first in (("true", "none"), ("false", "two")):
        found = decide(text.replace("WORD", word), "2026-06-30", records)
        held = {row["partner_id"]: row["held"] for row in found.outputs["statuses"] if row["ladder"] == "expert"}
        assert held == {"P1": first, "P2": "two"}


def test_a_designation_without_a_ladder_takes_over_nothing() -> None:
    """The word would do nothing there, so it is refused."""
    text = FIELDS + "designations: {expert: {cumulative: true, requires: [score >= 10]}}\n"
    assert [each for each in told(text) if each.startswith("RNG300")] == [
        "RNG300 8`cumulative`: `expert` has no `ladder`, so no tier is below another"
    ]


SKIPPING = (
    FIELDS
    + """
tiers: {ladder: [base, silver, gold], cumulative: WORD, silver: LOWER, gold: UPPER}
parameters: {most: {by: [tier], values: {silver: 5, gold: 9}}}
"""
)


@pytest.mark.parametrize(
    ("lower", "upper", "plain", "cumulative"),
    [
        ("{requires: [score >= 10]}", "{requires: [stars >= 3]}",
         "repeat the line under `gold`, or write `cumulative: true` beside `ladder`", ""),
        ("{requires: [score >= 10], by_invitation: true}", "{requires: [score >= 20]}",
         "write `by_invitation: true` under `gold`, too", "write `by_invitation: true` under `gold`, too"),
        ("{requires: [score <= most]}", "{requires: [score <= most, stars >= 3]}",
         "ask for at least as much of `gold` as of `silver`", "ask for at least as much of `gold` as of `silver`"),
    ],
)  # fmt: skip
def test_what_ends_the_skipping(lower: str, upper: str, plain: str, cumulative: str) -> None:
    """RNG352 says the word where it helps, and following it leaves no finding; elsewhere it says what helps."""
    for word, cure in (("false", plain), ("true", cumulative)):
        text = SKIPPING.replace("WORD", word).replace("LOWER", lower).replace("UPPER", upper)
        assert [each.help for each in findings(text, analysed=True) if each.code == "RNG352"] == [cure] * bool(cure)


def test_own_lines_that_say_less_are_found() -> None:
    """A line of a higher tier that asks for less than one taken over decides nothing; the one taken over does."""
    text = (
        FIELDS
        + """
tiers:
  ladder: [base, silver, gold]
  cumulative: true
  silver: {requires: [score >= 10]}
  gold: {requires: [score >= 5, stars >= 3]}
"""
    )
    found = [each for each in told(text, analysed=True) if not each.startswith("RNG211")]
    assert found == ["RNG354 13`score >= 5`: `score >= 5` makes no difference: it is met whenever `score >= 10` is"]


def test_what_a_tier_needs_in_words() -> None:
    """Lines taken over are said, but not those of which a line of its own asks as much or more."""
    text = (
        FIELDS
        + """
tiers:
  ladder: [base, silver, gold]
  cumulative: true
  requires: [score > 0]
  silver: {requires: [score >= 10, stars >= 1, {any: [score >= 7, stars >= 7]}]}
  gold: {requires: [score >= 20, stars > 3]}
"""
    )
    ladder = program(text).ladder
    own = [ladder.common[0], *ladder.tiers[2].requires]
    assert list(needed(ladder, ladder.tiers[2])) == [*own, *ladder.tiers[1].requires[1:]]
    assert needed(ladder, ladder.tiers[0]) == ()
