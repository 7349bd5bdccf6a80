"""What a value made of frozen dataclasses and tuples consists of.

Whoever looks for something in a whole program or Plan walks some ten thousand values; the fields of a class are asked
for once.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache


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
