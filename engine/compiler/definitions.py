"""What a declared name stands for: how its value is built at a place, and what decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.compiler.typed import Scope, Typed
from engine.language import syntax
from engine.language.source import Span
from engine.plan.owner import Owner
from engine.plan.scalar import Scalar

if TYPE_CHECKING:
    from engine.compiler.frame import FrameScope


@dataclass(frozen=True, slots=True)
class Behind:
    """What decides a name: the owner of its lines, and whether it applies to a partner."""

    owner: Owner
    applies: Scalar | None = None  # None: to all partners


@dataclass(frozen=True, slots=True)
class Definition:
    """A declared name: `build` gives its value at a place, or None after a finding.

    `rows` names the only record table in whose rows it has a meaning; "*": in rows of any
    table and for partners; "": for partners alone. `dated`: it is read on a day. `by_tier`: it is
    read where the statuses of a partner are known. `tried`: its own section compiles it, so its mistakes are
    found where nothing uses it, too. `behind` says what decides it, if known. `at` gives its value at values of its
    keys, written after dots. `keys` are the choices by which a record that is paid reads it, each record at the
    values of its own fields. `cure` says how to read it for a partner if it has one value for each group.
    """

    name: str
    span: Span
    build: Callable[[Scope], Typed | None]
    rows: str = ""
    dated: bool = False
    by_tier: bool = False
    tried: bool = False
    behind: Callable[[FrameScope, tuple[str, ...]], Behind | None] | None = None
    at: Callable[[FrameScope, syntax.Name, tuple[str, ...]], Typed | None] | None = None
    keys: tuple[str, ...] = ()
    cure: str = ""

    @property
    def of_partners(self) -> bool:
        """Whether a partner has one value of it."""
        return self.rows in ("", "*")
