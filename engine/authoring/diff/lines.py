"""Conditions: which line of the old program became which line of the new, and what that means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.authoring.diff.bare import bare, is_literal, outline, same
from engine.authoring.diff.change import Kind
from engine.authoring.diff.comparison import Comparison, Place
from engine.authoring.diff.phrases import Speaker, line_text, say
from engine.language.program import Group, Line, Requirement
from engine.language.syntax import Comparing, Expression, Name

Pair = tuple[int | None, int | None]
"""Places of a line among the old ones and among the new ones, from 0; None where it is not."""


def aligned(old: Sequence[Requirement], new: Sequence[Requirement]) -> tuple[Pair, ...]:
    """Which old line became which new one: equal lines first, then those that differ in a number, then in more.

    New lines in their order, then the removed ones.
    """
    partner: dict[int, int] = {}
    for alike in (bare, outline, _about):
        _match(old, new, partner, alike)
    kept: list[Pair] = [(partner.get(at), at) for at in range(len(new))]
    gone: list[Pair] = [(at, None) for at in range(len(old)) if at not in partner.values()]
    return (*kept, *gone)


def _match(
    old: Sequence[Requirement],
    new: Sequence[Requirement],
    partner: dict[int, int],
    alike: Callable[[object], object],
) -> None:
    """Pair lines of one look that have no partner yet, in order."""
    waiting: dict[object, list[int]] = {}
    for at, line in enumerate(old):
        if at not in partner.values():
            waiting.setdefault(alike(line), []).append(at)
    for at, line in enumerate(new):
        if at not in partner and waiting.get(alike(line)):
            partner[at] = waiting[alike(line)].pop(0)


def _about(line: object) -> object:
    """What a line is about: the left side of its comparison, or the form of a group; else only itself."""
    if isinstance(line, Group):
        return line.form
    if isinstance(line, Line) and isinstance(line.expression, Comparing):
        return ("about", bare(line.expression.left))
    return bare(line)


def pair_clause(place: str, pair: Pair) -> str:
    """The clause of a line: its place in the new program, or in the old one if it was removed."""
    old, new = pair
    return f"{place}[{new + 1}]" if new is not None else f"{place}[was {(old or 0) + 1}]"


def is_moved(pairs: Sequence[Pair]) -> bool:
    """Whether lines that are in both have another order."""
    places = [old for old, new in pairs if old is not None and new is not None]
    return places != sorted(places)


def told_lines(
    comparison: Comparison,
    old: Sequence[Requirement],
    new: Sequence[Requirement],
    place: Place,
    speaker: Speaker,
    *,
    each_line: bool = False,
) -> None:
    """Report the change of every line. With `each_line` each is a clause of its own."""
    pairs = aligned(old, new)
    for pair in pairs:
        before = old[pair[0]] if pair[0] is not None else None
        after = new[pair[1]] if pair[1] is not None else None
        path = pair_clause(place.path, pair)
        clause = pair_clause(place.clause, pair) if each_line else place.clause
        at = Place(path, clause, before.span if before else place.was, after.span if after else place.now)
        if before is None and after is not None:
            comparison.tell(Kind.ADDED, at, None, line_text(after), speaker.added(_code(after)))
        elif after is None and before is not None:
            comparison.tell(Kind.REMOVED, at, line_text(before), None, speaker.removed(_code(before)))
        elif before is not None and after is not None and not same(before, after):
            _told_line(comparison, before, after, at, speaker)
    if is_moved(pairs):
        at = Place(place.path, f"{place.clause}[order]" if each_line else place.clause, place.was, place.now)
        names = tuple(tuple(line_text(each) for each in lines) for lines in (old, new))
        sentence = f"the lines of what {speaker.who} {speaker.verb} are in another order, which decides ties"
        comparison.tell(Kind.MOVED, at, names[0], names[1], sentence)


def _told_line(comparison: Comparison, before: Requirement, after: Requirement, place: Place, speaker: Speaker) -> None:
    """Report how one line differs from its old form."""
    if isinstance(before, Group) and isinstance(after, Group) and before.form == after.form:
        if before.count != after.count:
            at = Place(f"{place.path}.{before.form}", place.clause, place.was, place.now)
            sentence = speaker.changed(f"{after.count} of {len(after.lines)} lines", f"{before.count}")
            comparison.tell(Kind.CHANGED, at, before.count, after.count, sentence)
        inner = Place(f"{place.path}.{before.form}", place.clause, place.was, place.now)
        form = {"all": "all", "any": "one", "none": "none", "at_least": str(after.count)}.get(after.form, after.form)
        among = Speaker(speaker.who, f"{speaker.verb}, as {form} of {len(after.lines)},")
        told_lines(comparison, before.lines, after.lines, inner, among)
        return
    if isinstance(before, Line) and isinstance(after, Line):
        moved = moved_threshold(before.expression, after.expression)
        if moved is not None:
            left, op, one, other = moved
            sentence = speaker.changed(f"{_measure(left)} {AMOUNTS[op]} {say(other)}", say(one))
            comparison.tell(Kind.CHANGED, place, one, other, sentence)
            return
    sentence = speaker.changed(_code(after), _code(before))
    comparison.tell(Kind.CHANGED, place, line_text(before), line_text(after), sentence)


AMOUNTS = {">=": "of at least", ">": "of more than", "<=": "of at most", "<": "of less than", "is": "to be",
           "is not": "not to be"}  # fmt: skip


def moved_threshold(before: Expression, after: Expression) -> tuple[Expression, str, Expression, Expression] | None:
    """Left side, operator, and both values, where two comparisons differ in a written value alone."""
    if not isinstance(before, Comparing) or not isinstance(after, Comparing) or before.op != after.op:
        return None
    if not same(before.left, after.left) or not (is_literal(before.right) and is_literal(after.right)):
        return None
    return after.left, after.op, before.right, after.right


def _measure(expression: Expression) -> str:
    return f"`{expression.text}`" if isinstance(expression, Name) else say(expression)


def _code(line: Requirement) -> str:
    return f"`{line_text(line)}`"
