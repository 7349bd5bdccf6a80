"""Names: those used in an expression, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from engine.language import syntax
from engine.language.program import Table
from engine.parts import Same, inner_parts

MOST_MEANT = 2  # names offered for one unknown; a third is a guess
LEAST_BEGINNING = 3  # letters that are enough to recognise a cut name
MOST_NAMES = 12  # names listed in a message; more would hide it


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
    close = [small[each] for each in get_close_matches(name.lower(), small, n=MOST_MEANT)]
    if close or len(name) < LEAST_BEGINNING:
        return close
    begun = [each for key, each in small.items() if key.startswith(name.lower())]
    return begun if len(begun) <= MOST_MEANT else []


def words_used(value: object) -> frozenset[str]:
    """The names in a value, as they were declared: `partner.revenue` is the metric `revenue`."""
    return _words_used(Same(value))


@lru_cache(maxsize=1)
def _words_used(value: Same) -> frozenset[str]:
    """As `words_used`: several sections ask for the words of one program, one after the other."""
    return frozenset(each.text.removeprefix("partner.") for each in names_in(value.value))


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
