"""The names that one is probably a misspelling of: the only place that compares texts letter by letter.

A program or a feed may have thousands of names, all of them misspelt. So the work for one name is bounded, and who
looks for the names of many findings does so for the first ones only (`FewSuggestions`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise

MOST_MEANT = 2  # names offered for one unknown; a third is a guess
LEAST_BEGINNING = 3  # letters that are enough to recognise a cut name
MOST_NAMES = 12  # names listed in a message; more would hide it
MOST_COMPARED = 100  # names compared letter by letter; of more, those with the most pairs of letters in common
MOST_LETTERS = 60_000  # compared with each other for one name: a hundred names of 24 letters, and one of 244
MOST_SUGGESTED = 100  # findings of one text after which unknown names get no suggestions: these take time
CROWDED = "correct the first names and check again: many unknown names often have one cause"


@dataclass(slots=True)
class FewSuggestions:
    """Help texts for the unknown names of one text: with suggestions, until there are too many of them."""

    asked: int = 0

    def __call__(self, name: str, known: Iterable[str]) -> str:
        """As `suggest`, for the first names."""
        self.asked += 1
        return suggest(name, known) if self.asked <= MOST_SUGGESTED else CROWDED


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


def close_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """At most two names that are probably meant: spelt alike, in other letters, or cut short."""
    return _close(name, tuple(names))


@lru_cache(maxsize=256)
def _close(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """As `close_names`: a text in which a cure is tried out is checked again, and has the same other mistakes."""
    small = {each.lower(): each for each in names}
    near = nearest(name.lower(), small)
    close = tuple(small[each] for each in get_close_matches(name.lower(), near, n=MOST_MEANT))
    if close or len(name) < LEAST_BEGINNING:
        return close
    begun = tuple(each for key, each in small.items() if key.startswith(name.lower()))
    return begun if len(begun) <= MOST_MEANT else ()


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
