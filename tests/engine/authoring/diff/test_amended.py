"""Amended programs: what an amendment changes holds from its day on, and so says each sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.authoring.diff.change import Kind
from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.chain import chain_programs
from engine.language.changes import Amendment
from engine.language.essence import essence
from engine.language.program import Program
from engine.language.source import Span
from tests.tiny import program

TEXT = """\
parameters:
  needed: {by: [tier], values: {silver: 50_000 USD, gold: 250_000 USD}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, silver, gold]
  requires: [revenue >= needed]
"""
PLACE = Span("tiny.amendment-1.yaml", 4, 1, 4, 10)
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


def amended(base: str = TEXT, laid_over: str = TEXT, day: date = JULY, reason: str = "prices rise") -> Program:
    """The program whose rules change on a day."""
    later = program(laid_over)
    return replace(later, earlier=program(base), since=day, amendments=(Amendment(1, day, reason, "", PLACE),))


def told(old: Program, new: Program) -> list[tuple[str, str]]:
    """Kind and sentence of every change; and what stands between leads from one to the other."""
    changes = compare_programs(old, new)
    assert essence(swapped(old, new, ())) == essence(old)
    assert essence(swapped(old, new, {each.clause for each in changes})) == essence(new)
    return [(each.kind.value, each.sentence) for each in changes]


def test_an_amendment_comes() -> None:
    """The amendment itself, and what it changes from its day on."""
    raised = TEXT.replace("gold: 250_000", "gold: 300_000")
    assert told(program(TEXT), amended(laid_over=raised)) == [
        ("added", "amendment 1 changes the rules from 2026-07-01 on: prices rise"),
        ("changed", "gold now needs 300,000 USD of `revenue`, was 250,000 USD, from 2026-07-01"),
    ]


def test_an_amendment_goes() -> None:
    """The other way round nothing is dated: the rules hold for the whole version again."""
    raised = TEXT.replace("gold: 250_000", "gold: 300_000")
    assert told(amended(laid_over=raised), program(TEXT)) == [
        ("removed", "there is no amendment 1 any more, which changed the rules from 2026-07-01 on"),
        ("changed", "gold now needs 250,000 USD of `revenue`, was 300,000 USD"),
    ]


def test_an_amendment_moves() -> None:
    """Another day, another reason."""
    assert told(amended(), amended(day=AUGUST, reason="")) == [
        ("changed", "the effective from of amendment 1 is now 2026-08-01, was 2026-07-01"),
        ("removed", "amendment 1 no longer states its reason, was `prices rise`"),
        ("changed", "the present rules begin on 2026-08-01, was on 2026-07-01"),
    ]


def test_the_rules_before_are_compared_too() -> None:
    """What held before the amendment is told with its day."""
    assert told(amended(), amended(base=TEXT.replace("silver: 50_000", "silver: 40_000"))) == [
        ("changed", "before 2026-07-01, silver now needs 40,000 USD of `revenue`, was 50,000 USD")
    ]


def test_other_rules_before_without_an_amendment() -> None:
    """A chain whose numbers are equal, and whose earlier rules are not there."""
    (found,) = compare_programs(replace(amended(), earlier=None), amended())
    assert (found.kind, found.sentence) == (Kind.ADDED, "there are now other rules before 2026-07-01")


def chained(*texts: str) -> Program:
    """Versions of so many years, evaluated as one."""
    versions = []
    for place, each in enumerate(texts):
        found = program(each)
        year = 2026 + place
        days = (date(year, 1, 1), date(year + 1, 1, 1))
        versions.append(replace(found, version=f"{year}", effective=days))
    last, found_wrong = chain_programs(versions)
    assert last is not None, found_wrong
    return last


def test_a_version_evaluated_together_comes_and_goes() -> None:
    """One sentence, whatever it says."""
    both, alone = chained(TEXT, TEXT), replace(chained(TEXT, TEXT), follows=None)
    assert told(alone, both) == [("added", "version 2026 is now evaluated together with it")]
    assert told(both, alone) == [("removed", "version 2026 is no longer evaluated together with it")]


def test_a_change_of_a_version_before_says_its_version() -> None:
    """The rules of the year before, which still decide its periods."""
    raised = TEXT.replace("gold: 250_000", "gold: 300_000")
    assert told(chained(TEXT, TEXT), chained(raised, TEXT)) == [
        ("changed", "in version 2026, gold now needs 300,000 USD of `revenue`, was 250,000 USD"),
    ]
