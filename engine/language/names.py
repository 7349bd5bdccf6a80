"""Names: those used in an expression, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import TypeVar, cast

from engine.language import syntax
from engine.language.program import Table
from engine.language.records import RecordTable
from engine.parts import Same, inner_parts

Said = TypeVar("Said")

MOST_MEANT = 2  # names offered for one unknown; a third is a guess
LEAST_BEGINNING = 3  # letters that are enough to recognise a cut name
MOST_NAMES = 12  # names listed in a message; more would hide it
MOST_COMPARED = 100  # names compared letter by letter; of more, those with the most pairs of letters in common
MOST_LETTERS = 60_000  # compared with each other for one name: a hundred names of 24 letters, and one of 244


def suggest(name: str, known: Iterable[str]) -> str:
    """A help text for an unknown name: the ones it resembles or begins, else what there is.

    A list is shown in its own order, which may say something (a ladder does); anything else is sorted.

    >>> suggest("revenu", ["revenue", "growth"])
    'did you mean `revenue`?'
    >>> suggest("x", ["revenue", "growth"])
    'choose one of: `revenue`, `growth`'
    >>> suggest("feb", ["january", "february"])
    'did you mean `february`?'
    """
    names = list(dict.fromkeys(known)) if isinstance(known, Sequence) else sorted(set(known))
    close = close_names(name, names)
    if close:
        return f"did you mean {' or '.join(f'`{each}`' for each in close)}?"
    if not names:
        return "nothing is declared here"
    shown = ", ".join(f"`{each}`" for each in names[:MOST_NAMES])
    return f"choose one of: {shown}" + (", ..." if len(names) > MOST_NAMES else "")


def close_names(name: str, names: list[str]) -> list[str]:
    """At most two names that are probably meant: spelt alike, in other letters, or cut short."""
    small = {each.lower(): each for each in names}
    near = nearest(name.lower(), small)
    close = [small[each] for each in get_close_matches(name.lower(), near, n=MOST_MEANT)]
    if close or len(name) < LEAST_BEGINNING:
        return close
    begun = [each for key, each in small.items() if key.startswith(name.lower())]
    return begun if len(begun) <= MOST_MEANT else []


def nearest(name: str, names: Collection[str]) -> Collection[str]:
    """The names that a name may be a misspelling of: of very many, those that share most pairs of letters with it.

    Comparing letter by letter takes a hundred times as long as counting pairs, and four times as long for names of
    twice the length, so of longer names fewer are compared; a text that is no name at all with none.
    """
    most = min(MOST_COMPARED, MOST_LETTERS // max(1, len(name)) ** 2)
    if len(names) <= most:
        return names
    own = _pairs(name)
    return nlargest(most, names, key=lambda each: 2 * len(own & _pairs(each)) - len(_pairs(each)))


@lru_cache(maxsize=10_000)
def _pairs(name: str) -> frozenset[str]:
    """The pairs of letters that follow each other."""
    return frozenset(map("".join, pairwise(name)))


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
