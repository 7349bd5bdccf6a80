"""Certifications, and which of them are asked for at one value of a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from engine.language.source import Span
from engine.parts import Same


@dataclass(frozen=True, slots=True)
class Certification:
    """How long a certificate counts, and as what.

    `valid_for` and `run_off` in months (None: without end, at once), `grace` in days.
    """

    name: str
    span: Span
    valid_for: int | None = None
    grace: int = 0
    counts_as: str = ""
    counts_as_span: Span | None = None
    retired_on: date | None = None
    run_off: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The certifications by which people count where choices have these values: any of them, or `all`."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    all: bool
    key_spans: tuple[Span, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """The place of its first key, which stands in a table."""
        return self.key_spans[0]


def counting_as(names: Iterable[str], certifications: tuple[Certification, ...]) -> tuple[Certification, ...]:
    """The certifications with these names, and then all that count as one of them, directly or through others."""
    declared, below = _by_name(Same(certifications))
    found = dict.fromkeys(names)
    pending = list(found)
    for each in pending:  # grows while it is walked
        more = [other for other in below.get(each, ()) if other not in found]
        found |= dict.fromkeys(more)
        pending += more
    return tuple(declared[each] for each in found if each in declared)


@lru_cache(maxsize=1)
def _by_name(certifications: Same) -> tuple[Mapping[str, Certification], Mapping[str, list[str]]]:
    """Certifications by name, and the names of those that count as each: every metric of a program asks for them."""
    assert isinstance(certifications.value, tuple)
    below: dict[str, list[str]] = {}
    for each in certifications.value:
        below.setdefault(each.counts_as, []).append(each.name)
    return {each.name: each for each in certifications.value}, below
