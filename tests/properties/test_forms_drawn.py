"""The generator draws every kind of the catalogue with every form of pay, and every form of value in every place."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from rules import KINDS
from tests.properties.forms import FORMS, PLACES, forms_of, traits_of, values_of
from tests.properties.kinds import small_programs
from tests.properties.program_incentives import preset_of
from tests.properties.programs import loaded, random_case

pytestmark = pytest.mark.long
SEEDS = range(1000, 1200)
LEAST = 1


@cache
def drawn() -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """(kind, trait) and (place, form) of the incentives of a fixed set of programs, counted."""
    traits, forms = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for seed in SEEDS:
        program = loaded(random_case(seed).text)
        for incentive in program.incentives:
            traits.update({(incentive.kind, each) for each in traits_of(incentive)})
            forms.update({(place, each) for place, value in values_of(incentive) for each in forms_of(value, program)})
    return traits, forms


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


def test_records_are_paid_in_their_own_currency() -> None:
    """By every kind that pays a rate for a record, and needs nothing else."""
    programs = (loaded(random_case(seed).text) for seed in (59, 95, 107))
    assert {each.kind for one in programs for each in one.incentives if each.pays_by_row} == {"commission", "spiff"}


@pytest.mark.parametrize("place", PLACES)
def test_every_value_stands_in_every_place(place: str) -> None:
    """Each form of value, in each place where a number may stand."""
    scarce = {each for each in FORMS if drawn()[1][place, each] < LEAST}
    assert not scarce, f"no {place} is drawn as: {sorted(scarce)}"
