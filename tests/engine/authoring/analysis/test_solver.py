"""Formulas together: a model where there is one, a proof where there is none."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.analysis.domain import Interval, Numbers, Words
from engine.authoring.analysis.formula import (
    FALSE,
    TRUE,
    Formula,
    In,
    Linear,
    Variable,
    affine,
    at_least,
    negated,
    variables_in,
)
from engine.authoring.analysis.rows import holds
from engine.authoring.analysis.solver import Model, Verdict, Work, apart, contradictory, models, required, satisfy

FEW = Numbers((Interval(Fraction(0), Fraction(2)),), True)
COUNTS = tuple(Variable(name, FEW, whole=True) for name in "xyz")
COLOURS = tuple(Variable(name, Words(frozenset(("red", "blue")), False, True)) for name in "pq")
VALUES = {
    **{each: (None, Fraction(0), Fraction(1), Fraction(2)) for each in COUNTS},
    **dict.fromkeys(COLOURS, (None, "red", "blue")),
}


@st.composite
def atoms(draw: st.DrawFn) -> Formula:
    """A fact about a number, a word, or two numbers."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        words = draw(st.frozensets(st.sampled_from(("red", "blue"))))
        return In(draw(st.sampled_from(COLOURS)), Words(words, draw(st.booleans()), draw(st.booleans())))
    bound, strict = Fraction(draw(st.integers(-2, 3))), draw(st.booleans())
    several = draw(st.sampled_from(COUNTS)), draw(st.sampled_from(COUNTS))
    terms = {each: Fraction(draw(st.sampled_from((-1, 1, 2)))) for each in several[: kind + 1]}
    return affine(terms, bound, strict)


def groups(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """So many of some formulas, or not."""
    some = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        parts.map(negated),
        some.flatmap(lambda each: st.integers(0, len(each) + 1).map(lambda n: at_least(n, tuple(each)))),
    )


FORMULAS = st.recursive(atoms(), groups, max_leaves=8)


@given(st.lists(FORMULAS, min_size=1, max_size=4))
def test_as_trying_all_values_does(formulas: list[Formula]) -> None:
    """There is a model wherever some assignment makes all formulas true; a proof only where none does."""
    found = satisfy(formulas)
    used = list(dict.fromkeys(each for formula in formulas for each in variables_in(formula)))
    tried = any(
        all(holds(each, dict(zip(used, values, strict=True))) for each in formulas)
        for values in product(*(VALUES[each] for each in used))
    )
    if tried:
        assert isinstance(found, Model)
    if found is Verdict.NONE:
        assert not tried
    if not any(isinstance(each, Linear) for formula in formulas for each in _leaves(formula)):
        assert isinstance(found, Model) == tried  # only sums of whole numbers may have broken answers alone


def _leaves(formula: Formula) -> list[Formula]:
    terms = getattr(formula, "terms", ())
    return [formula] if isinstance(formula, In | Linear) else [leaf for each in terms for leaf in _leaves(each)]


@given(FORMULAS)
def test_not_is_not(formula: Formula) -> None:
    """A formula and its opposite are never both true nor both false."""
    used = list(dict.fromkeys(variables_in(formula)))
    for values in product(*(VALUES[each] for each in used)):
        known = dict(zip(used, values, strict=True))
        assert holds(formula, known) != holds(negated(formula), known)


def test_work_is_bounded() -> None:
    """When the work runs out before the end the question stays open."""
    many = [at_least(2, tuple(In(each, Words(frozenset((word,)))) for each in COLOURS for word in ("red", "blue")))]
    assert list(models(many, steps=1)) == [Verdict.OPEN]
    assert list(models(many, Work(1))) == [Verdict.OPEN]
    assert (satisfy([TRUE, FALSE]), isinstance(satisfy([]), Model)) == (Verdict.NONE, True)


def test_work_is_shared() -> None:
    """Questions of one program take from the same work; once it is over, nothing more is proved."""
    never = [In(COLOURS[0], Words(frozenset((word,)))) for word in ("red", "blue")]
    work = Work(10)
    assert contradictory(never, work)
    assert 0 <= work.left < 10
    assert [contradictory(never, work) for _ in range(3)][-1] is False
    assert work.is_over


def test_formulas_of_other_variables_are_solved_apart() -> None:
    """A contradiction in one group is found beside any number of others, and beside formulas without a variable."""
    one, other = COLOURS[0], COLOURS[1]
    red, blue = (In(one, Words(frozenset((word,)))) for word in ("red", "blue"))
    beside = In(other, Words(frozenset(("red",))))
    assert contradictory([beside, red, TRUE, blue])
    assert contradictory([beside, FALSE])
    assert not contradictory([beside, red, TRUE])


def test_what_is_required_is_seen_without_trying() -> None:
    """What all alternatives share narrows a variable; two that narrow one to other words cannot hold together."""
    one, other = COLOURS[0], COLOURS[1]
    red, blue = (In(one, Words(frozenset((word,)))) for word in ("red", "blue"))
    elsewhere = In(other, Words(frozenset(("red",))))
    first = required([at_least(2, (red, elsewhere)), at_least(1, (red, blue))])
    assert set(first) == {one, other}
    assert apart(first, required([blue]))
    assert not apart(first, required([red]))
    assert not apart(required([red]), required([elsewhere]))
