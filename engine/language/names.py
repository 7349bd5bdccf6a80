"""Names: those used in an expression, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from difflib import get_close_matches

from engine.language import syntax
from engine.language.program import Table
from engine.language.source import Span

MOST_NAMES = 12  # in a list of what there is; more would hide the message


def suggest(name: str, known: Iterable[str]) -> str:
    """A help text for an unknown name.

    >>> suggest("revenu", ["revenue", "growth"])
    'did you mean `revenue`?'
    >>> suggest("x", ["revenue", "growth"])
    'known here: `growth`, `revenue`'
    """
    names = sorted(set(known))
    close = get_close_matches(name, names, n=2)
    if close:
        return f"did you mean {' or '.join(f'`{each}`' for each in close)}?"
    if not names:
        return "nothing is declared here"
    shown = ", ".join(f"`{each}`" for each in names[:MOST_NAMES])
    return f"known here: {shown}" + (", ..." if len(names) > MOST_NAMES else "")


def names_in(value: object) -> Iterator[syntax.Name]:
    """Every name in a value made of dataclasses and tuples, such as a whole program; those under `by` too."""
    if isinstance(value, syntax.Name):
        yield value
    elif isinstance(value, Table):
        yield from map(syntax.Name, value.by, value.by_spans)
        yield from names_in((value.single, value.choices, value.thresholds))
    elif isinstance(value, tuple):
        for each in value:
            yield from names_in(each)
    elif is_dataclass(value) and not isinstance(value, Span | type):
        for each in fields(value):
            yield from names_in(getattr(value, each.name))
