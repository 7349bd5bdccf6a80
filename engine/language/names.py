"""Names that an expression or a whole program uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeVar, cast

from engine.language import syntax
from engine.language.program import Table
from engine.language.records import RecordTable
from engine.parts import Same, inner_parts

Said = TypeVar("Said")

BENEFITS = "benefits."  # begins the name of what a benefit is worth
OF_PARTNER = "partner."  # begins the name of a partner's field where a record has one of that name, too


def declared_in(name: str) -> tuple[str, tuple[str, ...]]:
    """What a name reads, and the values of its keys behind dots. No name that an author declares has a dot.

    >>> declared_in("sold.emea.cloud"), declared_in("benefits.margin.emea"), declared_in("revenue")
    (('sold', ('emea', 'cloud')), ('benefits.margin', ('emea',)), ('revenue', ()))
    """
    begun = BENEFITS if name.startswith(BENEFITS) else ""
    first, *values = name.removeprefix(begun).split(".")
    return f"{begun}{first}", tuple(values)


def words_used(value: object) -> frozenset[str]:
    """The names in a value, as they were declared: `partner.revenue` and `revenue.emea` are the metric `revenue`."""
    return _words_used(Same(value))


@lru_cache(maxsize=1)
def _words_used(value: Same) -> frozenset[str]:
    """As `words_used`: several sections ask for the words of one program, one after the other."""
    names = {each.text.removeprefix(OF_PARTNER) for each in names_in(value.value)}
    return frozenset(names | {declared_in(each)[0] for each in names})


def own_names(value: Said, table: RecordTable | None) -> Said:
    """The value with the fields of a table by their own names: `sales.amount` is `amount` in what a record says.

    Where a reference of the table has its name, a dot follows that.
    """
    begun = _beginning(table)
    return _renamed(value, begun) if begun and any(each.text.startswith(begun) for each in names_in(value)) else value


def own_words(words: tuple[str, ...], table: RecordTable | None) -> tuple[str, ...]:
    """As `own_names`, of words that are fields: those of an order."""
    begun = _beginning(table)
    return tuple(each.removeprefix(begun) for each in words)


def _beginning(table: RecordTable | None) -> str:
    """What the name of a field of the table may begin with; "" where that means a reference."""
    return f"{table.name}." if table is not None and table.link(table.name) is None else ""


def _renamed(value: Said, begun: str) -> Said:
    if isinstance(value, syntax.Name):
        return cast(Said, replace(value, text=value.text.removeprefix(begun)))
    if isinstance(value, tuple):
        return cast(Said, tuple(_renamed(each, begun) for each in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: _renamed(getattr(value, each.name), begun) for each in fields(value)}
        return cast(Said, replace(value, **changed))
    return value


def names_in(value: object) -> Iterator[syntax.Name]:
    """Every name in a value made of dataclasses and tuples, such as a whole program; those under `by` too."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, syntax.Name):
            yield each
        elif isinstance(each, Table):
            yield from map(syntax.Name, each.by, each.by_spans)
            pending += (each.thresholds, each.choices, each.single)
        else:
            pending += reversed(inner_parts(each))
