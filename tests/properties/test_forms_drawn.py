"""The generator draws every kind of the catalogue with every form of pay, and every form of value in every place."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from rules import KINDS
from tests.properties.forms import DIVIDES, DIVISORS, FORMS, PLACES, divisions_of, forms_of, traits_of, values_of
from tests.properties.kinds import small_programs
from tests.properties.program_incentives import preset_of
from tests.properties.programs import loaded, random_case

pytestmark = pytest.mark.long
SEEDS = range(1000, 1600)
LEAST = 1


@cache
def drawn() -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """(kind, trait) and (place, form) of the incentives of a fixed set of programs, and (place, divisor), counted."""
    traits, forms, divisions = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for seed in SEEDS:
        program = loaded(random_case(seed).text)
        divisions.update(divisions_of(program))
        for incentive in program.incentives:
            traits.update({(incentive.kind, each) for each in traits_of(incentive)})
            forms.update({(place, each) for place, value in values_of(incentive) for each in forms_of(value, program)})
    return traits, forms, divisions


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_every_kind_is_drawn_in_every_way(kind: object) -> None:
    """Each trait that a small program of the kind has, and each payee."""
    name = getattr(kind, "name", "")
    wanted = {
        each for small in small_programs() if small.kind == name for each in traits_of(small.program.incentives[0])
    }
    wanted |= {f"to the {each}" for one in KINDS if one.name == name for each in preset_of(one).words("payee")}
    wanted |= {"two limits", "limit in calendar time", "order"}
    scarce = {each for each in wanted if drawn()[0][name, each] < LEAST}
    assert not scarce, f"{name} is not drawn: {sorted(scarce)}"


def test_every_kind_pays_in_the_currency_of_the_row() -> None:
    """Records and periods, by each form of pay, with limits, and with a table under `per`."""
    programs = (loaded(random_case(seed).text) for seed in (31, 35, 47, 263))
    by_row = [each for one in programs for each in one.incentives if each.pays_by_row]
    assert {each.kind for each in by_row} == {each.name for each in KINDS}
    traits = {trait for each in by_row for trait in traits_of(each)}
    assert {"by record", "by period", "rate", "amount once", "amount per table", "limit"} <= traits
    assert {each.period is not None for each in by_row if each.bands} == {True, False}


@pytest.mark.parametrize("place", PLACES)
def test_every_value_stands_in_every_place(place: str) -> None:
    """Each form of value, in each place where a number may stand."""
    scarce = {each for each in FORMS if drawn()[1][place, each] < LEAST}
    assert not scarce, f"no {place} is drawn as: {sorted(scarce)}"


def test_rows_are_divided_by_all_that_a_program_states() -> None:
    """By a number, by a parameter, and in a formula that is read; a formula itself reads no parameters."""
    fields = {("field", "parameter"), ("scaled field", "parameter")}
    assert drawn()[2].keys() == {(place, divisor) for place in DIVIDES for divisor in DIVISORS} - fields
