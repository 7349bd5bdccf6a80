"""A program with slips is refused with findings, never by a traceback; one that passes is evaluated alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.language.diagnostic import has_errors
from engine.language.records import RecordSchema
from rules import check_program, compile_program, load_program
from tests.properties.agreement import assert_agree
from tests.properties.program_text import Tree
from tests.properties.programs import Case, loaded, random_case
from tests.properties.reduction import at, changed, paths

CASES = 97  # sound programs that slips are made in
WORDS = (
    "0",
    "-5",
    "1_000 USD",
    "50%",
    "tier",
    "as_of",
    "true",
    "missing",
    "nowhere",
    "item.line",
    "12 months",
    "2026-01-31",
    "amount",
    "partner_id",
    "(",
    "''",
    "m1 >=",
    "records",
    "lifetime",
    "value",
    "1 / 0",
    "not tier",
    "min(1)",
)


@given(st.integers(0, 2**32))
def test_slips_become_findings(seed: int) -> None:
    """After one to three random changes to a sound program there are findings, or a plan both evaluators agree on."""
    random = Random(seed)
    case = sound(seed % CASES)
    for _ in range(random.randint(1, 3)):
        case = _slipped(random, case)
    program, found = load_program(case.text.encode(), "slips.yaml")
    if program is None or has_errors(found):
        assert has_errors(found)
        return
    checked = check_program(program)
    plan, compiled = compile_program(program, case.as_of)
    assert (plan is None) == has_errors(compiled)
    if plan is not None and not has_errors(checked) and program.records == _schema(seed % CASES):
        assert_agree(plan, case.records)


@cache
def sound(seed: int) -> Case:
    """A sound program to make slips in."""
    return random_case(seed)


@cache
def _schema(seed: int) -> RecordSchema:
    return loaded(sound(seed).text).records


def _slipped(random: Random, case: Case) -> Case:
    """The case with one thing in its text changed, dropped, moved or repeated."""
    places = [each for each in paths(case.sections) if each]
    path, other = random.choice(places), random.choice(places)
    value: Tree | None
    match random.randrange(5):
        case 0:
            value = None
        case 1:
            value = random.choice(WORDS)
        case 2:
            value = at(case.sections, other)
        case 3:
            value = [at(case.sections, path), at(case.sections, other)]
        case _:
            value = _twisted(random, at(case.sections, path))
    sections = changed(case.sections, path, value)
    return Case(sections if isinstance(sections, Mapping) else {}, case.as_of, case.records)


def _twisted(random: Random, value: Tree) -> Tree:
    """A text with one word of it replaced, moved or dropped; anything else as it is."""
    if not isinstance(value, str):
        return value
    words = value.split(" ")
    place = random.randrange(len(words))
    words[place] = random.choice((*WORDS, "", words[random.randrange(len(words))], words[place][::-1]))
    return " ".join(words)
