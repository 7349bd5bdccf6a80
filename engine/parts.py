"""What a value made of frozen dataclasses and tuples consists of.

A search in a whole program or Plan visits some ten thousand values, so the fields of a class are read once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from functools import cache

PLAIN = frozenset({"None", "Span", "Type", "bool", "date", "int", "str", "tuple"})
"""Types whose values have no parts to search."""


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def parts(value: object) -> tuple[object, ...]:
    """The items of a tuple, the values of a dataclass's fields in order, and nothing of anything else.

    >>> parts((1, "a")), parts("a")
    ((1, 'a'), ())
    """
    if isinstance(value, tuple):
        return value
    kind: type = type(value)
    names = _field_names(kind)
    return tuple([getattr(value, name) for name in names]) if names else ()


@cache
def _inner_names(kind: type) -> tuple[str, ...]:
    """The fields of a class but those whose annotation names plain types alone."""
    own = fields(kind) if is_dataclass(kind) else ()
    return tuple(each.name for each in own if not set(re.findall(r"\w+", str(each.type))) <= PLAIN)


def inner_parts(value: object) -> tuple[object, ...]:
    """As `parts`, without what cannot hold a name or a column: texts, numbers, days and places in a file."""
    if type(value) is tuple:
        return value
    kind: type = type(value)
    return tuple([getattr(value, name) for name in _inner_names(kind)])


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """A value as a key that is equal to itself alone: to compare two programs would walk both."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)
