"""Collects changes, and compares values without a special comparison field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeVar

from engine.authoring.diff.bare import LITERALS, bare, meant, same
from engine.authoring.diff.change import Change, Kind, Value
from engine.authoring.diff.phrases import Speaker, line_text, say
from engine.language.program import Group, Line, Program, Table
from engine.language.source import Span
from engine.language.syntax import (
    Arithmetic,
    Call,
    Comparing,
    Logic,
    Membership,
    Missing,
    Name,
    Negation,
    Negative,
    Ranging,
)
from engine.language.window import Window
from engine.types import Type


@dataclass(frozen=True, slots=True)
class Place:
    """The place of something in both programs: its path, the clause it belongs to, and its places in the files."""

    path: str
    clause: str
    was: Span | None
    now: Span | None
    decides: bool = True


@dataclass(slots=True)
class Comparison:
    """Two programs, and the changes found so far."""

    old: Program
    new: Program
    changes: list[Change] = field(default_factory=list)

    def tell(self, kind: Kind, place: Place, before: Value, after: Value, sentence: str) -> None:
        """Add a change. An addition has no old place, a removal no new one."""
        was = None if kind is Kind.ADDED else place.was
        now = None if kind is Kind.REMOVED else place.now
        self.changes.append(
            Change(kind, place.path, place.clause, before, after, was, now, sentence, decides=place.decides)
        )


class Entitled(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """The name."""


class Declared(Entitled, Protocol):
    """Anything with a name and a place."""

    @property
    def span(self) -> Span:
        """The place of the name."""


Named = TypeVar("Named", bound=Entitled)


def by_name(declared: Iterable[Named]) -> dict[str, Named]:
    """Declarations by name."""
    return {each.name: each for each in declared}


def told_by_field(
    comparison: Comparison, old: object, new: object, place: Place, who: str, words: Mapping[str, str], seen: set[str]
) -> None:
    """Report every field that differs and is not in `seen`; `words` names fields for people. Titles affect no
    decision.
    """
    for name in meant(old):
        before, after = getattr(old, name), getattr(new, name)
        if name in seen or same(before, after):
            continue
        at = Place(f"{place.path}.{name}", place.clause, place.was, place.now, place.decides and name not in SILENT)
        word = words.get(name, name.replace("_", " "))
        one, other = plain(before), plain(after)
        comparison.tell(kind_of(one, other), at, one, other, field_sentence(who, word, one, other))


SILENT = frozenset({"title", "reason", "accounting", "settle_by", "tax"})
"""Fields that no decision depends on."""


def kind_of(before: Value, after: Value) -> Kind:
    """Whether something came, went or changed."""
    if before in EMPTY:
        return Kind.ADDED
    return Kind.REMOVED if after in EMPTY else Kind.CHANGED


EMPTY: tuple[Value, ...] = (None, "", ())


def field_sentence(who: str, word: str, before: Value, after: Value) -> str:
    """The sentence about a field nothing more is known of."""
    if isinstance(after, bool) and isinstance(before, bool):
        return f"{who} now has `{word}`" if after else f"{who} no longer has `{word}`"
    if before in EMPTY:
        return f"{who} now states its {word}: {say(after)}"
    if after in EMPTY:
        return f"{who} no longer states its {word}, was {say(before)}"
    return f"the {word} of {who} {'are' if word == 'values' else 'is'} now {say(after)}, was {say(before)}"


def plain(value: object) -> Value:
    """Any value of a program as one a change can carry."""
    if isinstance(value, Span):
        return True
    if isinstance(value, Type):
        return f"one of {', '.join(value.values)}" if value.values else str(value)
    if isinstance(value, Line | Group):
        return line_text(value)
    if isinstance(value, tuple):
        return tuple(_text(each) for each in value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Table) and value.single is not None:
        return value.single
    if value is None or isinstance(value, PLAIN):
        return value
    return _text(value)


PLAIN = (*LITERALS, Table, Name, Arithmetic, Negative, Comparing, Membership, Ranging, Missing, Logic, Negation, Call,
         Window, Decimal, date, bool, int, str)  # fmt: skip


def _text(value: object) -> str:
    """A short text of a part: its name where it has one."""
    if isinstance(value, Line | Group):
        return line_text(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str | Window):
        return str(value)
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else str(bare(value))


__all__ = ["Comparison", "Place", "Speaker", "by_name", "field_sentence", "kind_of", "plain", "told_by_field"]
