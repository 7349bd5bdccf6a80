"""The cheapest next step over groups of every form, against trying every set of changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from engine.explain.cheapest import cheapest_step
from engine.explain.explain import nowhere
from engine.explain.lines import tree
from engine.explain.model import Clause, Line, Outcome
from engine.explain.subject import Subject
from engine.reference.evaluate import evaluate
from engine.reference.scalars import all_of, any_of, at_least, negated
from tests.plans import WORLD, ridge

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_DECIDE
NOWHERE = Clause("", 0, 0, "")
VALUE = {MET: True, NOT_MET: False, UNKNOWN: None}


def leaf(id: str, outcome: Outcome) -> Line:
    """A line without parts."""
    return Line(id, "compare", id, NOWHERE, outcome)


def group(id: str, form: str, *parts: Line, count: int = 0) -> Line:
    """A group with the outcome its parts give."""
    line = Line(id, form, form, NOWHERE, UNKNOWN, count, parts=parts)
    value = holds(line, {each.id: VALUE[each.outcome] for each in tree(parts)})
    return replace(line, outcome={True: MET, False: NOT_MET, None: UNKNOWN}[value])


def holds(line: Line, values: dict[str, bool | None]) -> bool | None:
    """Whether a line holds when its leaves have these values."""
    if not line.parts:
        return values[line.id]
    parts = [holds(part, values) for part in line.parts]
    match line.form:
        case "any":
            return any_of(parts)
        case "none":
            return negated(any_of(parts))
        case "at_least":
            return at_least(line.at_least, parts)
        case _:
            return all_of(parts)


def subject() -> Subject:
    """Somebody: only the plan's conditions are asked for, and these lines are not among them."""
    plan = ridge()
    evaluation = evaluate(plan, WORLD)
    return Subject(plan, evaluation, "P1", evaluation.row(plan.decisions, ("P1",)), {}, nowhere, None)


SOMEBODY = subject()


def step(*lines: Line) -> list[str]:
    """The moves as words: `a`, or `not a` for a line that must no longer hold."""
    return [move.line.id if move.meet else f"not {move.line.id}" for move in cheapest_step(SOMEBODY, lines)]


def test_nothing_to_do_when_all_lines_are_met() -> None:
    """No moves."""
    assert step(leaf("a", MET), leaf("b", MET)) == []


def test_every_line_of_all_is_needed() -> None:
    """Met ones are left alone; undecided ones count as missing."""
    assert step(leaf("a", NOT_MET), leaf("b", MET), group("c", "all", leaf("d", UNKNOWN), leaf("e", MET))) == ["a", "d"]


def test_any_takes_the_part_with_fewest_lines() -> None:
    """One line instead of two, and the first of equals."""
    both = group("x", "all", leaf("a", NOT_MET), leaf("b", NOT_MET))
    assert step(group("g", "any", both, leaf("c", NOT_MET), leaf("d", NOT_MET))) == ["c"]


def test_at_least_takes_the_cheapest_parts() -> None:
    """One of two is met already; the single line is cheaper than the pair before it."""
    pair = group("x", "all", leaf("a", NOT_MET), leaf("b", NOT_MET))
    assert step(group("g", "at_least", pair, leaf("c", MET), leaf("d", NOT_MET), count=2)) == ["d"]


def test_none_needs_its_parts_to_hold_no_longer() -> None:
    """A met part has to go, an undecided one has to be refuted; of an `all` inside one line is enough."""
    inner = group("x", "all", leaf("b", MET), leaf("c", MET))
    assert step(group("g", "none", leaf("a", UNKNOWN), inner, leaf("d", NOT_MET))) == ["not a", "not b"]


def test_groups_inside_none() -> None:
    """All of an `any`, enough of an `at_least`, one of a `none` inside `none`."""
    assert step(group("g", "none", group("x", "any", leaf("a", MET), leaf("b", MET)))) == ["not a", "not b"]
    three = (leaf("a", MET), leaf("b", MET), leaf("c", MET))
    assert step(group("g", "none", group("x", "at_least", *three, count=2))) == ["not a", "not b"]
    assert step(group("g", "none", group("x", "none", leaf("a", NOT_MET), leaf("b", NOT_MET)))) == ["a"]


def test_a_line_that_occurs_twice_costs_once() -> None:
    """Each group alone would take its first line; together the shared one is cheaper."""
    first = group("x", "any", leaf("a", NOT_MET), leaf("s", NOT_MET))
    second = group("y", "any", leaf("b", NOT_MET), leaf("s", NOT_MET))
    assert step(first, second) == ["s"]


def test_a_tier_that_contradicts_itself_has_no_step() -> None:
    """The same line cannot be met and not met."""
    assert step(leaf("a", NOT_MET), group("g", "none", leaf("a", NOT_MET))) == []
    assert step(leaf("a", UNKNOWN), group("g", "none", leaf("a", UNKNOWN))) == []


OUTCOMES = st.sampled_from([MET, NOT_MET, UNKNOWN])


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> Line:
    """A group of groups with distinct leaves, at most eight."""
    counter = iter(range(100))

    def line(depth: int) -> Line:
        id = f"l{next(counter):02}"
        if depth == 0 or draw(st.booleans()):
            return leaf(id, draw(OUTCOMES))
        parts = [line(depth - 1) for _ in range(draw(st.integers(1, 2 if depth < 2 else 3)))]
        form = draw(st.sampled_from(["all", "any", "none", "at_least"]))
        return group(id, form, *parts, count=draw(st.integers(1, len(parts))) if form == "at_least" else 0)

    return line(depth)


def fewest(lines: Sequence[Line]) -> int:
    """The smallest number of leaves to change so that all lines hold, by trying every set."""
    leaves = {each.id: VALUE[each.outcome] for each in tree(lines) if not each.parts}
    wanted = {id: [True, False] if value is None else [not value] for id, value in leaves.items()}
    for size in range(len(leaves) + 1):
        for chosen in combinations(leaves, size):
            settings: list[dict[str, bool | None]] = [dict(leaves)]
            for id in chosen:
                settings = [{**values, id: value} for values in settings for value in wanted[id]]
            if any(all_of(holds(line, values) for line in lines) for values in settings):
                return size
    raise AssertionError("distinct leaves can always be set")


@given(st.lists(trees(), min_size=1, max_size=2))
def test_no_smaller_set_does_it(lines: list[Line]) -> None:
    """The step makes all lines hold, and has the size of the smallest set found by trying them all."""
    named = [_renamed(line, f"{place}") for place, line in enumerate(lines)]
    moves = cheapest_step(SOMEBODY, named)
    values = {each.id: VALUE[each.outcome] for each in tree(named) if not each.parts}
    values |= {move.line.id: move.meet for move in moves}
    assert all_of(holds(line, values) for line in named) is True
    assert len(moves) == fewest(named)


def _renamed(line: Line, prefix: str) -> Line:
    return replace(line, id=prefix + line.id, parts=tuple(_renamed(part, prefix) for part in line.parts))
