"""Conditions as formulas over atoms, and their five answers.

*Not covered* means that the referee gives no opinion; it may mean any of the others, so it stays unless the other
terms decide the result. Only lines can be *not applicable*: a group ignores such lines, at the top of a list they
count as not met, and any other reader of one is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """The referee's answer for one condition and one partner."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_DECIDE = "cannot decide"
    NOT_APPLICABLE = "not applicable"
    NOT_COVERED = "not covered"


@dataclass(frozen=True, slots=True)
class Known:
    """The same answer for all partners."""

    answer: Answer
    reason: str = ""  # of not covered


@dataclass(frozen=True, slots=True)
class Atomic:
    """The answer of the atom at `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer of another condition, read by an expression: there not applicable is missing."""

    condition: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """Conditions as a group takes them: `form` is all, any, none or at_least; those not applicable are left out."""

    form: str
    count: int
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Conditions at the top of a list, all of which must hold: not applicable counts as not met."""

    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """The term where `applies` is met; not applicable where it is not."""

    applies: Formula
    term: Formula


@dataclass(frozen=True, slots=True)
class Every:
    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    term: Formula


@dataclass(frozen=True, slots=True)
class Quorum:
    """At least `count` of the terms."""

    count: int
    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Whether the term cannot be decided."""

    term: Formula


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The term, or `default` where it cannot be decided."""

    term: Formula
    default: Formula


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The formula of the first branch whose condition is met."""

    branches: tuple[tuple[Formula, Formula], ...]
    otherwise: Formula


Formula = (
    Known
    | Atomic
    | Reading
    | Grouped
    | Listed
    | Where
    | Every
    | Some
    | Opposite
    | Quorum
    | Undecided
    | Otherwise
    | FirstOf
)

Lookup = Callable[[str], Answer]


def answer(formula: Formula, atoms: Sequence[Answer], conditions: Lookup) -> Answer:
    """The formula's answer, given those of the atoms and a way to ask for other conditions."""

    def of(term: Formula) -> Answer:
        return answer(term, atoms, conditions)

    match formula:
        case Known(fixed):
            return fixed
        case Atomic(index):
            return atoms[index]
        case Reading(condition):
            return _as_value(conditions(condition))
        case Grouped(form, count, members):
            return _grouped(form, count, [conditions(each) for each in members])
        case Listed(members):
            return _strongest(map(_at_top, map(conditions, members)), Answer.NOT_MET, Answer.MET)
        case Where(applies, term):
            return _where(of(applies), of(term))
        case Every(terms):
            return _strongest(map(of, terms), Answer.NOT_MET, Answer.MET)
        case Some(terms):
            return _strongest(map(of, terms), Answer.MET, Answer.NOT_MET)
        case Opposite(term):
            return OPPOSITE[of(term)]
        case Quorum(count, terms):
            return quorum(count, [of(term) for term in terms])
        case Undecided(term):
            return _UNDECIDED[of(term)]
        case Otherwise(term, default):
            given = of(term)
            return of(default) if given is Answer.CANNOT_DECIDE else given
        case FirstOf(branches, otherwise):
            for test, then in branches:
                chosen = of(test)
                if chosen is Answer.NOT_COVERED:
                    return chosen
                if chosen is Answer.MET:
                    return of(then)
            return of(otherwise)


def _as_value(given: Answer) -> Answer:
    """A line's answer as a truth value."""
    return Answer.CANNOT_DECIDE if given is Answer.NOT_APPLICABLE else given


def _at_top(given: Answer) -> Answer:
    """A line's answer at the top of a list."""
    return Answer.NOT_MET if given is Answer.NOT_APPLICABLE else given


def _where(applies: Answer, term: Answer) -> Answer:
    if applies is Answer.MET:
        return term
    return Answer.NOT_APPLICABLE if applies is Answer.NOT_MET else applies


def _grouped(form: str, count: int, answers: Sequence[Answer]) -> Answer:
    """A group of the parts that apply; a group with nothing left is not applicable."""
    left = [each for each in answers if each is not Answer.NOT_APPLICABLE]
    if not left and answers:
        return Answer.NOT_APPLICABLE
    match form:
        case "any":
            return _strongest(left, Answer.MET, Answer.NOT_MET)
        case "none":
            return OPPOSITE[_strongest(left, Answer.MET, Answer.NOT_MET)]
        case "at_least":
            return quorum(count, left)
        case _:
            return _strongest(left, Answer.NOT_MET, Answer.MET)


OPPOSITE = {
    Answer.MET: Answer.NOT_MET,
    Answer.NOT_MET: Answer.MET,
    Answer.CANNOT_DECIDE: Answer.CANNOT_DECIDE,
    Answer.NOT_COVERED: Answer.NOT_COVERED,
}

_UNDECIDED = {
    Answer.MET: Answer.NOT_MET,
    Answer.NOT_MET: Answer.NOT_MET,
    Answer.CANNOT_DECIDE: Answer.MET,
    Answer.NOT_COVERED: Answer.NOT_COVERED,
}


def _strongest(answers: Iterable[Answer], decisive: Answer, neutral: Answer) -> Answer:
    """`decisive` if any is; else what is least known; `neutral` when all are, or there are none."""
    seen = set(answers)
    for candidate in (decisive, Answer.NOT_COVERED, Answer.CANNOT_DECIDE):
        if candidate in seen:
            return candidate
    return neutral


def quorum(count: int, answers: Sequence[Answer]) -> Answer:
    """Met if `count` are met, not met if `count` can no longer be reached."""
    met = answers.count(Answer.MET)
    reachable = len(answers) - answers.count(Answer.NOT_MET)
    if met >= count:
        return Answer.MET
    if reachable < count:
        return Answer.NOT_MET
    return Answer.NOT_COVERED if Answer.NOT_COVERED in answers else Answer.CANNOT_DECIDE


def not_covered_reasons(formula: Formula) -> tuple[str, ...]:
    """Why parts of a formula are not covered for any partner."""
    match formula:
        case Known(_, reason):
            return (reason,) if reason else ()
        case Atomic() | Reading() | Grouped() | Listed():
            return ()
        case Where(applies, term):
            return not_covered_reasons(applies) + not_covered_reasons(term)
        case Every(terms) | Some(terms) | Quorum(_, terms):
            return tuple(reason for term in terms for reason in not_covered_reasons(term))
        case Opposite(term) | Undecided(term):
            return not_covered_reasons(term)
        case Otherwise(term, default):
            return not_covered_reasons(term) + not_covered_reasons(default)
        case FirstOf(branches, otherwise):
            parts = [part for branch in branches for part in branch]
            return tuple(reason for part in (*parts, otherwise) for reason in not_covered_reasons(part))
