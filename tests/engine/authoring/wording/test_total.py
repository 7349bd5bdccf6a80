"""Every construct of the language has words: over drawn programs nothing raises and nothing shows how it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.expressions import choices_said, say_keys
from engine.authoring.wording.metrics import say_certification, say_metric, say_segment
from engine.authoring.wording.offers import say_benefit, say_incentive
from engine.authoring.wording.programs import say_calendar, say_effective, say_ladder, say_rounding, tier_clauses
from engine.authoring.wording.tables import grid_of, say_parameter
from engine.authoring.wording.voice import Naming, Voice
from engine.language.program import Program
from tests.properties.programs import loaded, random_case

pytestmark = pytest.mark.search

STORED = re.compile(r"Span\(|Decimal|None|True|False|Name\(|[{}]|_|  | ,|\(\)|: ;|^$|\bwhere where\b")
"""What a phrase must not hold: Python, YAML, names with underscores, empty brackets, two spaces."""


def phrases(program: Program, voice: Voice) -> Iterator[str]:
    """Everything that can be said of a program."""
    yield from (say_effective(program), say_rounding(program))
    yield from filter(None, (say_calendar(program), say_ladder(program, voice)))
    for parameter in program.parameters:
        yield say_parameter(parameter, voice)
        for version in parameter.versions:
            yield from (
                f"for {keys}" for each in version.table.choices if (keys := say_keys(version.table, each, voice))
            )
            assert choices_said(version.table, voice) == version.table.choices  # the voice has no tier
            grid = grid_of(version.table, voice)
            assert {len(row) for row in grid.rows} == {len(grid.heads)}
            yield from (cell for row in grid.rows for cell in row)
    for certification in program.certifications:
        yield from say_certification(certification, voice)
    yield from (say_metric(each, voice) for each in program.metrics)
    yield from (say_segment(each, voice) for each in program.segments)
    for tier in program.ladder.tiers:
        yield from (each.flat() for each in tier_clauses(tier, voice))
    yield from (say_benefit(each, voice) for each in program.benefits)
    yield from (phrase for each in program.incentives for phrase in say_incentive(each, voice))
    yield from (say_requirements(each.where, voice.of_rows(each.source)) for each in program.metrics if each.where)


@given(st.integers(0, 2**32))
def test_every_program_can_be_said(seed: int) -> None:
    """In both ways of naming, with and without a day."""
    case = random_case(seed)
    program = loaded(case.text)
    for voice in (Voice(program, Naming.PLAIN, case.as_of), Voice(program, Naming.PLAIN), Voice(program)):
        for phrase in phrases(program, voice):
            bare = re.sub(r"`[^`]*`|“[^”]*”", "name", phrase)  # names and texts are the author's
            assert not STORED.search(bare), phrase


@pytest.mark.parametrize("path", ["programs/summit/2026.yaml", "programs/adventureworks/2020.yaml"])
def test_shipped_programs_are_said_without_code(path: str) -> None:
    """A partner reads no backticks, no underscores and no tokens of the language."""
    program = loaded(Path(path).read_text(encoding="utf-8"))
    for phrase in phrases(program, Voice(program, Naming.PLAIN)):
        assert not re.search(r"[`_<>=]", phrase), phrase
