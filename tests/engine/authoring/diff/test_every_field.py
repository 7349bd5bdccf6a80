"""A change is told exactly when the essence differs, whatever field of a program is changed."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import fields, is_dataclass
from random import Random

import pytest

from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.essence import PLACES, essence
from engine.language.program import Program
from engine.language.source import Span
from tests.engine.authoring.diff.mutation import mutated, spots
from tests.engine.authoring.services.programs import LADDERS
from tests.properties.programs import loaded, random_case

pytestmark = pytest.mark.search

SEEDS = (0, 1, 3, 4, 8, 59)  # every field of a program is in one of them
SWAPPED = 4  # of so many changes one is also swapped, which takes longer


def programs() -> list[Program]:
    """The drawn programs, and one with several ladders."""
    return [*(loaded(random_case(seed).text) for seed in SEEDS), loaded(LADDERS)]


@pytest.mark.long
def test_a_change_is_told_exactly_when_the_essence_differs() -> None:
    """Every field of every part of many programs is changed, one at a time; no field is out of reach."""
    told, silent = Counter[str](), Counter[str]()
    classes: dict[str, type] = {}
    for seed, program in enumerate(programs()):
        _collect(program, classes)
        random = Random(seed)
        every = list(spots(program))
        random.shuffle(every)
        said = essence(program)
        done: set[tuple[str, ...]] = set()
        for spot in every:
            if spot.fields[-2:] in done or (other := mutated(program, spot, random)) is None:
                continue
            done.add(spot.fields[-2:])
            changes = compare_programs(program, other)
            assert bool(changes) == (said != essence(other)), (seed, spot, [each.sentence for each in changes])
            (told if changes else silent).update(spot.fields)
            if len(done) % SWAPPED == 0:
                _swaps(program, other, {each.clause for each in changes})
    meant = {f"{name}.{each.name}" for name, made in classes.items() for each in fields(made) if _is_meant(each.name)}
    # no drawn program counts people by choices: `test_people.py` changes these; an import adds the names of fields
    elsewhere = {"Program.earlier", "Program.follows", "Metric.holding_at", "Field.names"}
    assert meant - set(told) == elsewhere, "fields whose change nothing tells"
    assert sum(silent.values()) > 100, "places and order were changed, too"


def _is_meant(field: str) -> bool:
    return not field.endswith(PLACES)


def _collect(value: object, classes: dict[str, type]) -> None:
    if isinstance(value, tuple):
        for each in value:
            _collect(each, classes)
    elif is_dataclass(value) and not isinstance(value, type | Span):
        classes[type(value).__name__] = type(value)
        for each in fields(value):
            _collect(getattr(value, each.name), classes)


def _swaps(old: Program, new: Program, clauses: set[str]) -> None:
    """Without clauses it is the old program, with all of them the new one."""
    assert essence(swapped(old, new, ())) == essence(old)
    assert essence(swapped(old, new, clauses)) == essence(new)


def test_of_two_strangers_everything_is_told_and_can_be_swapped() -> None:
    """Two programs that have nothing to do with each other: all clauses of one lead to the other."""
    drawn = programs()
    for old, new in itertools.pairwise(drawn):
        changes = compare_programs(old, new)
        assert all(each.sentence and each.path for each in changes)
        _swaps(old, new, {each.clause for each in changes})


def test_the_same_program_has_no_change() -> None:
    """Read twice, nothing is told."""
    for seed in SEEDS:
        text = random_case(seed).text
        assert compare_programs(loaded(text), loaded(text)) == ()
