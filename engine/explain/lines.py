"""Conditions as lines: what each says, what was observed, and how far it is from being met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from engine.explain.model import Gap, Line, Outcome, Quantity, Reading
from engine.explain.subject import Subject, quantity
from engine.plan.owner import Owner, said_scope
from engine.plan.plan import Condition
from engine.plan.scalar import Compare, Comparison, Literal

RISING = (Comparison.MORE, Comparison.AT_LEAST)
FALLING = (Comparison.LESS, Comparison.AT_MOST)
MIRRORED = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
}


def lines_of(subject: Subject, ids: Iterable[str]) -> tuple[Line, ...]:
    """The lines with these ids, groups with their parts, in the order given."""
    known = {condition.id: condition for condition in subject.conditions}
    return tuple(_line(subject, known, known[id]) for id in ids if id in known)


def tree(lines: Iterable[Line]) -> Iterator[Line]:
    """Every line, each followed by its parts."""
    for line in lines:
        yield line
        yield from tree(line.parts)


def _line(subject: Subject, known: dict[str, Condition], condition: Condition) -> Line:
    outcome = subject.decision(condition)
    parts = tuple(_line(subject, known, known[id]) for id in _parts(known, condition))
    undecided = outcome is Outcome.CANNOT_DECIDE and not parts
    readings = () if condition.value or outcome is Outcome.NOT_APPLICABLE else tuple(_readings(subject, condition))
    return Line(
        condition.id,
        condition.form,
        condition.text,
        subject.clause(condition.span),
        outcome,
        condition.at_least,
        _measured(subject, condition, condition.value),
        _measured(subject, condition, condition.threshold),
        _gap(subject, condition) if outcome is Outcome.NOT_MET else None,
        tuple(each for each in readings if each.value.between) if parts else readings,
        subject.missing(subject.table, subject.row, condition.outcome) if undecided else (),
        parts,
    )


def _parts(known: dict[str, Condition], condition: Condition) -> tuple[str, ...]:
    """The lines below: of a group its own, of a name the lines that decide it."""
    if condition.parts or condition.behind is None:
        return condition.parts
    return top_lines(known.values(), condition.behind)


def top_lines(conditions: Iterable[Condition], owner: Owner) -> tuple[str, ...]:
    """The lines of an owner that are part of no other."""
    own = [each for each in conditions if each.owner == owner]
    below = {id for each in own for id in each.parts}
    return tuple(each.id for each in own if each.id not in below)


def is_percent(condition: Condition) -> bool:
    """Whether the program writes this line's numbers as percents, in the line or in what it names."""
    return condition.percent or "%" in condition.text


def _measured(subject: Subject, condition: Condition, column: str) -> Quantity | None:
    """The observed value or the threshold, where the line compares numbers."""
    return subject.decided(column, is_percent(condition)) if column else None


def _readings(subject: Subject, condition: Condition) -> Iterator[Reading]:
    """The names a line without numbers reads: metrics, statuses and fields of the partner, each in the line's scope."""
    columns = {each.said: each.column for each in subject.plan.metrics}
    statuses = {each.word: each for each in subject.plan.ladders}
    columns |= {each.word: each.held for each in subject.plan.ladders}
    owner = condition.owner
    for name in condition.names:
        inside = f"{name}.{said_scope(owner.scope)}"  # of its own ladder a line reads the tier tested, not the one held
        said = inside if name not in columns and inside in columns and name != owner.name else name
        column = columns.get(said, said)
        ladder = statuses.get(said)
        if column in subject.row and ladder is not None:
            yield Reading(said, subject.status(ladder.held, ladder.floor, ladder.ceiling))
        elif column in subject.row:
            yield Reading(said, subject.decided(column, is_percent(condition)))


def _gap(subject: Subject, condition: Condition) -> Gap | None:
    """What is missing to the threshold of a line of numbers that is not met."""
    op = comparison_of(condition)
    amount = _measured(subject, condition, condition.distance)
    if amount is None or op is None or op is Comparison.UNEQUAL:
        return None
    return Gap(amount, condition.strict, up=op in RISING or (op is Comparison.EQUAL and _below(subject, condition)))


def gap_to_leave(subject: Subject, condition: Condition) -> Gap | None:
    """What is missing for a line of numbers to hold no longer: to the threshold, or just beyond it."""
    op = comparison_of(condition)
    if op not in RISING + FALLING or not condition.value or subject.row[condition.value] is None:
        return None
    value, threshold = (cast(Fraction, subject.row[name]) for name in (condition.value, condition.threshold))
    type = subject.type_of(subject.table, condition.distance)
    return Gap(quantity(abs(value - threshold), type, is_percent(condition)), not condition.strict, up=op in FALLING)


def _below(subject: Subject, condition: Condition) -> bool:
    """Whether the observed value is below the threshold."""
    value, threshold = (cast(Fraction, subject.row[name]) for name in (condition.value, condition.threshold))
    return value < threshold


def comparison_of(condition: Condition) -> Comparison | None:
    """The observed value and the threshold; a literal on the left is the threshold."""
    scalar = condition.scalar
    if not condition.value or not isinstance(scalar, Compare):
        return None
    turned = isinstance(scalar.left, Literal) and not isinstance(scalar.right, Literal)
    return MIRRORED.get(scalar.op, scalar.op) if turned else scalar.op
