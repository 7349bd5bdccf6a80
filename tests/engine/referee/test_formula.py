"""Four answers and how they combine."""

from __future__ import annotations

from itertools import product

import pytest

from engine.referee.formula import (
    Answer,
    Atomic,
    Every,
    FirstOf,
    Formula,
    Known,
    Opposite,
    Otherwise,
    Quorum,
    Reading,
    Some,
    Undecided,
    answer,
    not_covered_reasons,
)

MET, NOT_MET, OPEN, SILENT = Answer.MET, Answer.NOT_MET, Answer.CANNOT_DECIDE, Answer.NOT_COVERED
POSSIBLE = {MET: {MET}, NOT_MET: {NOT_MET}, OPEN: {OPEN}, SILENT: {MET, NOT_MET, OPEN}}


def decide(formula: Formula, *atoms: Answer) -> Answer:
    """The formula's answer for these atoms; it reads no other condition."""
    return answer(formula, atoms, lambda condition: pytest.fail(condition))


def kleene(count: int, answers: tuple[Answer, ...]) -> Answer:
    """At-least by trying both values for everything undecided."""
    choices = product(*((MET, NOT_MET) if each is OPEN else (each,) for each in answers))
    results = {choice.count(MET) >= count for choice in choices}
    return OPEN if len(results) == 2 else MET if results == {True} else NOT_MET


@pytest.mark.parametrize("size", range(4))
def test_and_or_and_at_least_hold_for_every_value_of_the_undecided(size: int) -> None:
    """Each combination equals what trying all values of its undecided terms gives."""
    terms = tuple(Atomic(place) for place in range(size))
    for atoms in product((MET, NOT_MET, OPEN), repeat=size):
        assert decide(Every(terms), *atoms) is kleene(size, atoms)
        assert decide(Some(terms), *atoms) is kleene(1, atoms)
        for count in range(size + 2):
            assert decide(Quorum(count, terms), *atoms) is kleene(count, atoms)


def test_what_is_not_covered_stays_so_unless_the_rest_decides() -> None:
    """A formula is decided despite a silent term only when no answer of that term could change it."""
    terms = (Atomic(0), Atomic(1))
    formulas: tuple[Formula, ...] = (Every(terms), Some(terms), Quorum(1, terms), Quorum(2, terms))
    for formula, atoms in product(formulas, product(POSSIBLE, repeat=2)):
        worlds = {decide(formula, *world) for world in product(*(POSSIBLE[atom] for atom in atoms))}
        assert decide(formula, *atoms) is (worlds.pop() if len(worlds) == 1 else SILENT)


@pytest.mark.parametrize(
    ("given", "negated", "undecided"),
    [(MET, NOT_MET, NOT_MET), (NOT_MET, MET, NOT_MET), (OPEN, OPEN, MET), (SILENT, SILENT, SILENT)],
)
def test_negation_and_undecided(given: Answer, negated: Answer, undecided: Answer) -> None:
    """Not leaves the undecided so; `is missing` of a condition is always decided."""
    assert decide(Opposite(Atomic(0)), given) is negated
    assert decide(Undecided(Atomic(0)), given) is undecided


def test_a_default_stands_in_for_the_undecided_only() -> None:
    """If-missing takes its default where the term cannot be decided, and nowhere else."""
    formula = Otherwise(Atomic(0), Known(MET))
    assert [decide(formula, each) for each in (MET, NOT_MET, OPEN, SILENT)] == [MET, NOT_MET, MET, SILENT]


def test_the_first_branch_that_is_met_answers() -> None:
    """A case passes over branches that are refuted or undecided, and stops at one that is not covered."""
    formula = FirstOf(((Atomic(0), Known(MET)), (Atomic(1), Known(OPEN))), Known(NOT_MET))
    assert decide(formula, MET, MET) is MET
    assert decide(formula, OPEN, MET) is OPEN
    assert decide(formula, OPEN, NOT_MET) is NOT_MET
    assert decide(formula, SILENT, MET) is SILENT


def test_a_formula_may_read_another_condition() -> None:
    """A name asks for the condition it names."""
    assert answer(Reading("tier.gold.1"), (), {"tier.gold.1": OPEN}.__getitem__) is OPEN


def test_reasons_are_found_at_any_depth() -> None:
    """Why a part is not covered is told from wherever it stands."""
    silent = Known(SILENT, "because")
    for formula in (
        silent,
        Every((Known(MET), silent)),
        Some((silent, Atomic(0))),
        Quorum(1, (Reading("x"), silent)),
        Opposite(silent),
        Undecided(silent),
        Otherwise(Atomic(0), silent),
        FirstOf(((Atomic(0), silent),), Known(MET)),
    ):
        assert not_covered_reasons(formula) == ("because",)
    assert not_covered_reasons(Known(MET)) == ()
