"""The catalogue: which sections and kinds of incentive the language has.

It is an argument of `parse_program`, `check_program` and `compile_plan`; the engine keeps none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.language import source
from engine.language.diagnostic import Diagnostic
from engine.language.program import Incentive, Program
from engine.language.reading import Reader
from engine.language.shapes import Schema, Snippet

Bench = TypeVar("Bench", contravariant=True)
"""What sections are compiled on; `Never` where nothing is compiled. Here, so that the language needs no compiler."""


def _nothing(program: Program, bench: object) -> None:
    """What a section does that declares no names, or only names."""


@dataclass(frozen=True, slots=True)
class Section(Generic[Bench]):
    """A top-level key of a program.

    `parse` returns the program with its part filled in; `check` finds what is wrong beyond names
    and types. Every section declares its names with `define` before any adds tables and conditions to the workbench
    with `lower`, so that each may use the names of all.
    """

    key: str
    schema: Schema
    parse: Callable[[source.Node, Program, Reader], Program]
    check: Callable[[Program], Iterable[Diagnostic]]
    page: str
    define: Callable[[Program, Bench], None] = _nothing
    lower: Callable[[Program, Bench], None] = _nothing


@dataclass(frozen=True, slots=True)
class IncentiveKind:
    """A `kind:` of incentive: which keys it has, how they are read, and what is checked of them.

    What an incentive earns follows from the `Incentive` alone, so a kind computes nothing. `says` is the
    kind in a phrase, `page` what its documentation says, `snippet` a ready piece that editors offer.
    """

    name: str
    says: str
    schema: Schema
    parse: Callable[[source.Entry, Program, Reader], Incentive | None]
    check: Callable[[Incentive, Program], Iterable[Diagnostic]]
    page: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Catalogue(Generic[Bench]):
    """Sections in the order they are compiled, and the kinds of incentive."""

    sections: tuple[Section[Bench], ...]
    kinds: tuple[IncentiveKind, ...]

    def kind(self, name: str) -> IncentiveKind | None:
        """The kind of this name."""
        return next((each for each in self.kinds if each.name == name), None)
