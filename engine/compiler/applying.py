"""Lines for everybody: whether at least one designation that a line reads applies, whatever a partner's field is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compiler.excluding import Supposed
from engine.language.names import declared_in, names_in
from engine.language.program import Ladder, Line, Program, Requirement
from engine.language.syntax import Comparing, Expression, Logic, Name, Negation
from engine.types import Kind

PARTNERS = "partners"


def applies_to_all(line: Requirement, program: Program) -> bool:
    """Whether the designations of a line share out all values of one choice of the partner, such as its region.

    A group is only not applicable if none of its parts applies. Where the choice is missing, the line is undecided.
    """
    read = [found for part in _parts(line) if (found := _alone(part, program)) is not None]
    table = program.records.table(PARTNERS)
    for field in table.fields if table is not None and read else ():
        words = field.type.values if field.type.kind is Kind.CHOICE else ()
        supposed = [Supposed(field.name, word, words) for word in words]
        if words and all(any(each.met(one.applies_to) for one in read) for each in supposed):
            return True
    return False


def _parts(line: Requirement) -> Iterator[Expression]:
    """The lines at the ends of all groups; `or`, `and` and `not` are groups, too."""
    if not isinstance(line, Line):
        for each in line.lines:
            yield from _parts(each)
        return
    pending: list[Expression] = [line.expression]
    while pending:
        match pending.pop():
            case Logic(terms=terms):
                pending += terms
            case Negation(term=term):
                pending.append(term)
            case other:
                yield other


def _alone(part: Expression, program: Program) -> Ladder | None:
    """The designation of a line that reads one and nothing else that may not apply."""
    ladders = {each.name: each for each in program.designations}
    read = {name for each in names_in(part) if (name := declared_in(each.text)[0]) in ladders}
    return ladders[read.pop()] if isinstance(part, Name | Comparing) and len(read) == 1 else None
