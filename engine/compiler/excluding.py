"""Words that lines exclude: those for which some line is refuted, whatever else is true of the partner."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.language import syntax
from engine.language.names import OF_PARTNER
from engine.language.program import Group, Requirement
from engine.language.syntax import Expression

HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.eq,
    "is not": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Supposed:
    """A name and the word that it is supposed to have.

    `words` are all its words, from low to high if they are ordered. In a comparison with the name each of them means
    itself: what is declared under such a word is refused there.
    """

    name: str
    word: str
    words: tuple[str, ...]

    def excluded(self, lines: Iterable[Requirement]) -> bool:
        """Whether one of the lines is refuted. What is about anything else is taken as open."""
        return any(self._line(each) is False for each in lines)

    def met(self, lines: Iterable[Requirement]) -> bool:
        """Whether all lines are met, whatever else is true of the partner."""
        return all(self._line(each) is True for each in lines)

    def _line(self, line: Requirement) -> bool | None:
        if not isinstance(line, Group):
            return self._met(line.expression)
        parts = [self._line(each) for each in line.lines]
        match line.form:
            case "any":
                return _so_many(1, parts)
            case "none":
                return _opposite(_so_many(1, parts))
            case "at_least":
                return _so_many(line.count, parts)
        return _so_many(len(parts), parts)

    def _met(self, expression: Expression) -> bool | None:
        match expression:
            case syntax.Name() if self._is_name(expression):
                return self.word == "true"
            case syntax.Negation(term=term):
                return _opposite(self._met(term))
            case syntax.Logic(op=op, terms=terms):
                parts = [self._met(each) for each in terms]
                return _so_many(len(parts) if op == "and" else 1, parts)
            case syntax.Comparing(op=op, left=left, right=right) if self._is_name(left):
                return self._compared(op, right)
            case syntax.Membership(value=value, options=options, negated=negated) if self._is_name(value):
                found = _so_many(1, [self._compared("is", each) for each in options])
                return _opposite(found) if negated else found
            case syntax.Ranging(value=value, low=low, high=high) if self._is_name(value):
                return _so_many(2, [self._compared(">=", low), self._compared("<=", high)])
        return None

    def _is_name(self, expression: Expression) -> bool:
        return isinstance(expression, syntax.Name) and expression.text.removeprefix(OF_PARTNER) == self.name

    def _compared(self, op: str, other: Expression) -> bool | None:
        text = other.text if isinstance(other, syntax.Name) else other.value if isinstance(other, syntax.Text) else ""
        return HOLDS[op](self.words.index(self.word), self.words.index(text)) if text in self.words else None


def _so_many(count: int, parts: list[bool | None]) -> bool | None:
    """Whether so many are met, if that is known."""
    if parts.count(True) >= count:
        return True
    return None if len(parts) - parts.count(False) >= count else False


def _opposite(met: bool | None) -> bool | None:
    return None if met is None else not met
