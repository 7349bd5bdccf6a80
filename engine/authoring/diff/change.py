"""One change between two programs: what, where, from what to what, as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.language.program import Table
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.language.window import Window


class Kind(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"  # the same body under another name
    MOVED = "moved"  # the same things in another order, where order has a meaning


Value = Expression | Table | Window | Decimal | date | bool | int | str | tuple[str, ...] | None
"""What stood there, typed; a whole declaration that came or went is identified by its name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of meaning.

    `path` says what, as in `parameters.revenue_needed[gold] from 2026-08-01`. `clause` names the part of the program
    that is swapped as a whole to see what the change does; several changes may share one. `was` and `now` are the
    places in the old and the new file. What decides nothing (titles, reasons) has `decides` false.
    """

    kind: Kind
    path: str
    clause: str
    before: Value
    after: Value
    was: Span | None
    now: Span | None
    sentence: str
    decides: bool = True
